"""Every code of the provider's: mapped, documented, met in the sandbox, looked up."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from provisioning import catalogue, clock, wire
from provisioning.clickatell.errors import (
    CONNECT_CODES,
    MESSAGING_CODES,
    ProviderError,
    from_codes,
)
from provisioning.clickatell.types import Credentials
from provisioning.models import ProviderCall
from provisioning.oneapi.errors import CODES as ONE_API_CODES
from provisioning.sandbox.models import Rule
from tests import papers
from tests.make import make_member, make_user
from tests.provisioning.owner import Owner

pytestmark = pytest.mark.django_db

# Nobody has seen it inside an error; the client takes it for what it says.
SUCCESS = "001"
EVERY_CODE = [
    *CONNECT_CODES.values(),
    *MESSAGING_CODES.values(),
    *ONE_API_CODES.values(),
]


@pytest.fixture
def owner() -> Owner:
    owner = Owner()
    owner.registers()
    return owner


# --- Mapped and documented -------------------------------------------------------------


@pytest.mark.parametrize("entry", EVERY_CODE, ids=lambda entry: entry.code)
def test_it_is_mapped_in_full(entry):
    assert entry.sentence
    assert entry.remedy
    assert entry.who in catalogue.WHO
    assert entry.retry in catalogue.RETRY
    assert isinstance(entry.field, str)


def test_a_retry_class_agrees_with_who_can_act():
    for entry in CONNECT_CODES.values():
        if entry.who in ("nobody", "developer"):
            assert entry.retry == "never", entry.code
        if entry.kind.__name__ == "NeedsCaptcha":
            assert entry.retry == "after_change", entry.code
        if entry.kind.__name__ == "Unavailable":
            assert entry.retry in ("at_time", "retry"), entry.code
        assert entry.maybe_done == (entry.retry == "retry"), entry.code


def test_the_page_of_the_docs_lists_every_retry_class():
    page = papers.errors_page()
    for entry in EVERY_CODE:
        line = next(
            line
            for line in page.splitlines()
            if line.startswith(f"| {entry.code} | {entry.label} |")
            and entry.sentence in line
        )
        assert f"| {papers.AGAIN[entry.retry]} |" in line


def test_the_docs_and_the_app_say_the_same_about_trying_again():
    assert {k: str(v) for k, v in catalogue.RETRY.items()} == papers.AGAIN


# --- Met in the sandbox ----------------------------------------------------------------


@pytest.mark.parametrize("entry", CONNECT_CODES.values(), ids=lambda entry: entry.code)
def test_the_sandbox_can_answer_with_it_and_it_comes_out_as_it_is(owner, entry):
    Rule.objects.create(
        action="resend_email_activation", kind="answer", code=entry.code
    )
    account = owner.account
    login = Credentials(account.username, account.password)
    if entry.code == SUCCESS:
        wire.connect(account).resend_activation(login)
        return
    with pytest.raises(ProviderError) as refusal:
        wire.connect(account).resend_activation(login)
    error = refusal.value
    assert type(error) is entry.kind
    assert error.codes == (entry.code,)
    (problem,) = error.problems
    assert (problem.field, problem.sentence, problem.who) == (
        entry.field,
        entry.sentence,
        entry.who,
    )
    row = ProviderCall.objects.get(pk=error.call)
    assert row.codes == entry.code


@pytest.mark.parametrize("entry", CONNECT_CODES.values(), ids=lambda entry: entry.code)
def test_it_comes_out_on_the_page_in_words(owner, entry):
    Rule.objects.create(
        action="resend_email_activation", kind="answer", code=entry.code
    )
    answer = owner.presses("email", "resend", email_address="o@example.org")
    if entry.kind.__name__ == "AlreadyDone":
        assert answer.status_code == 302
        return
    form = answer.context["forms"]["resend"]
    said = " ".join(str(words) for errors in form.errors.values() for words in errors)
    assert entry.sentence in said or entry.code == "006"


def test_an_unmapped_code_is_shown_with_its_number_and_text(owner):
    form = Owner().sees_start().context["form"]
    bound = type(form)(
        {},
        countries=[],
        account_types=[],
    )
    bound.is_valid()
    bound.add_provider_error(from_codes([("777", "Odd <thing>")]))
    html = str(bound.non_field_errors())
    assert "777 Odd &lt;thing&gt;" in html
    assert owner.account


# --- Looked up ---------------------------------------------------------------------------


def found(client: Client, **query: str) -> list[str]:
    html = client.get(reverse("error_codes"), query).content.decode()
    return re.findall(r'<li class="code-row" id="(\w+)"', html)


def test_it_lists_every_code_with_an_anchor_of_its_own(owner):
    rows = found(owner.client)
    assert len(rows) == len(set(rows)) == len(EVERY_CODE)
    assert "c103" in rows
    assert "m103" in rows


def test_it_is_searched_by_number_words_label_and_field(owner):
    assert found(owner.client, q="439") == ["c439"]
    assert "c103" in found(owner.client, q="activation e-mail OPENED")
    assert "c101" in found(owner.client, q="destination covered")
    assert found(owner.client, q="captcha_code 402") == ["c402"]
    assert found(owner.client, q="no such words") == []
    page = owner.client.get(reverse("error_codes"), {"q": "no such words"})
    assert "No code has these words" in page.content.decode()


def test_it_is_filtered_by_who_can_act(owner):
    rows = found(owner.client, who="operator")
    assert set(rows) == {
        *(f"c{c}" for c, e in CONNECT_CODES.items() if e.who == "operator"),
        *(f"m{c}" for c, e in MESSAGING_CODES.items() if e.who == "operator"),
        *(f"o{c}" for c, e in ONE_API_CODES.items() if e.who == "operator"),
    }
    assert len(found(owner.client, who="nonsense")) == len(EVERY_CODE)


@pytest.mark.parametrize("value", ["\x00", "x" * 5000, "<b>", "‮", "%"])
def test_it_answers_nonsense(owner, value):
    answer = owner.client.get(reverse("error_codes"), {"q": value, "who": value})
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode()


def test_it_says_how_often_the_practice_met_a_code(owner):
    for _n in range(2):
        owner.presses("email", "check")
    other = Owner()
    ProviderCall.objects.create(
        api="connect", action="x", codes="103", started_at=clock.now()
    )
    html = owner.client.get(reverse("error_codes"), {"q": "103"}).content.decode()
    row = html[html.index('id="c103"') : html.index('id="m103"')]
    assert "seen here 2 times" in row
    assert "seen here" not in html[html.index('id="m103"') :]
    assert other.client.get(reverse("error_codes")).status_code == 302


def test_it_lists_what_was_met_and_is_in_no_table(owner):
    owner.account.calls.create(
        api="connect", action="x", codes="777,103", started_at=clock.now()
    )
    assert "c777" in found(owner.client)


def test_it_is_for_owners_and_operators(owner):
    clerk = Client()
    clerk.force_login(make_member(owner.account.practice, "front_desk").user)
    assert clerk.get(reverse("error_codes")).status_code == 403
    operator = Client()
    operator.force_login(make_user(is_staff=True))
    assert operator.get(reverse("error_codes")).status_code == 200
