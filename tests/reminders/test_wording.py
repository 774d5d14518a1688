"""What texts say, how long they are to the network, and which templates are refused."""

import unicodedata
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
import smsutil
from hypothesis import assume, given
from hypothesis import strategies as st

from reminders.wording import (
    DEFAULT_TEMPLATES,
    LANGUAGES,
    PLACEHOLDERS,
    Encoding,
    Kind,
    Length,
    check_template,
    family_text,
    measure,
    mend,
    not_gsm,
    pessimistic_parts,
    render,
    time_words,
    visit_words,
    warnings,
)

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€"
)
VALUES = {
    "name": "Maria",
    "practice": "Lakeside Clinic",
    "day": "Tue Mar 10",
    "date": "March 10, 2026",
    "time": "2:30 PM",
    "phone": "415-555-0100",
}
NEW_YORK = ZoneInfo("America/New_York")


def lists_visits(text):
    return "{visits}" in text


# --- Length -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Length(Encoding.GSM, 0, 0, 160)),
        ("a" * 160, Length(Encoding.GSM, 160, 1, 160)),
        ("a" * 161, Length(Encoding.GSM, 161, 2, 153)),
        ("a" * 306, Length(Encoding.GSM, 306, 2, 153)),
        ("a" * 307, Length(Encoding.GSM, 307, 3, 153)),
        ("[" * 80, Length(Encoding.GSM, 160, 1, 160)),
        ("[" * 81, Length(Encoding.GSM, 162, 2, 153)),
        # The bracket moves whole into the next part, and so there is a third.
        ("a" * 152 + "[" + "a" * 10, Length(Encoding.GSM, 164, 2, 153)),
        ("a" * 152 + "[" + "a" * 152, Length(Encoding.GSM, 306, 3, 153)),
        ("Ж" * 70, Length(Encoding.UCS2, 70, 1, 70)),
        ("Ж" * 71, Length(Encoding.UCS2, 71, 2, 67)),
        ("😀" * 35, Length(Encoding.UCS2, 70, 1, 70)),
        ("😀" * 36, Length(Encoding.UCS2, 72, 2, 67)),
        ("😀" * 67, Length(Encoding.UCS2, 134, 3, 67)),  # 33 pairs fit, not 33.5
    ],
)
def test_it_counts_as_the_networks_do(text, expected):
    assert measure(text) == expected


@given(st.one_of(st.text(GSM, max_size=800), st.text(max_size=400)))
def test_it_agrees_with_an_independent_count(text):
    # smsutil takes the bare escape code for a letter, and nothing for Unicode.
    assume(text and "\x1b" not in text)
    theirs = smsutil.split(text)
    ours = measure(text)
    unit = 1 if theirs.encoding == "gsm0338" else 2
    assert ours.encoding == (Encoding.GSM if unit == 1 else Encoding.UCS2)
    assert ours.units == theirs.total_bytes // unit
    assert ours.segments == len(theirs.parts)


@given(st.text(max_size=400))
def test_segments_hold_what_they_are_said_to_hold(text):
    length = measure(text)
    assert length.units <= length.segments * length.per_segment
    assert pessimistic_parts(text) >= length.segments


def test_it_allows_the_provider_its_shorter_parts():
    assert measure("Ж" * 127).segments == 2
    assert pessimistic_parts("Ж" * 127) == 3
    assert pessimistic_parts("a" * 161) == 2
    assert pessimistic_parts("a") == 1


def test_the_euro_sign_may_have_to_travel_as_unicode():
    text = "€" + "a" * 100
    assert measure(text).segments == 1
    assert pessimistic_parts(text) == 2


def test_it_names_what_forces_a_text_into_unicode():
    assert not_gsm("Señora Pérez: ¿Sábado? ¡Sí, sábado!") == ["á", "í"]
    assert not_gsm(GSM) == []


# --- Mending ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Don’t – wait…”", '"Don\'t - wait..."'),
        ("2:30\N{NO-BREAK SPACE}PM\N{NARROW NO-BREAK SPACE}!", "2:30 PM !"),
        ("one\r\ntwo\rthree\N{LINE SEPARATOR}four", "one\ntwo\nthree\nfour"),
        ("a\x00b\x07c\td", "abc d"),
        ("e\N{COMBINING ACUTE ACCENT}", "é"),
        ("zero\N{ZERO WIDTH SPACE}width\ufeff", "zerowidth"),
        ("half \ud83d of a pair", "half  of a pair"),
        ("María", "María"),
        ("👩\N{ZERO WIDTH JOINER}⚕", "👩\N{ZERO WIDTH JOINER}⚕"),
    ],
)
def test_it_mends_what_typing_and_pasting_leave(text, expected):
    assert mend(text) == expected


