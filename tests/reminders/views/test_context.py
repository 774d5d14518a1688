"""The frame of every page: rail, counts, health, banners."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory

from provisioning.models import Interface, Membership, Notice, Practice, Stage
from reminders.models import Heartbeat, Message
from reminders.views.context import frame
from tests import make
from tests.reminders.views import sign_in, words_of

pytestmark = pytest.mark.django_db


def framed(
    practice: Practice, role: Membership.Role = Membership.Role.OWNER
) -> dict[str, Any]:
    """What the frame of the clinic's page says."""
    context = sign_in(practice, role).get("/clinic/").context
    return {
        key: context.get(key) for key in ("rail", "rail_apart", "health", "banners")
    }


def counts(practice: Practice) -> dict[str, int]:
    """The numbers in the rail that are not nought."""
    rail = framed(practice)["rail"]
    return {item["url_name"]: item["count"] for item in rail if item["count"]}


def test_it_costs_no_query_on_pages_without_a_practice(
    django_assert_num_queries: Any,
) -> None:
    request = RequestFactory().get("/account/login/")

    with django_assert_num_queries(0):
        assert set(frame(request)) == {"sandbox_url"}
    assert Client().get("/account/login/").status_code == 200


def test_it_costs_one_query_on_pages_of_the_desk(
    django_assert_num_queries: Any,
) -> None:
    practice = make.make_practice()
    make.make_account(practice, Stage.REGISTERED)
    request: Any = RequestFactory().get("/")
    request.practice, request.resolver_match = practice, None
    request.membership = make.make_member(practice)

    with django_assert_num_queries(1):
        assert len(list(frame(request)["rail"])) == 5


def test_it_knows_of_the_engine_and_of_reports_by_that_same_query(
    django_assert_num_queries: Any,
) -> None:
    practice = make.make_ready_practice()
    request: Any = RequestFactory().get("/")
    request.practice, request.resolver_match = practice, None
    request.membership = make.make_member(practice)

    with django_assert_num_queries(1):
        framed = frame(request)
        assert len(list(framed["rail"])) == 5
        assert framed["health"]["tone"] == "ok"
        assert not framed["banners"]


def test_it_asks_once_more_what_is_wrong(django_assert_num_queries: Any) -> None:
    practice = make.make_ready_practice()
    silence(practice, 4, "send")
    Notice.objects.keep("reports_silent", {practice.account.pk}, make.NOW)
    request: Any = RequestFactory().get("/")
    request.practice, request.resolver_match = practice, None
    request.membership = make.make_member(practice)

    with django_assert_num_queries(2):
        framed = frame(request)
        assert len(list(framed["rail"])) == 5
        assert framed["health"]["tone"] == "bad"
        assert len(framed["banners"]) == 2


def test_parts_that_show_no_frame_ask_nothing(django_assert_num_queries: Any) -> None:
    practice = make.make_ready_practice()
    request: Any = RequestFactory().get("/")
    request.practice, request.resolver_match = practice, None
    request.membership = make.make_member(practice)

    with django_assert_num_queries(0):
        frame(request)


def test_it_leads_back_to_the_desk_from_the_pages_of_ones_own_sign_in() -> None:
    practice = make.make_ready_practice()

    page = sign_in(practice).get("/account/password/change/")

    assert next(item["label"] for item in page.context["rail"]) == "Today"
    assert page.context["practice"] == practice
    assert page.context["on_own_pages"]


def test_it_shows_no_rail_to_somebody_without_a_practice() -> None:
    client = Client()
    client.force_login(make.make_user())

    page = client.get("/account/password/change/")

    assert page.status_code == 200
    assert "rail" not in page.context


def test_it_counts_texts_that_need_a_person() -> None:
    practice = make.make_ready_practice()
    phone = make.make_phone(practice)
    make.make_inbound(phone)
    make.make_inbound(phone, handled_at=make.NOW)
    make.make_inbound(phone, needs_staff=False)
    make.make_inbound(make.make_phone(make.make_ready_practice()))

    assert counts(practice) == {"inbox": 1}


