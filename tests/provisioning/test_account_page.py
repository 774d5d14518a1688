"""The account page: what stands on it, and what each of its buttons does."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from provisioning import clock, credit, stages, tasks
from provisioning.models import ProviderAccount, ProviderCall, Stage, TwoWayTest
from provisioning.sandbox import callbacks
from provisioning.sandbox import clock as sandbox_clock
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import Rule, Ticket
from provisioning.templatetags.events import HAPPENED
from provisioning.templatetags.wire import sentences
from tests.provisioning.owner import Owner, picture_on
from tests.reminders.demo.stage import make_browser

pytestmark = pytest.mark.django_db

ADDRESS = "/setup/account/"


@pytest.fixture
def owner() -> Owner:
    owner = Owner()
    owner.is_ready()
    return owner


def presses(owner: Owner, do: str, **typed: str):
    """Press a button of the page."""
    return owner.client.post(ADDRESS, {"do": do, **typed})


def words(owner: Owner) -> str:
    """The page as it is sent."""
    return owner.client.get(ADDRESS).content.decode()


def is_in(owner: Owner, **conditions: object) -> None:
    """Put the account into these conditions."""
    ProviderAccount.objects.filter(pk=owner.account.pk).update(**conditions)


# --- What stands on it -------------------------------------------------------------


def test_it_tells_stages_with_who_and_when_and_why(owner):
    page = words(owner)
    assert "Olivia Owner" in page
    assert "A text went out, and the answer came in." in page
    assert "The provider opened the account" in page


def test_every_event_has_its_words():
    assert set(HAPPENED) == set(stages.Event)


def test_it_shows_the_providers_last_answer_with_its_sentence(owner):
    Rule.objects.create(action="getBalance", kind="answer", code="301")
    page = presses(owner, "again")
    assert page.status_code == 422
    assert page.context["last_answer"].codes == "301"
    assert sentences(page.context["last_answer"])[0] in page.content.decode()


def test_a_code_that_no_table_has_says_nothing():
    call = ProviderCall(api="connect", codes="404,777")
    assert len(sentences(call)) == 1


def test_it_shows_balance_rate_and_chart(owner):
    account, now = owner.account, clock.now()
    account.balance_readings.all().delete()
    for days, balance in ((10, 200), (5, 150), (1, 100)):
        credit.note_balance(account, Decimal(balance), now - timedelta(days=days))
    page = owner.client.get(ADDRESS)
    text = page.content.decode()
    assert page.context["use"].days_left == 10
    assert "about 10 days" in text
    assert "<svg viewBox" in text
    assert "The same as a table" in text


def test_it_says_so_while_there_is_no_history(owner):
    assert "A chart stands here as soon as" in words(owner)


def test_it_never_shows_the_password(owner):
    assert owner.account.password not in words(owner)


@pytest.mark.parametrize(
    ("column", "says", "leads_to"),
    [
        ("credentials_refused_at", "does not accept the password", "password/"),
        ("suspended_at", "has stopped the account", 'value="again"'),
        ("out_of_credit_at", "No credit left.", 'value="buy"'),
        ("credit_low_at", "Credit is running out.", 'value="buy"'),
    ],
)
def test_each_condition_has_its_notice_and_one_way_out(owner, column, says, leads_to):
    is_in(owner, credit_low_at=None, stage_since=clock.now() - timedelta(days=1))
    assert says not in words(owner)
    is_in(owner, **{column: clock.now()})
    page = words(owner)
    notice = page[page.index(says) : page.index('id="credit"')]
    assert leads_to in notice
    assert len(re.findall(r'class="button\b', notice)) == 1


def test_its_queries_do_not_grow(owner, django_assert_num_queries):
    account = owner.account
    for hours in range(40):
        at = clock.now() - timedelta(hours=hours)
        account.balance_readings.create(balance=hours, at=at)
        account.stage_changes.create(
            before="ready", after="ready", event="answered", at=at, by=owner.user
        )
    # Session, person, membership; line, test; readings; changes; calls; the rail, and
    # since nobody works here, what is amiss.
    with django_assert_num_queries(10):
        owner.client.get(ADDRESS)
    with django_assert_num_queries(4):
        owner.client.get(reverse("credit_state"))
    with django_assert_num_queries(5):
        owner.client.get(reverse("test_state"))


def test_a_practice_that_is_not_registered_is_led_to_the_set_up(owner):
    for stage in (Stage.DRAFT, Stage.DISCONNECTED):
        ProviderAccount.objects.update(stage=stage)
        assert owner.client.get(ADDRESS).headers["Location"] == reverse("wizard")
        part = owner.client.get(reverse("credit_state"))
        assert part.headers["HX-Redirect"] == reverse("wizard")


def test_it_congratulates_for_a_while(owner):
    assert "Your number works" in words(owner)
    is_in(owner, stage_since=clock.now() - timedelta(hours=2))
    assert "Your number works" not in words(owner)


def test_it_offers_nothing_that_would_try_a_refused_password(owner):
    is_in(owner, credentials_refused_at=clock.now(), out_of_credit_at=clock.now())
    page = words(owner)
    assert 'value="buy"' not in page
    assert 'value="test"' not in page
    assert reverse("provider_password") in page


def test_an_unfinished_set_up_is_said_and_led_to(owner):
    is_in(owner, stage=Stage.CONNECTED)
    assert "Continue set-up" in words(owner)


# --- Its buttons -------------------------------------------------------------------


def test_it_knows_no_other_buttons(owner):
    assert presses(owner, "explode").status_code == 404
    assert owner.client.post(ADDRESS).status_code == 404


def test_looking_again_lifts_a_suspension_and_asks_for_the_balance(owner):
    is_in(owner, suspended_at=clock.now())
    ProvidersAccount.objects.update(credit=77)
    assert presses(owner, "again").headers["Location"] == ADDRESS
    assert owner.account.suspended_at is None
    assert owner.account.balance == 77


def test_buying_leads_to_a_fresh_link_that_is_kept_nowhere(owner, caplog):
    links = [presses(owner, "buy").headers["Location"] for _click in range(2)]
    assert links[0] != links[1]
    kept = [
        text
        for row in ProviderCall.objects.values_list("request", "response")
        for text in row
    ]
    for ticket in Ticket.objects.values_list("auth_id", flat=True):
        assert not any(ticket in text for text in kept)
        assert ticket not in caplog.text
        assert ticket not in str(dict(owner.client.session))


def test_what_was_bought_appears_by_itself(owner):
    browser = make_browser()
    link = presses(owner, "buy").headers["Location"]
    browser.submit(browser.open(link), {"pack": "500"})
    tasks.watch_accounts()
    assert owner.account.balance > 500
    part = owner.client.get(reverse("credit_state")).content.decode()
    assert f"{owner.account.balance:.0f}</span>" in part


def test_buying_asks_for_a_picture_when_the_provider_does(owner):
    Rule.objects.create(action="buy_credits_url", kind="answer", code="004")
    page = presses(owner, "buy")
    assert page.status_code == 422
    assert picture_on(page.content.decode())
    again = owner.client.post(ADDRESS, {"do": "buy", "new_picture": "1"})
    assert picture_on(again.content.decode())


def test_the_threshold_is_the_owners(owner):
    is_in(owner, balance=30, low_balance=20)
    assert presses(owner, "warn_at", low_balance="40").status_code == 302
    assert owner.account.low_balance == 40
    assert owner.account.credit_low_at
    for nonsense in ("", "-1", "many", "1e30", "NaN"):
        page = presses(owner, "warn_at", low_balance=nonsense)
        assert page.status_code == 422
        assert "low_balance" in page.context["forms"]["warn_at"].errors
    assert owner.account.low_balance == 40


def test_the_number_is_tested_again_with_ticks(owner):
    assert presses(owner, "test").status_code == 302
    test = TwoWayTest.objects.first()
    assert test.answered_at is None
    part = owner.client.get(reverse("test_state")).content.decode()
    assert "on its way" in part
    callbacks.deliver_due(sandbox_clock.now() + timedelta(seconds=5))
    owner.answers("OK")
    part = owner.client.get(reverse("test_state")).content.decode()
    assert "Your answer is here" in part
    assert owner.account.stage == Stage.READY
