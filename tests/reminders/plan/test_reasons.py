"""Why a reminder does not go out, in words."""

from reminders.plan import CALL_INSTEAD, SKIP_WORDS, SkipReason


def test_every_reason_has_a_sentence():
    assert set(SKIP_WORDS) == set(SkipReason)
    assert all(str(words).endswith(".") for words in SKIP_WORDS.values())


def test_nobody_is_phoned_about_a_visit_that_is_off():
    off = {SkipReason.MOVED, SkipReason.CANCELLED, SkipReason.ALREADY_CONFIRMED}
    assert not CALL_INSTEAD & off
    assert SkipReason.LANDLINE in CALL_INSTEAD
