"""What patients write, and what we make of it: recorded replies and a few laws."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.intents import Intent, understand
from reminders.intents.keywords import KEYWORDS
from reminders.intents.phrases import PHRASES
from reminders.wording import DEFAULT_TEMPLATES

REPLIES = Path(__file__).parent.parent / "recorded" / "replies.csv"


def recorded_replies():
    """Rows of (text, options, intent, choices, language); "" where it may be any."""
    with REPLIES.open(encoding="utf-8", newline="") as file:
        return [
            (
                row["text"],
                tuple(name for name in row["options"].split("|") if name),
                row["intent"],
                tuple(int(place) for place in row["choices"].split()),
                row["language"],
            )
            for row in csv.DictReader(file)
        ]


words = st.sampled_from(sorted({word for phrase in PHRASES for word in phrase}))
# Gibberish, and what patients might write: known words in any order and odd company.
messages = st.one_of(
    st.text(),
    st.lists(st.one_of(words, st.text(max_size=6)), max_size=8).map(" ".join),
    st.tuples(words, st.sampled_from("?!. ")).map("".join),
)
names = st.lists(st.one_of(st.text(max_size=12), words), max_size=4)


@pytest.mark.parametrize(
    ("text", "options", "intent", "choices", "language"), recorded_replies()
)
def test_it_understands_recorded_replies(text, options, intent, choices, language):
    understood = understand(text, options=options)
    assert (understood.intent, understood.choices) == (intent, choices)
    if language:
        assert understood.language == language


def test_the_record_holds_every_intent():
    assert {intent for _, _, intent, _, _ in recorded_replies()} == set(Intent)


@given(messages, names)
def test_it_makes_something_of_any_text(text, options):
    understood = understand(text, options=options)
    assert understood.why
    assert understood.language in {"", "en", "es"}
    assert all(1 <= place <= len(options) for place in understood.choices)
    if understood.intent is Intent.CHOICE:
        assert len(options) >= 2


@given(messages, names)
def test_a_question_is_never_a_yes(text, options):
    understood = understand(text + "?", options=options)
    assert understood.intent not in {Intent.CONFIRM, Intent.CHOICE}


@given(messages)
def test_one_strange_word_is_enough_not_to_be_a_yes(text):
    assert understand(text + " unless").intent is not Intent.CONFIRM
    assert understand("not " + text).intent is not Intent.CONFIRM


@given(messages)
def test_yes_and_no_together_are_neither(text):
    assert understand(f"yes {text}, no").intent is not Intent.CONFIRM
    assert understand(f"no. {text} yes").intent is not Intent.CONFIRM


@given(st.text())
def test_nothing_to_see_is_empty_and_everything_else_is_not(text):
    blank = not any(character.isprintable() for character in text.replace(" ", ""))
    if not text.strip() or (blank and text.isascii()):
        assert understand(text).intent is Intent.EMPTY


@pytest.mark.parametrize("keyword", KEYWORDS)
@pytest.mark.parametrize("options", [(), ("Ana", "Leo"), ("Stop", "Cancel", "Info")])
def test_a_carriers_word_counts_however_it_is_typed(keyword, options):
    expected = KEYWORDS[keyword][0]
    spellings = (keyword.upper(), f" {keyword.title()}. ", " ".join(keyword), keyword)
    for spelling in (*spellings, f"{keyword}!!!", f"{keyword} {keyword}"):
        assert understand(spelling, options=options).intent is expected


def test_cancel_says_that_the_visit_may_have_been_meant():
    assert "may have meant the visit" in understand("Cancel").why


def test_numbers_mean_yes_and_change_only_without_a_choice():
    assert understand("1").intent is Intent.CONFIRM
    assert understand("2").intent is Intent.CHANGE
    assert understand("2", options=["Ana"]).intent is Intent.CHANGE
    assert understand("2", options=["Ana", "Leo"]).choices == (2,)


def test_the_answers_our_own_texts_ask_for_are_understood():
    asked = " ".join(DEFAULT_TEMPLATES.values())
    expected = {
        "C": Intent.CONFIRM,
        "R": Intent.CHANGE,
        "STOP": Intent.OPT_OUT,
        "START": Intent.OPT_IN,
        "HELP": Intent.HELP,
        "AYUDA": Intent.HELP,
        "ALL": Intent.CHOICE,
        "NONE": Intent.CHOICE,
        "TODOS": Intent.CHOICE,
        "TODAS": Intent.CHOICE,
        "NINGUNO": Intent.CHOICE,
        "NINGUNA": Intent.CHOICE,
    }
    for answer, intent in expected.items():
        assert answer in asked
        assert understand(answer, options=["Ana", "Leo"]).intent is intent


@pytest.mark.parametrize("template", DEFAULT_TEMPLATES.values())
def test_our_own_text_sent_back_is_left_to_a_person(template):
    assert understand(template).intent in {Intent.UNCLEAR, Intent.PAUSE}
    assert understand(f"Liked “{template}”").intent is Intent.UNCLEAR


def test_a_name_that_means_something_else_chooses_nothing():
    assert understand("yes", options=["Yes", "Leo"]).intent is Intent.CONFIRM
    assert understand("leo", options=["Yes", "Leo"]).choices == (2,)
    assert understand("", options=["", "Leo"]).intent is Intent.EMPTY


def test_none_stands_alone():
    for text in ("none yes", "none 1", "none all", "no none"):
        assert understand(text, options=["Ana", "Leo"]).intent is Intent.UNCLEAR


def test_a_choice_cannot_narrow_down_what_is_about_all_texts():
    options = ["Ana", "Leo"]
    assert understand("start Ana", options=options).intent is Intent.UNCLEAR


@pytest.mark.parametrize(
    ("typo", "right"),
    [
        ("comfirm", "confirm"),  # wrong letter
        ("confrim", "confirm"),  # two swapped
        ("confirmm", "confirm"),  # one too many
        ("confim", "confirm"),  # one too few
        ("reshcedule", "reschedule"),
    ],
)
def test_one_slip_of_the_finger_is_forgiven(typo, right):
    assert understand(typo).intent is understand(right).intent


@pytest.mark.parametrize(
    "word", ["cofrim", "cancer", "conform", "confer", "ye", "stap"]
)
def test_two_slips_or_another_word_are_not(word):
    assert understand(word).intent is Intent.UNCLEAR
