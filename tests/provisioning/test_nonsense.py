"""Nonsense typed into the set-up comes back as words on the page, not as a fault."""

import pytest
from django.test import Client
from django.urls import reverse

from provisioning.models import ProviderCall
from provisioning.wizard import PAGES
from tests.make import make_account, make_member, make_practice
from tests.provisioning.owner import TYPED, Owner

pytestmark = pytest.mark.django_db

NONSENSE = [
    "\x00",
    "a\x01b",
    "a\ufffeb",
    "\x1b[2J",
    "\u202eabc",
    "x" * 100_000,
    "9" * 5000,
]


@pytest.fixture
def owner() -> Owner:
    """Somebody who has not begun."""
    return Owner()


@pytest.mark.parametrize("field", [*TYPED, "captcha_id", "country", "account_type"])
def test_it_answers_nonsense_on_the_first_page(owner, field):
    for value in NONSENSE:
        typed = {**TYPED, "captcha_id": "c", "captcha_code": "x", field: value}
        assert owner.client.post(reverse("start"), typed).status_code == 422


@pytest.mark.parametrize(
    "field", ["practice_name", "first_name", "last_name", "captcha_code"]
)
def test_it_sends_the_provider_nothing_that_no_document_can_carry(owner, field):
    typed = {"code": "a\x01b"} if field == "captcha_code" else {field: "a\x01b"}
    page = owner.registers(**typed)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not ProviderCall.objects.filter(action="register").exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug)
def test_it_answers_nonsense_on_every_page(page):
    practice = make_practice()
    make_account(practice, page.stage)
    if page.slug == "test":
        practice.account.credits_settled_at = practice.account.stage_since
        practice.account.save()
    client = Client()
    client.force_login(make_member(practice).user)
    names = (
        "email_address",
        "mobile_number",
        "code",
        "api_id",
        "number",
        "captcha_code",
    )
    for do, act in page.acts.items():
        if not act.form.base_fields:
            continue
        for value in NONSENSE:
            typed = {"do": do, "captcha_id": value, **dict.fromkeys(names, value)}
            answer = client.post(reverse("wizard_page", args=[page.slug]), typed)
            assert answer.status_code == 422, (do, value[:9])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug)
def test_it_answers_polls_of_the_pages_that_poll(page):
    practice = make_practice()
    make_account(practice, page.stage)
    if page.slug == "test":
        practice.account.credits_settled_at = practice.account.stage_since
        practice.account.save()
    client = Client()
    client.force_login(make_member(practice).user)
    answer = client.get(reverse("wizard_state", args=[page.slug]))
    assert answer.status_code == (200 if page.polls else 404)


@pytest.mark.parametrize(
    "country", ["", "x", "-1", "1.5", "9" * 5000, "\x00", "٣" * 20]
)
def test_it_knows_no_terms_for_countries_that_can_be_none(country):
    answer = Client().get(reverse("terms"), {"country": country})
    assert answer.status_code == 404


def test_it_answers_odd_requests_for_a_picture(owner):
    for name in NONSENSE:
        answer = owner.client.get(reverse("captcha"), {"id": name})
        assert answer.status_code == 200
        assert "<script" not in answer.content.decode()