def test_it_counts_what_failed_since_yesterday() -> None:
    practice = make.make_ready_practice()
    phone = make.make_phone(practice)
    long_ago = make.NOW - timedelta(days=2)
    make.make_message(phone, state=Message.State.FAILED)
    make.make_message(phone, state=Message.State.UNDELIVERED)
    make.make_message(phone, state=Message.State.FAILED, now=long_ago)
    make.make_message(phone, state=Message.State.DELIVERED)
    make.make_message(phone, state=Message.State.QUEUED)

    assert counts(practice) == {"outbox": 2}


def test_it_counts_what_is_held_while_the_account_cannot_send() -> None:
    practice = make.make_practice()
    make.make_account(practice, Stage.CONNECTED)
    visit = make.make_appointment(make.make_patient(practice))
    make.make_reminder(visit)
    make.make_message(make.make_phone(practice), state=Message.State.QUEUED)
    later = make.NOW + timedelta(hours=1)
    make.make_message(make.make_phone(practice), send_after=later)

    assert counts(practice) == {"outbox": 2}


@pytest.mark.parametrize(
    ("fields", "tone", "word"),
    [
        ({}, "ok", "Texts go out"),
        ({"out_of_credit_at": make.NOW}, "bad", "Out of credit"),
        ({"suspended_at": make.NOW}, "bad", "Suspended"),
        ({"credentials_refused_at": make.NOW}, "bad", "Sign-in refused"),
        ({"limited_until": make.NOW + timedelta(hours=3)}, "warn", "1:00 PM"),
        ({"limited_until": make.NOW - timedelta(hours=3)}, "ok", "Texts go out"),
    ],
)
def test_it_says_in_words_whether_texts_go_out(
    fields: dict[str, Any], tone: str, word: str
) -> None:
    practice = make.make_practice()
    make.make_account(practice, **fields)

    said = framed(practice)

    assert said["health"]["tone"] == tone
    assert word in str(said["health"]["word"])
    assert bool(said["banners"]) is (tone == "bad")


def test_it_warns_of_low_credit_and_leads_owners_to_more() -> None:
    practice = make.make_practice()
    make.make_account(practice, credit_low_at=make.NOW, balance=42)

    for role in (Membership.Role.OWNER, Membership.Role.FRONT_DESK):
        said = framed(practice, role)
        assert said["health"]["tone"] == "warn"
        (banner,) = said["banners"]
        assert "42 credits left" in banner["text"]
        assert ("url" in banner) is (role == Membership.Role.OWNER)


def test_it_leads_owners_to_where_a_refused_password_is_typed_anew() -> None:
    practice = make.make_practice()
    make.make_account(practice, credentials_refused_at=make.NOW)

    assert framed(practice)["banners"][0]["url"] == "/setup/account/password/"
    desk = framed(practice, Membership.Role.FRONT_DESK)
    assert desk["banners"][0]["url"] == "/outbox/"


def test_a_refused_key_leads_to_the_page_for_keys() -> None:
    practice = make.make_practice()
    keyed: dict[str, Any] = {
        "interface": Interface.ONE_API,
        "api_key": "key",
        "username": "",
    }
    make.make_account(practice, credentials_refused_at=make.NOW, **keyed)

    (banner,) = framed(practice)["banners"]
    assert banner["url"] == "/setup/account/key/"
    assert banner["action"] == "Paste the new key"


def test_it_leads_only_owners_to_the_account() -> None:
    practice = make.make_practice()
    make.make_account(practice, out_of_credit_at=make.NOW)

    for role, names in {
        Membership.Role.OWNER: ["account", "clinic"],
        Membership.Role.FRONT_DESK: ["clinic"],
    }.items():
        said = framed(practice, role)
        assert [item["url_name"] for item in said["rail_apart"]] == names
        to_account = said["banners"][0]["url"] == "/setup/account/"
        assert to_account is (role == Membership.Role.OWNER)


