"""Stories told as a conversation between an office and its patients' phones.

    story = Story()
    ana = story.phone_of(patient)
    story.goes_to("2026-03-02", "10:00")
    assert ana.received() == "Lakeside Clinic: Ana, you have a visit …"
    ana.texts("C")

The office is ours: its pages' verbs, its workers, its webhooks. The phones and the
provider between are the sandbox. Both live by the story's clock, which stands still
until the story says that time passes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse

from provisioning.models import Line, Practice
from provisioning.sandbox import callbacks, clock, network
from provisioning.sandbox.models import (
    Account,
    ApiConnection,
    Handset,
    Number,
    Switches,
    Text,
)
from reminders import clinic, schedule, tasks, webhooks
from reminders.models import Appointment, Message, Patient, Phone
from tests import make


def open_account_at_provider(line: Line) -> Account:
    """Make the provider know the line's account, its number and where to call back."""
    ours = line.account
    theirs = Account.objects.create(
        user=ours.username,
        password=ours.password,
        user_number=Account.objects.next_user_number(),
        fname="Olivia",
        sname="Owner",
        company=ours.practice.name,
        email_address=ours.email_address,
        email_format=1,
        weekly_update=False,
        country=223,
        mobile_number=ours.mobile_number.removeprefix("+"),
        account_type=9,
        created_at=make.NOW,
        email_activated_at=make.NOW,
        sms_activated_at=make.NOW,
        bought_at=make.NOW,
        credit=Decimal(1000),
    )
    connection = ApiConnection.objects.create(
        account=theirs,
        api_id=int(ours.api_id),
        connection_type=2,
        callback_url=address("receipt_hook", ours.hook_secret),
        callback_type=callbacks.HTTP_POST,
        callback_username=ours.HOOK_USER,
        callback_password=ours.hook_password,
        created_at=make.NOW,
    )
    Number.objects.create(
        digits=line.number.removeprefix("+"),
        account=theirs,
        connection=connection,
        claimed_at=make.NOW,
        reply_url=address("inbound_hook", ours.hook_secret),
        reply_type=callbacks.HTTP_POST,
        reply_username=ours.HOOK_USER,
        reply_password=ours.hook_password,
    )
    return theirs


def address(hook: str, secret: str) -> str:
    """The address of one of our webhooks, as the provider has it on file."""
    return f"{settings.BASE_URL}{reverse(hook, args=[secret])}"


class Story:
    """An office that can send, its furniture, and the clock."""

    def __init__(self, practice: Practice | None = None) -> None:
        self.now = make.NOW
        self.talkers: dict[int, Talker] = {}
        self.practice = practice or make.make_practice()
        self.line = make.make_line(make.make_account(self.practice))
        self.provider = open_account_at_provider(self.line)
        clinic.furnish(self.practice)
        self.clinician = make.make_clinician(self.practice)
        switches = Switches.objects.current()
        switches.receipt_seconds = 0
        switches.save()

    @contextmanager
    def told(self) -> Iterator["Story"]:
        """Set every clock in the house, and the provider's, to the story's."""
        with pytest.MonkeyPatch.context() as patch:
            for place in (tasks, webhooks, clock):
                patch.setattr(place, "now", lambda: self.now)
            yield self

    # --- Time ----------------------------------------------------------------------

    def goes_to(self, day: str, time: str) -> None:
        """Go on at that time on the practice's wall, and let what is due happen."""
        self.now = make.at(day, time, self.practice)
        self.passes(seconds=10)

    def passes(self, **time: int) -> None:
        """Let time pass: workers, provider and phones do what they have to."""
        until = self.now + timedelta(**time)
        self.now = max(self.now, until - timedelta(seconds=10))
        while self.now < until:
            self.now += timedelta(seconds=2)
            self.happens()

    def happens(self) -> None:
        """One turn of everybody's work at this very moment."""
        tasks.tick()
        tasks.send()
        callbacks.deliver_due(self.now)
        for text in Message.objects.unworked():
            tasks.work_on_text(text.pk)
        tasks.reconcile()

    # --- The office ----------------------------------------------------------------

    def books(
        self, patient: Patient, day: str, time: str, minutes: int = 30
    ) -> Appointment:
        """Staff book a visit at that time on the wall, and the grace passes."""
        return schedule.book(
            self.practice,
            patient=patient,
            clinician=self.clinician,
            appointment_type=make.make_appointment_type(
                self.practice, f"{minutes} minutes", minutes
            ),
            starts_at=make.at(day, time, self.practice),
            by=None,
            now=self.now,
        )

    def phone_of(self, patient: Patient) -> "Talker":
        """Whoever holds the phone that gets the texts about this patient."""
        phone = patient.texts_go_to
        assert phone
        return self.talkers.setdefault(phone.pk, Talker(self, phone))


class Talker:
    """Somebody with a phone in the hand."""

    def __init__(self, story: Story, phone: Phone) -> None:
        self.story = story
        self.row = phone
        self.digits = phone.number.removeprefix("+")
        self.read = 0

    def texts(self, words: str) -> None:
        """Write to the practice, and wait for what comes of it."""
        line = self.story.line.number.removeprefix("+")
        network.answer(self.digits, line, words, self.story.now)
        self.story.passes(seconds=10)

    @property
    def texts_seen(self) -> list[str]:
        """All texts that ever arrived, oldest first."""
        arrived = Text.objects.on_phone(self.digits)
        arrived = arrived.filter(direction=Text.Direction.TO_HANDSET)
        return list(arrived.values_list("text", flat=True))

    def received(self) -> list[str]:
        """The texts that arrived since this was last asked."""
        arrived = self.texts_seen
        new, self.read = arrived[self.read :], len(arrived)
        return new

    def switches_off(self) -> None:
        """Be out of reach."""
        Handset.objects.switch(self.digits, off=True)

    def switches_on(self) -> None:
        """Be within reach again."""
        Handset.objects.switch(self.digits, off=False)
