"""Numbers the account has already: offered first, given up, and refused to others."""

import pytest
from django.urls import reverse
from requests import Session

from provisioning import steps, two_way
from provisioning.models import Line, ProviderCall, Stage
from provisioning.sandbox import callbacks, clock
from provisioning.sandbox.models import ApiConnection, Number
from reminders.models import Message
from tests import wire
from tests.make import NOW, make_account, make_line, make_member, make_practice
from tests.provisioning.owner import MOBILE, NUMBER, Owner

pytestmark = pytest.mark.django_db

NUMBER_PAGE = reverse("wizard_page", args=["number"])
OTHER = "+14155550143"


@pytest.fixture
def owner() -> Owner:
    """Somebody whose account is connected and has no number yet."""
    owner = Owner()
    owner.is_connected()
    return owner


def rents(owner: Owner, number: str = NUMBER) -> None:
    """Have the number at the provider, with its reply path, without telling the app."""
    Number.objects.update_or_create(
        account=owner.at_provider,
        defaults={
            "digits": number.removeprefix("+"),
            "connection": ApiConnection.objects.get(api_id=owner.account.api_id),
            "claimed_at": clock.now(),
            "reply_url": steps.text_address(owner.account),
            "reply_username": owner.account.HOOK_USER,
            "reply_password": owner.account.hook_password,
        },
    )


def texts(sender: str, text: str, number: str = NUMBER) -> None:
    """Write a text on a phone, and let the provider hand it on."""
    address = f"http://sandbox.test/phone/{sender.removeprefix('+')}/answer"
    with wire.on_the_wire(Session()) as phone:
        data = {"to": number.removeprefix("+"), "text": text}
        phone.post(address, data=data).raise_for_status()
    callbacks.deliver_due(clock.now())


# --- Seen --------------------------------------------------------------------------


def test_it_offers_the_number_that_the_owner_has_texted(owner):
    rents(owner)
    texts(MOBILE, "Anything")
    assert owner.account.seen_number == NUMBER
    # The text was for the set-up: nobody at the desk has to read it.
    assert not Message.objects.exists()
    state = owner.client.get(reverse("wizard_state", args=["number"]))
    assert f'name="number" value="{NUMBER}"' in state.content.decode()
    assert "Your text has come in on it." in state.content.decode()

    owner.presses("number", "claim", number=NUMBER)

    assert Line.objects.get(retired_at=None).number == NUMBER
    assert owner.account.stage == Stage.NUMBER_CLAIMED


def test_it_tells_the_trick_until_a_number_was_seen(owner):
    page = owner.client.get(NUMBER_PAGE).content.decode()
    assert "text it anything from your mobile, (212) 555-0177" in page
    rents(owner)
    texts(MOBILE, "Anything")
    page = owner.client.get(NUMBER_PAGE).content.decode()
    assert "text it anything from your mobile" not in page


def test_it_takes_other_peoples_texts_for_what_they_are(owner):
    rents(owner)
    texts("+12125550188", "Hello")
    assert owner.account.seen_number == ""
    assert Message.objects.get().body == "Hello"


@pytest.mark.parametrize(
    "stage", [stage for stage in Stage if stage is not Stage.CONNECTED]
)
def test_it_learns_numbers_only_while_it_waits_for_one(stage):
    account = make_account(make_practice(), stage, mobile_number=MOBILE)
    assert not two_way.note_number(account, MOBILE, NUMBER)
    account.refresh_from_db()
    assert account.seen_number == ""


def test_it_learns_nothing_from_what_can_be_no_number():
    account = make_account(make_practice(), Stage.CONNECTED, mobile_number=MOBILE)
    assert not two_way.note_number(account, MOBILE, "+" + "9" * 30)
    assert not two_way.note_number(account, MOBILE[:-1], NUMBER)


def test_its_polls_never_ask_the_provider(owner):
    asked = ProviderCall.objects.count()
    owner.client.get(reverse("wizard_state", args=["number"]))
    owner.client.get(NUMBER_PAGE)
    assert ProviderCall.objects.count() == asked


# --- Had before --------------------------------------------------------------------