def test_it_marks_the_room_one_is_in() -> None:
    practice = make.make_ready_practice()
    patient = make.make_patient(practice)

    rail = sign_in(practice).get(f"/patients/{patient.pk}/").context["rail"]

    assert [item["url_name"] for item in rail if item["current"]] == ["patients"]


def test_it_shows_a_condition_on_every_page() -> None:
    practice = make.make_practice()
    make.make_account(practice, out_of_credit_at=make.NOW)

    answer = sign_in(practice).get("/patients/")

    assert "out of credit" in answer.content.decode()
    assert "No patients yet" in words_of(answer)


def silence(practice: Practice, minutes: int, *parts: str) -> None:
    """Let parts of the engine have been silent for so long."""
    at = make.NOW - timedelta(minutes=minutes)
    Heartbeat.objects.filter(part__in=parts).update(beat_at=at)


@pytest.mark.parametrize("part", ["beat", "fill", "send"])
def test_it_says_on_every_page_that_the_engine_stands_still(part: str) -> None:
    practice = make.make_ready_practice()
    silence(practice, 4, part)

    answer = sign_in(practice).get("/patients/")

    assert answer.context["health"]["word"] == "Texts stand still"
    (banner,) = answer.context["banners"]
    assert "No texts have gone out for 4 minutes." in banner["text"]
    assert "phone patients whose visit is near" in banner["text"]
    assert (banner["url"], banner["action"]) == ("/health/", "What to do")
    assert "No texts have gone out" in answer.content.decode()


def test_the_front_desk_is_led_to_what_waits() -> None:
    practice = make.make_ready_practice()
    silence(practice, 4, "send")

    (banner,) = framed(practice, Membership.Role.FRONT_DESK)["banners"]
    assert (banner["url"], banner["action"]) == ("/outbox/", "See what waits")


def test_it_says_that_the_engine_was_never_started() -> None:
    Heartbeat.objects.all().delete()

    (banner,) = framed(make.make_ready_practice())["banners"]
    assert "has not been started" in banner["text"]


def test_it_says_nothing_of_the_engine_after_a_pause_that_is_none() -> None:
    practice = make.make_ready_practice()
    silence(practice, 1, "beat", "fill", "send")

    assert not framed(practice)["banners"]


def test_the_engine_does_not_matter_before_the_set_up_is_through() -> None:
    practice = make.make_practice()
    make.make_account(practice, Stage.CONNECTED)
    Heartbeat.objects.all().delete()

    said = framed(practice)
    assert not said["banners"]
    assert said["health"]["word"] == "Texts wait"


@pytest.mark.parametrize(
    ("kind", "tone", "word", "words"),
    [
        ("texts_stuck", "bad", "Texts stand still", "for 7 minutes"),
        ("reports_silent", "warn", "No reports", "no delivery report comes back"),
        ("reports_refused", "bad", "Reports refused", "is being refused"),
    ],
)
def test_it_says_what_the_watcher_noticed(
    kind: str, tone: str, word: str, words: str
) -> None:
    practice, other = make.make_ready_practice(), make.make_ready_practice()
    since = make.NOW - timedelta(minutes=7)
    Notice.objects.keep(kind, {practice.account.pk}, since)

    said = framed(practice)
    assert (said["health"]["tone"], said["health"]["word"]) == (tone, word)
    (banner,) = said["banners"]
    assert words in banner["text"]
    assert "phone" in banner["text"]
    assert not framed(other)["banners"]

    Notice.objects.keep(kind, set(), make.NOW)
    assert not framed(practice)["banners"]


def test_what_the_account_says_comes_before_what_the_engine_says() -> None:
    practice = make.make_practice()
    make.make_account(practice, out_of_credit_at=make.NOW)
    silence(practice, 4, "send")

    said = framed(practice)
    assert said["health"]["word"] == "Out of credit"
    assert ["out of credit" in b["text"] for b in said["banners"]] == [True, False]