@given(st.text())
def test_mended_text_stays_mended_and_fits_the_database(text):
    mended = mend(text)
    assert mend(mended) == mended
    mended.encode("utf-8")
    kinds = {unicodedata.category(letter) for letter in mended.replace("\n", "")}
    assert not kinds & {"Cc", "Cs"}


# --- Days and times in words --------------------------------------------------------


def test_it_says_days_and_times_in_english_and_spanish():
    start = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
    assert visit_words(start, NEW_YORK, "en") == {
        "day": "Tue Mar 10",
        "date": "March 10, 2026",
        "time": "2:30 PM",
    }
    assert visit_words(start, NEW_YORK, "es") == {
        "day": "mar 10 mar",
        "date": "10 de marzo de 2026",
        "time": "14:30",
    }


def test_a_language_we_do_not_write_gets_english():
    start = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
    assert visit_words(start, NEW_YORK, "fr") == visit_words(start, NEW_YORK, "en")


def test_it_says_the_day_of_the_practice_not_of_greenwich():
    start = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
    assert visit_words(start, NEW_YORK, "en")["day"] == "Tue Mar 10"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(0), "12:00 AM"),
        (time(9, 5), "9:05 AM"),
        (time(12), "12:00 PM"),
        (time(23, 59), "11:59 PM"),
    ],
)
def test_noon_and_midnight_are_twelve(at, words):
    assert time_words(at, "en") == words


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(LANGUAGES))
def test_no_day_or_time_forces_a_text_into_unicode(start, language):
    words = visit_words(start, ZoneInfo("UTC"), language)
    assert not_gsm("".join(words.values())) == []
    for name, value in words.items():
        assert len(value) <= len(PLACEHOLDERS[name].longest)


# --- Templates ----------------------------------------------------------------------


def test_every_kind_is_written_in_every_language():
    assert set(DEFAULT_TEMPLATES) == {
        (kind, language) for kind in Kind for language in LANGUAGES
    }
    assert DEFAULT_TEMPLATES["booking", "en"]


@pytest.mark.parametrize("key", DEFAULT_TEMPLATES, ids="-".join)
def test_a_default_text_is_sound_and_fits_one_segment(key):
    template = DEFAULT_TEMPLATES[key]
    assert check_template(template, lists_visits=lists_visits(template)) == []
    assert warnings(template) == []
    text = family_text(template, VALUES, ["Ana 9:00 AM", "Leo 12:30 PM"])
    if not lists_visits(template):
        text = render(template, VALUES)
    length = measure(text)
    assert (length.encoding, length.segments) == (Encoding.GSM, 1), text
    assert "{" not in text


def test_the_request_to_confirm_ends_with_how_to_answer():
    english = DEFAULT_TEMPLATES[Kind.CONFIRM_REQUEST, "en"]
    assert english.endswith("Reply C to confirm, R to change.")


def test_the_first_text_names_the_practice_and_the_way_out():
    for language in LANGUAGES:
        booking = DEFAULT_TEMPLATES[Kind.BOOKING, language]
        assert booking.startswith("{practice}")
        assert "STOP" in booking


def test_no_default_text_says_more_than_needed():
    sensitive = [name for name, each in PLACEHOLDERS.items() if each.sensitive]
    assert sensitive == ["clinician", "appointment_type"]
    for text in DEFAULT_TEMPLATES.values():
        assert not any("{" + name + "}" in text for name in sensitive)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Write a text."),
        (" \n\x00", "Write a text."),
        ("Hi {nmae}", "{nmae} is not known. Did you mean {name}?"),
        ("Hi { Name }", "{ Name } is not known. Did you mean {name}?"),
        ("Hi {name.pk}", "{name.pk} is not known. Did you mean {name}?"),
        (
            "Hi {0}",
            "{0} is not known. Known are: {name}, {practice}, {day}, {time}, {date}, "
            "{phone}, {clinician}, {appointment_type}.",
        ),
        (
            "On {visits}",
            "{visits} is not known. Known are: {name}, {practice}, {day}, {time}, "
            "{date}, {phone}, {clinician}, {appointment_type}.",
        ),
        ("Hi {name", "A brace is open or closed without its partner."),
        ("Hi name}", "A brace is open or closed without its partner."),
        ("Hi {{name}}", "A brace is open or closed without its partner."),
        (
            "x" * 170,
            "With long names this is 170 characters; 160 is the most. "
            "Shorten it by 10.",
        ),
        (
            "á" * 161,
            "With long names this is 161 characters; 160 is the most. Shorten it by 1.",
        ),
    ],
)
def test_it_says_what_is_wrong_with_a_template(text, problem):
    assert check_template(text) == [problem]