def test_it_offers_numbers_that_worked_before_newest_first():
    account = make_account(make_practice(), Stage.CONNECTED)
    make_line(account, OTHER, retired_at=NOW)
    make_line(account, NUMBER, retired_at=NOW)
    make_line(account, OTHER, retired_at=NOW)
    assert steps.known_numbers(account) == [OTHER, NUMBER]


def test_it_reads_the_text_as_well_where_patients_have_been_texted_before():
    account = make_account(make_practice(), mobile_number=MOBILE)
    steps.give_up_number(account, by=make_member(account.practice).user, now=NOW)
    account.stage_changes.create(
        before=Stage.NUMBER_CLAIMED, after=Stage.READY, at=NOW, event="answered"
    )
    assert not two_way.note_number(account, MOBILE, NUMBER)
    account.refresh_from_db()
    assert account.seen_number == NUMBER


def test_it_offers_the_seen_number_before_all_others():
    account = make_account(make_practice(), Stage.CONNECTED, seen_number=NUMBER)
    make_line(account, OTHER, retired_at=NOW)
    assert steps.known_numbers(account) == [NUMBER, OTHER]


def test_it_offers_no_number_that_never_worked():
    account = make_account(make_practice(), Stage.CONNECTED)
    make_line(account, NUMBER, retired_at=NOW, proven_at=None)
    assert steps.known_numbers(account) == []


def test_it_offers_nobody_elses_numbers():
    account = make_account(make_practice(), Stage.CONNECTED)
    make_line(account, NUMBER, retired_at=NOW)
    make_line(make_account(make_practice()), NUMBER)
    assert steps.known_numbers(account) == []


def test_it_refuses_a_number_that_another_practice_sends_from(owner):
    make_line(make_account(make_practice("Hillside")), NUMBER)
    page = owner.presses("number", "claim", number=NUMBER)
    assert page.status_code == 422
    form = page.context["forms"]["claim"]
    assert "Another practice here sends from this number" in str(form.errors["number"])
    assert form["number"].value() == "(415) 555-0142"
    assert owner.account.stage == Stage.CONNECTED


def test_it_takes_a_number_that_another_practice_has_given_up(owner):
    make_line(make_account(make_practice("Hillside")), NUMBER, retired_at=NOW)
    assert owner.presses("number", "claim", number=NUMBER).status_code == 302


# --- Given up ----------------------------------------------------------------------


@pytest.mark.parametrize("stage", [Stage.NUMBER_CLAIMED, Stage.READY])
def test_it_gives_the_number_up_and_waits_for_another(stage):
    account = make_account(make_practice(), stage, seen_number=NUMBER)
    line = make_line(account, NUMBER)
    by = make_member(account.practice).user
    assert steps.give_up_number(account, by=by, now=NOW)
    assert account.stage_changes.get().by == by
    line.refresh_from_db()
    assert line.retired_at == NOW
    assert account.stage == Stage.CONNECTED
    assert account.seen_number == ""
    assert steps.known_numbers(account) == [NUMBER]


def test_it_gives_up_once():
    account = make_account(make_practice())
    make_line(account, NUMBER)
    by = make_member(account.practice).user
    assert steps.give_up_number(account, by=by, now=NOW)
    assert not steps.give_up_number(account, by=by, now=NOW)
    assert account.stage_changes.count() == 1


def test_it_leaves_an_account_without_a_number_alone():
    account = make_account(make_practice(), Stage.PHONE_VERIFIED)
    by = make_member(account.practice).user
    assert not steps.give_up_number(account, by=by, now=NOW)
    assert account.stage == Stage.PHONE_VERIFIED


def test_it_is_ready_again_on_the_next_number():
    owner = Owner()
    owner.has_a_number()
    owner.presses("credits", "go_on")
    assert steps.give_up_number(owner.account, by=owner.user, now=clock.now())
    assert owner.lands_on() == NUMBER_PAGE
    rents(owner, OTHER)
    owner.presses("number", "claim", number=OTHER)
    # The credits were settled with the first number.
    assert owner.lands_on() == reverse("wizard_page", args=["test"])
    owner.at_provider.receive(500)
    type(owner.at_provider).objects.update(bought_at=clock.now())
    owner.presses("test", "test")
    owner.answers("OK", OTHER)
    assert owner.account.stage == Stage.READY
    assert Line.objects.get(retired_at=None).number == OTHER
