"""Inviting somebody: the mail, its link, and every way in which it can be opened."""

import re
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from provisioning import clock, invitations
from provisioning.models import Invitation, Membership, Practice, User
from tests.make import PASSWORD, make_member, make_ready_practice, make_user

pytestmark = pytest.mark.django_db

Role = Membership.Role
LIST = "/setup/people/"
NEW = "nina@example.org"
TYPED = {"first_name": "Nina", "last_name": "New", "app_password": PASSWORD}
DOWN = "tests.provisioning.test_notices.Broken"
UP = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def practice() -> Practice:
    return make_ready_practice()


@pytest.fixture
def owner(practice) -> Client:
    client = Client()
    client.force_login(make_member(practice, user=make_user("olivia@example.org")).user)
    return client


def invites(owner: Client, email: str = NEW, role: str = "front_desk") -> Invitation:
    """Send the form; the invitation it makes."""
    assert owner.post(LIST, {"email": email, "role": role}).status_code == 302
    return Invitation.objects.get(email=email.lower())


def link_in(letter: mail.EmailMessage) -> str:
    """The path of the link in a mail."""
    found = re.search(r"http://testserver(/setup/join/\S+/)", str(letter.body))
    assert found
    return found[1]


def resends(owner: Client, invitation: Invitation) -> None:
    """Press "Send again", a few minutes later."""
    earlier = clock.now() - timedelta(minutes=5)
    Invitation.objects.filter(invited_at__gt=earlier).update(invited_at=earlier)
    owner.post(reverse("invitation_resend", args=[invitation.pk]))


# --- The mail -------------------------------------------------------------------------


def test_it_mails_the_link_and_notes_it(owner, practice):
    invitation = invites(owner, "Nina@Example.org")
    (letter,) = mail.outbox
    assert letter.to == [NEW]
    assert "Olivia Owner invites you to work at Lakeside Clinic" in letter.body
    assert "Front desk" in letter.body
    assert invitation.mailed_at
    assert invitation.practice == practice
    assert NEW in owner.get(LIST).content.decode()


def test_a_mail_that_fails_is_said_and_can_be_sent_again(owner, settings):
    settings.EMAIL_BACKEND = DOWN
    invitation = invites(owner)
    page = owner.get(LIST).content.decode()
    assert "Mail not sent" in page
    assert "could not be sent" in page

    settings.EMAIL_BACKEND = UP
    resends(owner, invitation)
    invitation.refresh_from_db()
    assert invitation.mailed_at
    assert Client().get(link_in(mail.outbox[0])).status_code == 200


def test_sending_again_kills_the_older_link(owner):
    invitation = invites(owner)
    resends(owner, invitation)
    older, newer = map(link_in, mail.outbox)
    answer = Client().get(older)
    assert answer.status_code == 410
    assert "A newer mail has replaced this link" in answer.content.decode()
    assert Client().get(newer).status_code == 200


def test_a_double_click_sends_one_mail(owner):
    invitation = invites(owner)
    owner.post(reverse("invitation_resend", args=[invitation.pk]))
    assert len(mail.outbox) == 1
    assert "Wait a minute" in owner.get(LIST).content.decode()


def test_a_second_click_sends_nothing_while_the_first_mail_is_leaving(
    owner, monkeypatch
):
    invitation = invites(owner)
    sent = []

    def click_again(self):
        sent.append(self)
        with pytest.raises(invitations.TooSoon):
            invitations.resend(invitation, now=later)

    monkeypatch.setattr(EmailMessage, "send", click_again)
    later = clock.now() + timedelta(minutes=5)
    invitations.resend(invitation, now=later)
    assert len(sent) == 1


def test_it_invites_nobody_twice_and_nobody_who_is_here(owner):
    invites(owner)
    for email in ("NINA@example.org", "Olivia@example.org"):
        answer = owner.post(LIST, {"email": email, "role": "manager"})
        assert answer.status_code == 422
        assert "email" in answer.context["form"].errors
    assert len(mail.outbox) == 1


def test_of_two_at_the_same_moment_the_second_is_told(owner, practice):
    invites(owner)
    by = User.objects.get(email="olivia@example.org")
    with pytest.raises(invitations.InvitedAlready):
        invitations.invite(practice, NEW, "manager", by=by, now=clock.now())


