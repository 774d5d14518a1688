"""The operator's pages of the ground floor: to look at, hardly to change."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from provisioning.models import Practice, ProviderAccount, ProviderCall, User
from provisioning.models.fields import EncryptedTextField
from tests import make

pytestmark = pytest.mark.django_db

OURS = [
    model for model in admin.site._registry if model._meta.app_label == "provisioning"
]


@pytest.fixture
def operator(client: Client) -> Client:
    """An operator who is signed in, and a practice whose account has made calls."""
    client.force_login(
        User.objects.create_superuser(
            "operator@example.org", first_name="Olga", last_name="Operator"
        )
    )
    practice = make.make_ready_practice()
    make.make_member(practice)
    for _ in range(6):
        ProviderCall.objects.create(
            account=practice.account,
            api=ProviderCall.Api.CONNECT,
            action="authenticate_user",
            started_at=make.NOW,
        )
    return client


def page(model, which, *args):
    return reverse(f"admin:provisioning_{model._meta.model_name}_{which}", args=args)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_it_lists_and_shows(operator, model):
    assert operator.get(page(model, "changelist")).status_code == 200
    row = model.objects.first()
    assert operator.get(page(model, "change", row.pk)).status_code == 200


def test_it_shows_no_credentials(operator):
    account = ProviderAccount.objects.get()
    account.api_key = "a-key-of-one-api=="
    account.save()
    words = operator.get(page(ProviderAccount, "change", account.pk)).content.decode()
    fields = ProviderAccount._meta.fields
    encrypted = [
        field.name for field in fields if isinstance(field, EncryptedTextField)
    ]
    assert len(encrypted) == 3
    for name in (*encrypted, "hook_secret"):
        assert getattr(account, name) not in words, name


@pytest.mark.parametrize(
    "model", [Practice, ProviderAccount, ProviderCall], ids=lambda model: model.__name__
)
def test_it_leaves_the_beginning_to_the_set_up(operator, model):
    assert operator.get(page(model, "add")).status_code == 403


def test_it_refuses_a_time_zone_that_is_none(operator):
    practice = Practice.objects.get()
    form = operator.get(page(Practice, "change", practice.pk)).context["adminform"].form
    typed = {**form.initial, "time_zone": "Mars/Olympus_Mons"}
    typed |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    answer = operator.post(page(Practice, "change", practice.pk), typed)
    assert "There is no time zone of this name." in answer.content.decode()


def test_it_keeps_addresses_in_lower_case(operator):
    typed = {"email": "Ada@Example.org", "first_name": "Ada", "last_name": "Adams"}
    typed |= {
        "date_joined_0": "2026-03-02",
        "date_joined_1": "10:00",
        "is_active": "on",
    }
    answer = operator.post(page(User, "add"), typed)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert User.objects.get(first_name="Ada").email == "ada@example.org"


def test_it_asks_as_many_questions_for_many_calls_as_for_one(
    operator, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        operator.get(page(ProviderCall, "changelist"))
