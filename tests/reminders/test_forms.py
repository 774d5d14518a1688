"""What people type at the desk, checked."""

from datetime import date
from typing import Any

import pytest
from django import forms

from provisioning.forms.phone import PhoneField
from reminders.forms import AppointmentForm, PatientForm, ReplyForm
from tests import make

TODAY = date(2026, 3, 2)


# --- Numbers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "(212) 555-0142",
        "212-555-0142",
        "212.555.0142",
        "2125550142",
        "1 212 555 0142",
        "+1 212 555 0142",
        " 212 555 0142 ",
        "tel:+1-212-555-0142",
    ],
)
def test_it_takes_every_us_way_to_write_a_number(typed: str) -> None:
    assert PhoneField().clean(typed) == "+12125550142"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("call me", "This is not a phone number."),
        ("555-0142", "Digits are missing"),
        ("212 555 014", "Digits are missing"),
        ("212 555 0142 99", "too many digits"),
        ("212 555 0142 ext. 7", "extension"),
        ("123 456 7890", "No phone has this number"),
        ("999 555 0142", "No phone has this number"),
    ],
)
def test_it_says_what_is_wrong_with_a_number(typed: str, sentence: str) -> None:
    with pytest.raises(forms.ValidationError, match=sentence):
        PhoneField().clean(typed)


def test_it_leaves_no_number_empty_and_asks_where_one_is_required() -> None:
    assert PhoneField(required=False).clean("  ") == ""
    with pytest.raises(forms.ValidationError):
        PhoneField().clean("")


def test_it_shows_a_stored_number_as_people_read_it() -> None:
    field = PhoneField()

    assert field.prepare_value("+12125550142") == "(212) 555-0142"
    assert field.prepare_value("+44 20") == "+44 20"
    assert field.prepare_value("+1 oops") == "+1 oops"
    assert field.prepare_value(None) is None


# --- Patients -----------------------------------------------------------------------


def patient_form(**fields: Any) -> PatientForm:
    """The form, filled in for a new patient of a new practice."""
    typed = {"first_name": "Ana", "last_name": "Sample", **fields}
    return PatientForm(typed, practice=make.make_practice(), today=TODAY)


@pytest.mark.django_db
def test_it_needs_no_more_than_a_name() -> None:
    form = patient_form()

    assert form.is_valid(), form.errors
    assert form.cleaned_data["number"] == ""


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["", "America/Chicago", "Asia/Kathmandu", "UTC"])
def test_it_keeps_the_zone_that_is_on_the_card(zone: str) -> None:
    practice = make.make_practice()
    patient = make.make_patient(practice, time_zone=zone)
    form = PatientForm(instance=patient, practice=practice, today=TODAY)
    assert form["time_zone"].value() == zone
    assert str(form["time_zone"]).count(" selected") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("born", "sentence"),
    [
        ("2026-03-03", "The birth date lies in the future."),
        ("1890-01-01", "Check the year of birth."),
        ("tomorrow", "Type the date as month/day/year"),
    ],
)
def test_it_doubts_a_birth_date(born: str, sentence: str) -> None:
    assert sentence in str(patient_form(date_of_birth=born).errors["date_of_birth"])


@pytest.mark.django_db
@pytest.mark.parametrize("born", ["2026-03-02", "3/25/1984", "1984-03-25"])
def test_it_believes_a_birth_date(born: str) -> None:
    assert patient_form(date_of_birth=born).is_valid()


@pytest.mark.django_db
def test_it_wants_a_number_for_an_agreement_to_belong_to() -> None:
    form = patient_form(agreed="paper", wording="The form.")
    assert "Agreement belongs to a number." in str(form.errors["agreed"])

    wrong = patient_form(agreed="paper", wording="The form.", number="555")
    assert set(wrong.errors) == {"number"}


@pytest.mark.django_db
def test_it_wants_the_words_of_an_agreement() -> None:
    form = patient_form(agreed="paper", wording=" ", number="212 555 0142")

    assert set(form.errors) == {"wording"}


