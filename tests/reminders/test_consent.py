"""Consent: every change is written down, and only the patient lifts an opt-out."""

from datetime import timedelta

import pytest

from reminders import consent
from reminders.models import ConsentEvent, Phone
from tests import make

pytestmark = pytest.mark.django_db

Kind, Source = ConsentEvent.Kind, ConsentEvent.Source
LATER = make.NOW + timedelta(days=1)


@pytest.fixture
def phone() -> Phone:
    return make.make_phone(make.make_practice(), consented=False)


def test_it_makes_one_row_for_a_number_of_a_practice():
    practice = make.make_practice()
    phone = consent.phone_for(practice, "+12125550123")
    assert consent.phone_for(practice, "+12125550123") == phone
    assert consent.phone_for(make.make_practice(), "+12125550123") != phone


def test_it_writes_down_what_was_said_and_by_whom(phone):
    user = make.make_user()
    event = consent.record(
        phone,
        Kind.CONSENTED,
        source=Source.VERBAL,
        wording="Agreed at the front desk.",
        by=user,
        now=make.NOW,
    )
    assert (event.phone, event.by, event.at) == (phone, user, make.NOW)
    assert phone.consented_at == make.NOW


@pytest.mark.parametrize(
    ("kinds", "consented", "opted_out", "paused"),
    [
        ([Kind.CONSENTED], True, False, False),
        ([Kind.CONSENTED, Kind.WITHDRAWN], False, False, False),
        ([Kind.CONSENTED, Kind.OPTED_OUT], True, True, False),
        ([Kind.OPTED_OUT, Kind.OPTED_IN], True, False, False),
        ([Kind.PAUSED], False, False, True),
        ([Kind.PAUSED, Kind.RESUMED], False, False, False),
        ([Kind.PAUSED, Kind.OPTED_IN], True, False, False),
        ([Kind.OPTED_OUT, Kind.RESUMED], False, True, False),
    ],
)
def test_it_keeps_how_things_stand_now(phone, kinds, consented, opted_out, paused):
    for kind in kinds:
        consent.record(phone, kind, source=Source.TEXT, now=make.NOW)
    stands = (phone.consented_at, phone.opted_out_at, phone.paused_at)
    assert tuple(map(bool, stands)) == (consented, opted_out, paused)
    assert phone.consent_events.count() == len(kinds)


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        (Kind.CONSENTED, "consented_at"),
        (Kind.OPTED_OUT, "opted_out_at"),
        (Kind.PAUSED, "paused_at"),
    ],
)
def test_it_keeps_the_first_date_of_what_is_said_again(phone, kind, column):
    consent.record(phone, kind, source=Source.TEXT, now=make.NOW)
    consent.record(phone, kind, source=Source.TEXT, now=LATER)
    assert getattr(phone, column) == make.NOW


@pytest.mark.parametrize("kind", [Kind.CONSENTED, Kind.OPTED_IN])
@pytest.mark.parametrize("source", [Source.VERBAL, Source.PAPER, Source.IMPORT])
def test_it_lets_nobody_but_the_patient_lift_an_opt_out(phone, kind, source):
    consent.record(phone, Kind.OPTED_OUT, source=Source.TEXT, now=make.NOW)
    with pytest.raises(consent.ConsentRefused, match="START"):
        consent.record(phone, kind, source=source, by=make.make_user(), now=LATER)
    phone.refresh_from_db()
    assert phone.opted_out_at == make.NOW
    assert phone.consent_events.count() == 1


def test_it_sees_an_opt_out_that_came_after_the_phone_was_read(phone):
    stale = Phone.objects.get(pk=phone.pk)
    consent.record(phone, Kind.OPTED_OUT, source=Source.TEXT, now=make.NOW)
    with pytest.raises(consent.ConsentRefused):
        consent.record(stale, Kind.CONSENTED, source=Source.WEB, now=LATER)
