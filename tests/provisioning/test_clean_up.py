"""Sign-ups that nobody finished go; what the provider knows stays."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from provisioning import abandoned, clock, tasks
from provisioning.models import (
    Invitation,
    Membership,
    Practice,
    ProviderAccount,
    ProviderCall,
    Stage,
    StageChange,
    User,
)
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import Rule
from tests.make import make_account, make_member, make_practice, make_ready_practice
from tests.provisioning.owner import Owner

pytestmark = pytest.mark.django_db

DAYS = 30


@pytest.fixture
def owner() -> Owner:
    return Owner()


def ages(days: float = DAYS + 1) -> None:
    """Let everything have happened so long ago."""
    then = clock.now() - timedelta(days=days)
    ProviderAccount.objects.update(stage_since=then)
    ProviderCall.objects.update(started_at=then)
    User.objects.update(last_login=then, date_joined=then)


def cleans_up() -> None:
    """Run it now."""
    abandoned.clean_up(clock.now(), days=DAYS)


def refused(owner: Owner) -> None:
    """Sign up, and be refused by the provider: the picture was read wrong."""
    owner.registers(code="WRONG1")
    assert owner.account.stage == Stage.DRAFT


def lost(owner: Owner) -> None:
    """Sign up twice: refused, then done at the provider without an answer to us."""
    refused(owner)
    # Both the call and the question what became of it.
    Rule.objects.create(action="register", kind="lost")
    Rule.objects.create(action="authenticate_user", kind="silent")
    owner.registers()
    Rule.objects.all().delete()
    assert owner.account.stage == Stage.DRAFT


# --- What goes -------------------------------------------------------------------------


def test_it_deletes_practice_people_and_log_of_a_draft(owner, caplog):
    refused(owner)
    ages()
    cleans_up()
    for model in (Practice, ProviderAccount, Membership, User):
        assert not model.objects.exists(), model
    assert not ProviderCall.objects.filter(account__isnull=False).exists()
    assert "'practices': 1" in caplog.text
    assert "olivia" not in caplog.text


def test_it_asks_nothing_where_every_registration_was_refused(owner):
    refused(owner)
    ages()
    cleans_up()
    assert not ProviderCall.objects.filter(action="authenticate_user").exists()


def test_a_worker_does_it_after_as_many_days_as_are_set(owner, settings):
    refused(owner)
    ages(3)
    settings.ABANDONED_SIGNUP_DAYS = 4
    tasks.clean_up()
    assert Practice.objects.exists()
    settings.ABANDONED_SIGNUP_DAYS = 2
    tasks.clean_up()
    assert not Practice.objects.exists()


def test_who_comes_back_later_starts_afresh(owner):
    refused(owner)
    ages()
    cleans_up()
    again = Owner()
    assert again.registers().status_code == 302
    assert again.account.stage == Stage.REGISTERED


# --- What stays ------------------------------------------------------------------------


@pytest.mark.parametrize("trace", ["stage", "call", "sign-in", "person"])
def test_a_draft_that_somebody_touched_stays(owner, trace):
    refused(owner)
    ages()
    recent = clock.now() - timedelta(days=DAYS - 1)
    match trace:
        case "stage":
            ProviderAccount.objects.update(stage_since=recent)
        case "call":
            newest = owner.account.calls.latest("pk")
            ProviderCall.objects.filter(pk=newest.pk).update(started_at=recent)
        case "sign-in":
            User.objects.update(last_login=recent)
        case "person":
            User.objects.update(date_joined=recent)
    cleans_up()
    assert Practice.objects.exists()


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.DRAFT])
def test_a_practice_past_draft_is_never_deleted(stage):
    make_member(make_account(make_practice(), stage).practice)
    ages(3000)
    cleans_up()
    assert Practice.objects.exists()
    assert User.objects.exists()


def test_a_draft_that_is_being_registered_stays(owner):
    refused(owner)
    ages()
    ProviderAccount.objects.update(busy_until=clock.now() + timedelta(minutes=1))
    cleans_up()
    assert Practice.objects.exists()


def test_who_belongs_elsewhere_stays(owner):
    refused(owner)
    make_member(make_ready_practice(), user=owner.user)
    person = owner.user
    ages()
    cleans_up()
    assert Practice.objects.count() == 1
    assert person.memberships.count() == 1


def test_who_is_named_in_a_history_stays(owner):
    refused(owner)
    person = owner.user
    StageChange.objects.create(
        account=make_ready_practice().account,
        before=Stage.DRAFT,
        after=Stage.REGISTERED,
        at=clock.now(),
        by=person,
    )
    ages()
    cleans_up()
    assert Practice.objects.count() == 1
    assert User.objects.filter(pk=person.pk).exists()
    assert not person.memberships.exists()


def test_who_runs_the_house_stays(owner):
    refused(owner)
    User.objects.update(is_staff=True)
    ages()
    cleans_up()
    assert User.objects.exists()
    assert not Practice.objects.exists()


# --- Where the provider has to be asked --------------------------------------------------


def test_one_that_the_provider_knows_becomes_registered_and_stays(owner):
    lost(owner)
    ages()
    cleans_up()
    assert owner.account.stage == Stage.REGISTERED
    assert owner.lands_on() == reverse("wizard_page", args=["email"])


def test_one_that_the_provider_does_not_know_goes_once_it_was_asked(owner):
    lost(owner)
    ProvidersAccount.objects.all().delete()
    ages()
    cleans_up()
    assert not Practice.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize("outcome", ["pending", "unknown", "answered"])
def test_nothing_goes_while_the_provider_cannot_say(owner, outcome):
    refused(owner)
    owner.account.calls.action_named("register").update(outcome=outcome)
    ages()
    Rule.objects.create(action="authenticate_user", kind="silent", times=None)
    cleans_up()
    assert Practice.objects.exists()
    # The question itself keeps nothing alive: the next night asks again.
    Rule.objects.all().delete()
    cleans_up()
    assert not Practice.objects.exists()


def test_it_asks_about_a_few_a_night(owner, monkeypatch):
    lost(owner)
    ages()
    monkeypatch.setattr(abandoned, "MOST_ASKED", 0)
    cleans_up()
    assert owner.account.stage == Stage.DRAFT


def test_it_asks_nothing_when_our_address_is_nearly_locked(owner):
    lost(owner)
    sign_ins = ProviderCall.objects.filter(action="authenticate_user")
    sign_ins.update(outcome="refused", codes="404")
    for _n in range(5):
        ProviderCall.objects.create(
            api="connect",
            action="authenticate_user",
            outcome="refused",
            codes="404",
            started_at=clock.now(),
        )
    ages()
    cleans_up()
    assert owner.account.stage == Stage.DRAFT


def test_the_wire_log_keeps_the_doubt_however_old(owner, settings):
    lost(owner)
    ages(3000)
    settings.WIRE_LOG_DAYS = 1
    tasks.prune_wire_log()
    assert owner.account.calls.action_named("register").maybe_done().count() == 1
    cleans_up()
    assert owner.account.stage == Stage.REGISTERED
    ages(3000)
    tasks.prune_wire_log()
    assert not ProviderCall.objects.filter(action="register").exists()


def test_sessions_that_ran_out_go_and_others_stay():
    now = clock.now()
    for key, age in (("old", 1), ("new", -1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=now - timedelta(days=age)
        )
    tasks.clean_up()
    assert Session.objects.get().session_key == "new"


# --- Invitations -------------------------------------------------------------------------


def test_invitations_that_are_over_go_and_others_stay():
    practice, now = make_ready_practice(), clock.now()
    old = now - timedelta(days=DAYS + 1)

    def invitation(email: str, invited_at=old, **fields) -> None:
        practice.invitations.create(
            email=email, role="manager", invited_at=invited_at, **fields
        )

    invitation("accepted@example.org", accepted_at=old)
    invitation("withdrawn@example.org", withdrawn_at=old)
    invitation("out@example.org", invited_at=old - Invitation.LASTS)
    invitation("waits@example.org", invited_at=now)
    invitation("lately-out@example.org")
    invitation("lately@example.org", accepted_at=now)
    cleans_up()
    left = Invitation.objects.values_list("email", flat=True)
    assert {email.partition("@")[0] for email in left} == {
        "waits",
        "lately-out",
        "lately",
    }