def test_it_finds_all_unknown_placeholders_at_once():
    assert len(check_template("{nmae} {tiem} {nmae}")) == 2


def test_a_text_that_lists_visits_says_where():
    assert check_template("Your visits", lists_visits=True) == [
        "Say where the visits are listed: {visits} is missing."
    ]


def test_length_is_checked_with_the_real_names_when_they_are_known():
    text = "{practice}: {name}, see you {day} at {time}." + "x" * 70
    assert check_template(text) == []
    assert check_template(text, longest={"practice": "A very long name " * 4})


@pytest.mark.parametrize(
    "text",
    [
        "Reply CANCEL to cancel your appointment",
        "Text quit to change your visit",
        "Reply with the word end to change it",
        "To change your visit: CANCEL.",
        "Responda CANCELAR para cancelar su cita",
        "Reply STOP to cancel your appointment",
        "reply stop if you cannot come to your visit",
        "Send UNSUBSCRIBE to give up your visit",
    ],
)
def test_it_refuses_to_ask_for_a_carriers_word(text):
    (problem,) = check_template(text)
    assert "carriers act on" in problem


@pytest.mark.parametrize(
    "text",
    [
        "Call us if you have to cancel.",
        "Reply STOP to stop texts.",
        "Your visit is over at the end of the day. STOP to stop texts about visits",
        "Please do not cancel at the last minute. Reply C to confirm.",
        "Reply R to change. We will cancel nothing without you.",
    ],
)
def test_it_lets_the_same_words_stand_where_they_do_no_harm(text):
    assert check_template(text) == []


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("{clinician} sees you", "{clinician} tells more than a reminder needs"),
        ("Your {appointment_type}", "{appointment_type} tells more than a reminder"),
        ("Reply YES to confirm", "ask for C"),
        ("Su médico: sábado", "These characters make every text shorter and dearer: á"),
        ("{name} 👍" + "x" * 65, "With long names this costs 2 texts"),
    ],
)
def test_it_warns_without_refusing(text, warning):
    assert check_template(text) == []
    assert any(warning in each for each in warnings(text))


def test_it_warns_with_the_real_names():
    text = "{practice}: see you {day}"
    assert warnings(text) == []
    assert warnings(text, longest={"practice": "Clínica San José " + "x" * 60})


def test_an_unknown_placeholder_is_no_business_of_the_warnings():
    assert warnings("{nmae}") == []


# --- Filling in ---------------------------------------------------------------------


def test_it_fills_in_values():
    text = render("{practice}: {name}, {day} {time}. {name}!", VALUES)
    assert text == "Lakeside Clinic: Maria, Tue Mar 10 2:30 PM. Maria!"


def test_values_are_mended_and_kept_on_one_line():
    assert render("Hi {name}.", {"name": " O’Neil\x00\r\n Jr "}) == "Hi O'Neil Jr."


def test_values_are_never_read_as_templates():
    values = {"name": "{practice} {0} %s {name.__class__}", "practice": "Lakeside"}
    assert render("{name}", values) == values["name"]


def test_a_text_with_a_hole_is_not_sent():
    with pytest.raises(KeyError, match="clinician"):
        render("Hi {clinician}", VALUES)


def test_visits_of_a_family_are_numbered_line_by_line():
    text = family_text(
        DEFAULT_TEMPLATES[Kind.FAMILY, "en"], VALUES, ["Ana 9:00 AM", "Leo\n9:30 AM"]
    )
    assert text == (
        "Lakeside Clinic, visits on Tue Mar 10:\n1 Ana 9:00 AM\n2 Leo 9:30 AM\n"
        "Who is coming? Reply with the numbers, ALL or NONE. Or call 415-555-0100."
    )


@given(st.text(), st.dictionaries(st.sampled_from([*PLACEHOLDERS]), st.text()))
def test_any_text_can_be_checked_and_a_sound_one_rendered(text, values):
    warnings(text)
    if not check_template(text):
        whole = dict.fromkeys(PLACEHOLDERS, "x") | values
        render(text, whole)