def test_a_practice_invites_only_so_many_a_day(owner, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_A_DAY", 2)
    invites(owner, "a@example.org")
    invites(owner, "b@example.org")
    answer = owner.post(LIST, {"email": NEW, "role": "manager"})
    assert answer.status_code == 422
    assert "Go on tomorrow" in answer.content.decode()
    assert len(mail.outbox) == 2


def test_a_line_break_in_the_practices_name_breaks_no_mail(owner, practice):
    Practice.objects.update(name="Lakeside\nBcc: someone")
    invites(owner)
    assert "\n" not in mail.outbox[0].subject


# --- Somebody new ---------------------------------------------------------------------


def test_somebody_new_joins_with_a_password_of_their_own(owner, practice):
    invites(owner, role="manager")
    client, path = Client(), link_in(mail.outbox[0])
    page = client.get(path)
    assert "no-store" in page["Cache-Control"]
    assert "Lakeside Clinic" in page.content.decode()

    assert client.post(path, TYPED)["Location"] == reverse("today")

    assert client.get(reverse("today")).status_code == 200
    nina = practice.memberships.get(user__email=NEW)
    assert (nina.role, str(nina.user)) == (Role.MANAGER, "Nina New")
    assert nina.user.check_password(PASSWORD)
    assert nina.user.last_login
    assert not owner.get(LIST).context["invitations"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("app_password", "short"),
        ("app_password", NEW),
        ("first_name", ""),
        ("last_name", "x" * 81),
        ("last_name", "\x01"),
    ],
)
def test_it_takes_what_the_sign_up_takes(owner, field, value):
    invites(owner)
    path = link_in(mail.outbox[0])
    answer = Client().post(path, {**TYPED, field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not User.objects.filter(email=NEW).exists()


# --- Somebody known -------------------------------------------------------------------


def test_somebody_known_signs_in_first_and_then_it_is_one_click(owner, practice):
    nina = make_user("Nina@example.org")
    invites(owner)
    client, path = Client(), link_in(mail.outbox[0])
    page = client.get(path).content.decode()
    assert "password" not in page
    assert client.post(path, TYPED).status_code == 200
    assert not nina.memberships.exists()

    sign_in = re.search(r'href="(/account/login/\?next=[^"]+)"', page)
    assert sign_in
    credentials = {"login": NEW, "password": PASSWORD, "next": path}
    assert client.post(sign_in[1], credentials)["Location"] == path
    assert "password" not in client.get(path).content.decode()
    assert client.post(path)["Location"] == reverse("today")
    assert nina.memberships.get().practice == practice


def test_looking_takes_no_place(owner):
    nina = make_user(NEW)
    invites(owner)
    client = Client()
    client.force_login(nina)
    client.get(link_in(mail.outbox[0]))
    assert not nina.memberships.exists()


def test_somebody_else_is_told_and_can_sign_out(owner, practice):
    invites(owner)
    path = link_in(mail.outbox[0])
    page = owner.post(path).content.decode()
    assert "You are signed in as olivia@example.org" in page
    assert practice.memberships.count() == 1

    answer = owner.post(reverse("account_logout"), {"next": path})
    assert answer["Location"] == path
    assert "app_password" in owner.get(path).content.decode()


def test_who_works_elsewhere_is_refused_in_words(owner, practice):
    nina = make_member(make_ready_practice(), user=make_user(NEW)).user
    invites(owner)
    client = Client()
    client.force_login(nina)
    answer = client.post(link_in(mail.outbox[0]))
    assert answer.status_code == 409
    assert "one sign-in works for one practice" in answer.content.decode()
    assert practice.memberships.count() == 1
    assert Invitation.objects.open(clock.now()).exists()


def test_who_was_removed_can_be_invited_again(owner, practice):
    nina = make_member(practice, user=make_user(NEW))
    owner.post(reverse("person", args=[nina.pk]), {"do": "remove"})
    invites(owner)
    client = Client()
    client.force_login(nina.user)
    client.post(link_in(mail.outbox[0]))
    assert nina.user.memberships.get().role == Role.FRONT_DESK


# --- Links that open nothing ----------------------------------------------------------


def test_it_works_once(owner):
    invites(owner)
    path = link_in(mail.outbox[0])
    Client().post(path, TYPED)
    answer = Client().post(path, TYPED)
    assert answer.status_code == 410
    assert "accepted already" in answer.content.decode()


def test_a_withdrawn_one_opens_nothing(owner):
    invitation = invites(owner)
    path = link_in(mail.outbox[0])
    owner.post(reverse("invitation_withdraw", args=[invitation.pk]))
    answer = Client().post(path, TYPED)
    assert answer.status_code == 410
    assert "withdrawn" in answer.content.decode()
    assert NEW not in owner.get(LIST).content.decode()
    for again in ("invitation_withdraw", "invitation_resend"):
        owner.post(reverse(again, args=[invitation.pk]))
    assert len(mail.outbox) == 1


def test_one_that_ran_out_opens_nothing_until_it_is_sent_again(owner):
    invitation = invites(owner)
    then = clock.now() - Invitation.LASTS
    Invitation.objects.update(invited_at=then, mailed_at=then)
    invitation.refresh_from_db()
    path = reverse("join", args=[invitations.link(invitation)])
    answer = Client().get(path)
    assert answer.status_code == 410
    assert "has run out" in answer.content.decode()
    assert "Run out" in owner.get(LIST).content.decode()

    resends(owner, invitation)
    assert Client().get(link_in(mail.outbox[-1])).status_code == 200


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a:b:c",
        signing.dumps([1, 2.0]),
        signing.dumps([0, 2.0], salt=invitations.SALT),
    ],
    # Signatures change with the clock, and side by side each run must name alike.
    ids=["nonsense", "of the shape", "of another purpose", "of nobody"],
)
def test_one_that_is_not_ours_is_not_found(owner, token):
    invites(owner)
    answer = Client().get(reverse("join", args=[token]))
    assert answer.status_code == 404
    assert "We do not know this link" in answer.content.decode()


def test_a_withdrawal_between_looking_and_clicking_wins(owner):
    invitation = invites(owner)
    found = invitations.find(invitations.link(invitation), clock.now())
    invitations.withdraw(invitation, now=clock.now())
    with pytest.raises(invitations.Over):
        invitations.accept(found, make_user(NEW), now=clock.now())
    assert not Membership.objects.filter(user__email=NEW).exists()


def test_of_two_who_are_new_the_second_is_sent_to_the_sign_in(owner):
    invitation = invites(owner)
    make_user(NEW)
    with pytest.raises(invitations.AddressTaken):
        invitations.accept_as_new(
            invitation,
            first_name="Nina",
            last_name="New",
            password=PASSWORD,
            now=clock.now(),
        )


def test_neither_link_nor_address_is_logged(owner, settings, caplog):
    settings.EMAIL_BACKEND = DOWN
    invitation = invites(owner)
    settings.EMAIL_BACKEND = UP
    resends(owner, invitation)
    Client().post(link_in(mail.outbox[0]), TYPED)
    assert "invitation_not_sent" in caplog.text
    assert NEW not in caplog.text
