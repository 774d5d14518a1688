"""The provider's picture: inline where it is wanted, in time, and for those who cannot
see it."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from provisioning import clock, offers, reading
from provisioning.models import Stage
from provisioning.sandbox.models import Captcha, Rule
from provisioning.wizard import PAGES
from tests.make import make_account, make_member, make_practice
from tests.provisioning.owner import TYPED, Owner, picture_on

pytestmark = pytest.mark.django_db

WANTED = ("003", "004", "400", "401", "402", "403")
# What each button of the set-up that signs in at the provider needs to be typed.
ASKING = {
    ("email", "check"): {},
    ("email", "resend"): {"email_address": "olivia.owner@example.org"},
    ("mobile", "send"): {"mobile_number": "(212) 555-0179"},
    ("mobile", "verify"): {"code": "AB12C"},
    ("mobile", "status"): {},
    ("connection", "connect"): {},
    ("connection", "open"): {},
    ("connection", "anew"): {},
    ("number", "open"): {},
    ("credits", "buy"): {},
}
# Shown only where something has gone wrong before.
RARE = {("mobile", "status"), ("connection", "open"), ("connection", "anew")}
STAGES = {page.slug: page.stage for page in PAGES}


@pytest.fixture
def owner() -> Owner:
    return Owner()


def owner_at(stage: Stage) -> Client:
    """The browser of the owner of an account at this stage."""
    practice = make_practice()
    make_account(practice, stage, now=clock.now(), balance=0)
    client = Client()
    client.force_login(make_member(practice).user)
    return client


def press(client: Client, slug: str, do: str, **typed):
    return client.post(reverse("wizard_page", args=[slug]), {"do": do, **typed})


def code_of(captcha_id: str) -> str:
    return Captcha.objects.get(captcha_id=captcha_id).code


# --- Inline, with everything typed -------------------------------------------------


@pytest.mark.parametrize("code", WANTED)
@pytest.mark.parametrize(("slug", "do"), ASKING)
def test_it_appears_in_the_form_that_asked_and_keeps_what_was_typed(slug, do, code):
    client = owner_at(STAGES[slug])
    Rule.objects.create(action="any", kind="answer", code=code, times=1)
    typed = ASKING[slug, do]
    page = press(client, slug, do, **typed)
    assert page.status_code == 422
    form = page.context["forms"][do]
    html = str(form)
    assert picture_on(html)
    assert (slug, do) in RARE or picture_on(page.content.decode())
    assert f'id="{do}_captcha_code"' in html
    assert form.fields["captcha_code"].required
    for name, value in typed.items():
        assert form[name].value() == value
    others = [name for name in page.context["forms"] if name != do]
    assert not any("captcha_code" in page.context["forms"][n].fields for n in others)


def test_every_button_that_signs_in_is_looked_at():
    quiet = {"look", "claim", "balance", "go_on", "test", "correct", "portal"}
    buttons = {(page.slug, do) for page in PAGES for do in page.acts}
    assert {pair for pair in buttons if pair[1] not in quiet} == set(ASKING)


def test_it_appears_where_the_account_is_asked_about_again():
    client = owner_at(Stage.REGISTERED)
    Rule.objects.create(action="any", kind="answer", code="004", times=1)
    page = press(client, "email", "look_again")
    assert "captcha_code" in page.context["forms"]["look_again"].fields


def test_it_stays_when_another_field_was_wrong(owner):
    owner.registers()
    Rule.objects.create(action="resend_email_activation", kind="answer", code="004")
    page = owner.presses("email", "resend", email_address="o@example.org")
    captcha_id = picture_on(page.content.decode())
    again = owner.presses(
        "email",
        "resend",
        email_address="nonsense",
        captcha_id=captcha_id,
        captcha_code="AB12",
    )
    assert picture_on(again.content.decode()) == captcha_id
    assert again.context["forms"]["resend"]["captcha_code"].value()[1] == "AB12"


def test_it_comes_anew_when_nothing_was_typed_and_it_is_still_wanted(owner):
    owner.registers()
    Rule.objects.create(action="authenticate_user", kind="answer", code="004", times=2)
    first = picture_on(owner.presses("email", "check").content.decode())
    page = owner.presses("email", "check", captcha_id=first, captcha_code="")
    assert picture_on(page.content.decode()) != first


def test_it_goes_once_the_provider_wants_none_any_more(owner):
    owner.registers()
    Rule.objects.create(action="authenticate_user", kind="answer", code="004")
    page = owner.presses("email", "check")
    captcha_id = picture_on(page.content.decode())
    page = owner.presses(
        "email", "check", captcha_id=captcha_id, captcha_code=code_of(captcha_id)
    )
    assert page.status_code == 422, "Nobody has clicked the link."
    assert "captcha_code" not in page.context["forms"]["check"].fields
    assert offers.kept_captcha(captcha_id) is None


@pytest.mark.parametrize("where", ["start", "email"])
def test_it_loses_no_form_when_there_is_no_picture_to_be_had(owner, where):
    page = owner.sees_start().content.decode()
    if where == "email":
        owner.registers()
    Rule.objects.create(action="get_captcha", kind="answer", code="999", times=None)
    if where == "start":
        Rule.objects.create(action="register", kind="answer", code="401")
        answer = owner.sends_registration(
            {**TYPED, "country": 1, "account_type": 9}, page
        )
        form = answer.context["form"]
        assert form["practice_name"].value() == TYPED["practice_name"]
    else:
        Rule.objects.create(action="any", kind="answer", code="003", times=1)
        answer = owner.presses("email", "resend", email_address="o@example.org")
        form = answer.context["forms"]["resend"]
        assert form["email_address"].value() == "o@example.org"
    assert answer.status_code == 422
    assert "no picture to be had" in str(form.non_field_errors())


def test_it_comes_back_with_what_was_typed_without_javascript(owner):
    owner.registers()
    kept = offers.new_captcha()
    page = owner.presses(
        "email",
        "",
        new_picture="resend_captcha_code",
        captcha_id=kept.id,
        captcha_code="AB",
        email_address="half@",
    )
    form = page.context["forms"]["resend"]
    assert page.status_code == 200
    assert form["email_address"].value() == "half@"
    assert form["captcha_code"].value()[1] == ""
    assert picture_on(str(form)) != kept.id


def test_it_knows_no_buttons_under_pictures_of_other_forms(owner):
    owner.registers()
    assert owner.presses("email", "", new_picture="nope").status_code == 404


# --- In time -----------------------------------------------------------------------


def test_it_says_how_long_it_is_good_and_renews_itself_before_the_end(owner):
    html = owner.sees_start().content.decode()
    delay = int(re.search(r'hx-trigger="load delay:(\d+)s"', html)[1])
    assert 800 < delay <= 14 * 60
    assert re.search(r'<span data-left="\d+">15 minutes</span>', html)


def test_it_is_renewed_alone_and_says_so_politely(owner):
    answer = owner.client.get(reverse("captcha"), {"id": "resend_captcha_code"})
    html = answer.content.decode()
    assert html.count("<input") == 2, "The picture's id and its box, nothing else."
    assert 'hx-swap-oob="innerHTML:#resend_captcha_code_news"' in html
    page = owner.sees_start().content.decode()
    assert re.search(r'role="status" id="id_captcha_code_news"', page)


def test_it_is_not_shown_again_when_its_end_is_near(owner):
    old = offers.new_captcha()
    soon = clock.now() + timedelta(seconds=30)
    cache.set(f"captcha:{old.id}", (old.image, soon), 30)
    page = owner.sends_registration(
        {**TYPED, "practice_phone": "12"},
        f'name="captcha_id" value="{old.id}"',
    )
    assert picture_on(page.content.decode()) != old.id
    assert page.context["form"]["captcha_code"].value()[1] == ""


# --- Read by somebody else ---------------------------------------------------------


def link_on(page: str) -> str:
    """The helper's link that a page shows, without the host."""
    found = re.search(r'value="http://testserver([^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


@pytest.fixture
def asked(owner: Owner) -> tuple[str, str]:
    """A picture on the first page, and the helper's link to it."""
    captcha_id = picture_on(owner.sees_start().content.decode())
    part = owner.client.get(
        reverse("captcha_help"), {"captcha": captcha_id, "id": "id_captcha_code"}
    ).content.decode()
    return captcha_id, link_on(part)


def answered(owner, captcha_id):
    return owner.client.get(
        reverse("captcha_answer"), {"captcha": captcha_id, "id": "id_captcha_code"}
    )


def test_it_polls_only_after_somebody_was_asked(owner):
    page = owner.sees_start().content.decode()
    assert "every 3s" not in page
    part = owner.client.get(reverse("captcha_help"), {"captcha": picture_on(page)})
    assert "every 3s" in part.content.decode()


def test_it_brings_a_new_picture_where_the_old_one_is_over(owner):
    answer = owner.client.get(reverse("captcha_help"), {"captcha": "0" * 32})
    assert picture_on(answer.content.decode())
    assert answer["HX-Retarget"] == "closest .picture"


def test_it_shows_the_helper_the_picture_and_nothing_of_the_owner(owner):
    owner.registers(code="WRONG")
    captcha_id = picture_on(owner.sees_start().content.decode())
    page = Client().get(reverse("captcha_helper"), {"t": reading.token_of(captcha_id)})
    html = page.content.decode()
    assert "data:image/png" in html
    # The token and the picture are letters and digits that may spell anything.
    words = re.sub(r'value="[^"]{40,}"|data:image/png;base64,[^"]*', "", html)
    for secret in ("Lakeside", "Olivia", "olivia", "555", captcha_id):
        assert secret not in words


def test_it_brings_what_the_helper_typed_into_the_form(owner, asked):
    captcha_id, link = asked
    assert answered(owner, captcha_id).status_code == 204
    helper = Client()
    assert helper.get(link).status_code == 200
    assert helper.post(link, {"code": " ab 12 "}, follow=True).status_code == 200
    html = answered(owner, captcha_id).content.decode()
    assert 'value="ab12"' in html
    assert captcha_id in html
    assert "have come" in html
    assert "every 3s" not in html


def test_it_takes_one_answer(owner, asked):
    captcha_id, link = asked
    Client().post(link, {"code": "first"})
    page = Client().post(link, {"code": "second"})
    assert "passed on" in page.content.decode()
    assert not reading.pass_on(captcha_id, "third")
    assert reading.answer(captcha_id) == "first"


def test_it_takes_only_what_can_be_a_code(asked):
    assert Client().post(asked[1], {"code": "much too long"}).status_code == 422
    assert Client().post(asked[1], {"code": "<b>"}).status_code == 422
    assert Client().post(asked[1], {"code": ""}).status_code in (200, 422)
    assert not reading.answer(asked[0])


def test_it_dies_with_the_picture(owner, asked):
    captcha_id, link = asked
    Client().post(link, {"code": "ab12"})
    offers.spend_captcha(captcha_id)
    assert Client().get(link).status_code == 410
    assert Client().post(link, {"code": "ab12"}).status_code == 410
    fresh = answered(owner, captcha_id).content.decode()
    assert picture_on(fresh) != captcha_id
    assert "ab12" not in fresh


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\x00", "9" * 5000])
def test_it_knows_no_forged_links(token):
    answer = Client().get(reverse("captcha_helper"), {"t": token})
    assert answer.status_code == 410


def test_it_limits_how_often_an_address_may_look(asked):
    answers = [Client().get(asked[1]).status_code for _n in range(41)]
    assert answers[:40] == [200] * 40
    assert answers[40] == 429
    other = Client(REMOTE_ADDR="192.0.2.9")
    assert other.get(asked[1]).status_code == 200


def test_it_names_our_support_where_there_is_one(owner, settings):
    settings.SUPPORT_PHONE = "(212) 555-0190"
    settings.SUPPORT_EMAIL = "help@frontdesk.example"
    captcha_id = picture_on(owner.sees_start().content.decode())
    part = owner.client.get(reverse("captcha_help"), {"captcha": captcha_id})
    assert "help@frontdesk.example, (212) 555-0190" in part.content.decode()


@pytest.mark.parametrize("where", ["start", "wizard"])
def test_it_works_without_javascript(owner, where):
    if where == "wizard":
        owner.registers()
    captcha_id = offers.new_captcha().id
    slug = ["email"] if where == "wizard" else []
    address = reverse("wizard_page" if slug else "start", args=slug)
    box = "id_captcha_code" if where == "start" else "resend_captcha_code"
    typed = {"captcha_id": captcha_id, "captcha_code": "", "email_address": "half@"}
    typed |= {"practice_name": "Half"}
    page = owner.client.post(address, {**typed, "ask_helper": box}).content.decode()
    link = link_on(page)
    assert picture_on(page) == captcha_id
    assert "Half" in page or "half@" in page
    still = owner.client.post(address, {**typed, "look_for_answer": box})
    assert "Look whether it has come" in still.content.decode()
    Client().post(link, {"code": "AB12"})
    come = owner.client.post(address, {**typed, "look_for_answer": box})
    html = come.content.decode()
    assert 'value="AB12"' in html
    assert "Read for you" in html