@pytest.mark.django_db
def test_it_lets_nobody_be_their_own_guardian_or_a_strangers() -> None:
    practice = make.make_practice()
    patient = make.make_patient(practice)
    stranger = make.make_patient(make.make_practice())

    for guardian in (patient, stranger):
        typed = {"first_name": "A", "last_name": "B", "guardian": guardian.pk}
        form = PatientForm(typed, instance=patient, practice=practice, today=TODAY)
        assert "not on your list any more" in str(form.errors["guardian"])


# --- Visits -------------------------------------------------------------------------


def appointment_form(**fields: Any) -> AppointmentForm:
    """The form, filled in for a new patient on Thursday at half past two."""
    practice = make.make_practice()
    typed = {
        "patient": make.make_patient(practice).pk,
        "clinician": make.make_clinician(practice).pk,
        "appointment_type": make.make_appointment_type(practice).pk,
        "day": "2026-03-05",
        "time": "14:30",
        **fields,
    }
    return AppointmentForm(typed, practice=practice)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "time"),
    [
        ("2026-03-05", "14:30"),
        ("3/5/2026", "2:30 PM"),
        ("03/05/26", "2:30pm"),
        ("2026-03-05", "14:30:00"),
    ],
)
def test_it_reads_dates_and_times_as_typed_in_the_us(day: str, time: str) -> None:
    form = appointment_form(day=day, time=time)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_at"] == make.at("2026-03-05", "14:30")


@pytest.mark.django_db
def test_it_takes_an_offer_instead_of_what_was_typed() -> None:
    form = appointment_form(offer="2026-03-06T15:00:00+00:00", day="", time="")

    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_at"] == make.at("2026-03-06", "10:00")


@pytest.mark.django_db
def test_it_knows_which_of_two_equal_times_an_offer_means() -> None:
    second = "2026-11-01T01:30:00-05:00"
    form = appointment_form(offer=second)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_at"].isoformat() == "2026-11-01T06:30:00+00:00"


@pytest.mark.django_db
@pytest.mark.parametrize("offer", ["soon", "2026-03-06T15:00:00", ""])
def test_it_ignores_an_offer_it_never_made(offer: str) -> None:
    form = appointment_form(offer=offer)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_at"] == make.at("2026-03-05", "14:30")


@pytest.mark.django_db
def test_it_asks_which_only_where_there_are_two() -> None:
    once = appointment_form(which="1")
    assert once.is_valid()
    assert not once.asks_which

    twice = appointment_form(day="2026-11-01", time="01:30")
    assert set(twice.errors) == {"which"}
    assert twice.asks_which


@pytest.mark.django_db
def test_it_offers_what_exists_where_the_clocks_skip() -> None:
    form = appointment_form(day="2026-03-08", time="02:30")

    assert set(form.errors) == {"time"}
    assert [f"{offer:%H:%M}" for offer in form.offers] == ["01:59", "03:00"]


@pytest.mark.django_db
def test_it_books_nobody_of_another_practice_and_nobody_who_left() -> None:
    other = make.make_practice()
    gone = make.make_clinician(other, "Dr. Gone")

    form = appointment_form(
        patient=make.make_patient(other).pk,
        clinician=gone.pk,
        appointment_type=make.make_appointment_type(other).pk,
    )

    assert set(form.errors) == {"patient", "clinician", "appointment_type"}


# --- Texts --------------------------------------------------------------------------


def test_it_mends_a_text_for_the_network() -> None:
    form = ReplyForm({"body": " “Sí” – see you… "})

    assert form.is_valid()
    assert form.cleaned_data["body"] == '"Sí" - see you...'


def test_it_lets_four_parts_through_and_not_five() -> None:
    assert ReplyForm({"body": "x" * 612}).is_valid()
    assert not ReplyForm({"body": "x" * 613}).is_valid()
