"""Rows for the tests, made by plain functions: say what matters, the rest is filled in.

Everyone here is invented and every number is from the range reserved for that. `NOW`
is the moment at which the tests begin: Monday, 2 March 2026, 10:00 in New York.
"""

from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

from provisioning.models import Line, Membership, Practice, ProviderAccount, Stage, User
from reminders.models import (
    Appointment,
    AppointmentType,
    Clinician,
    Heartbeat,
    Message,
    MessageTemplate,
    Patient,
    Phone,
    Reminder,
    ReminderRule,
    SendingPolicy,
)
from reminders.plan import Timing
from reminders.wording import measure

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"

_numbers = count(1)


def at(day: str, clock: str = "00:00", practice: Practice | None = None) -> datetime:
    """Read "2026-03-05", "14:30" off the practice's wall (New York where none)."""
    zone = (practice or Practice(time_zone="America/New_York")).zone
    local = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone)
    return local.astimezone(UTC)


def next_number() -> str:
    """Return a number that nobody else in this run has: 90 for each area code.

    The last ten are left out: to the sandbox some of them are landlines and the like.
    So are the area codes up to 212, of which tests write down numbers of their own.
    """
    place = next(_numbers)
    return f"+1{213 + place // 90 % 787}55501{place % 90:02}"


# --- The ground floor ---------------------------------------------------------------


def make_user(email: str = "", **fields: Any) -> User:
    """Make somebody who signs in with PASSWORD."""
    names = {"first_name": "Olivia", "last_name": "Owner"}
    email = email or f"person{next(_numbers)}@example.org"
    return User.objects.create_user(email, PASSWORD, **{**names, **fields})


def make_practice(
    name: str = "Lakeside Clinic",
    time_zone: str = "America/New_York",
    phone: str = "+12125550100",
    default_language: str = "en",
) -> Practice:
    """Make a practice without an account, people or furniture."""
    return Practice.objects.create(
        name=name, time_zone=time_zone, phone=phone, default_language=default_language
    )


def make_member(
    practice: Practice,
    role: Membership.Role = Membership.Role.OWNER,
    user: User | None = None,
) -> Membership:
    """Let somebody work at the practice; `.user` is who."""
    return Membership.objects.create(
        practice=practice, user=user or make_user(), role=role
    )


def make_account(
    practice: Practice, stage: Stage = Stage.READY, now: datetime = NOW, **fields: Any
) -> ProviderAccount:
    """Make the practice's account at the provider, with what its stage implies."""
    known: dict[str, Any] = {}
    if stage.position >= Stage.REGISTERED.position:
        place = next(_numbers)
        known = {
            "username": f"lakeside{place}",
            "email_address": f"owner{place}@example.org",
            "mobile_number": "+12125550101",
            "user_number": f"U{place}",
        }
    if stage.position >= Stage.CONNECTED.position:
        known["api_id"] = f"{3000000 + next(_numbers)}"
    return ProviderAccount.objects.create(
        practice=practice, stage=stage, stage_since=now, **{**known, **fields}
    )


def make_line(
    account: ProviderAccount, number: str = "", now: datetime = NOW, **fields: Any
) -> Line:
    """Make the account's number, proven and free to send."""
    return Line.objects.create(
        account=account,
        number=number or next_number(),
        **{"claimed_at": now, "proven_at": now, "free_at": now, **fields},
    )


def make_ready_practice(**fields: Any) -> Practice:
    """Make a practice whose texts can go out: account ready, number proven."""
    practice = make_practice(**fields)
    make_line(make_account(practice))
    return practice


def make_heartbeats(
    now: datetime = NOW, *parts: str, process: str = "desk:1:0"
) -> None:
    """Let a process have done these kinds of work just now; all where none is named."""
    for part in parts or Heartbeat.Part.values:
        Heartbeat.objects.beat(part, process, now)


# --- The clinic ---------------------------------------------------------------------


def make_clinician(practice: Practice, name: str = "Dr. Imani Okafor") -> Clinician:
    """Return the practice's clinician of that name, made if need be."""
    return Clinician.objects.get_or_create(practice=practice, name=name)[0]


def make_appointment_type(
    practice: Practice, name: str = "Check-up", minutes: int = 30
) -> AppointmentType:
    """Return the practice's kind of visit of that name, made if need be."""
    return AppointmentType.objects.get_or_create(
        practice=practice, name=name, defaults={"minutes": minutes}
    )[0]


def make_policy(practice: Practice, **fields: Any) -> SendingPolicy:
    """Say when the practice's reminders may go out, and how many to one phone."""
    return SendingPolicy.objects.update_or_create(practice=practice, defaults=fields)[0]


def make_rule(
    practice: Practice,
    name: str = "3 days before",
    *,
    timing: Timing = Timing.DAYS_BEFORE,
    days: int = 3,
    at: time | None = time(10),
    minutes: int = 0,
    text: str = "{practice}: {name}, you have a visit {day} at {time}. Reply C or R.",
    **fields: Any,
) -> ReminderRule:
    """Make a rule with its English template."""
    rule = ReminderRule.objects.create(
        practice=practice,
        name=name,
        timing_kind=timing,
        days=days if timing is Timing.DAYS_BEFORE else 0,
        at=at if timing is Timing.DAYS_BEFORE else None,
        minutes=minutes,
        **fields,
    )
    MessageTemplate.objects.create(rule=rule, language="en", body=text)
    return rule


# --- Patients and their visits ------------------------------------------------------


def make_phone(
    practice: Practice, number: str = "", *, consented: bool = True, **fields: Any
) -> Phone:
    """Return the practice's phone with that number, made if need be."""
    return Phone.objects.get_or_create(
        practice=practice,
        number=number or next_number(),
        defaults={"consented_at": NOW if consented else None, **fields},
    )[0]


def make_patient(
    practice: Practice,
    first_name: str = "Ana",
    last_name: str = "Sample",
    *,
    number: str = "",
    phone: Phone | None = None,
    **fields: Any,
) -> Patient:
    """Make a patient with a phone of their own that agreed to texts."""
    if phone is None and "guardian" not in fields:
        phone = make_phone(practice, number)
    return Patient.objects.create(
        practice=practice,
        first_name=first_name,
        last_name=last_name,
        phone=phone,
        **fields,
    )


def make_appointment(
    patient: Patient,
    starts_at: datetime | None = None,
    *,
    clinician: Clinician | None = None,
    appointment_type: AppointmentType | None = None,
    booked_at: datetime = NOW,
    **fields: Any,
) -> Appointment:
    """Make a bare row, without history or reminders; `schedule.book` makes those too.

    Thursday 5 March 2026, 14:30 in New York, where nothing else is said.
    """
    practice = patient.practice
    starts_at = starts_at or at("2026-03-05", "14:30", practice)
    kind = appointment_type or make_appointment_type(practice)
    return Appointment.objects.create(
        practice=practice,
        patient=patient,
        clinician=clinician or make_clinician(practice),
        appointment_type=kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=kind.minutes),
        booked_at=booked_at,
        **fields,
    )


def make_reminder(
    appointment: Appointment,
    rule: ReminderRule | None = None,
    due_at: datetime = NOW,
    **fields: Any,
) -> Reminder:
    """Make a planned reminder of the visit, due at NOW where nothing else is said."""
    rule = rule or ReminderRule.objects.of(appointment.practice).first()
    return Reminder.objects.create(
        practice=appointment.practice,
        appointment=appointment,
        rule=rule or make_rule(appointment.practice),
        starts_at=appointment.starts_at,
        due_at=due_at,
        **fields,
    )


# --- Messages -----------------------------------------------------------------------


def make_message(
    phone: Phone,
    body: str = "Lakeside Clinic: a text.",
    *,
    kind: Message.Kind = Message.Kind.STAFF,
    state: Message.State = Message.State.QUEUED,
    now: datetime = NOW,
    **fields: Any,
) -> Message:
    """Make a text to the phone, queued and due at once where nothing else is said."""
    length = measure(body)
    return Message.objects.create(
        practice=phone.practice,
        phone=phone,
        direction=Message.Direction.OUT,
        kind=kind,
        body=body,
        state=state,
        encoding=length.encoding,
        segments=length.segments,
        **{"created_at": now, "state_at": now, "send_after": now, **fields},
    )


def make_inbound(
    phone: Phone, body: str = "C", *, now: datetime = NOW, **fields: Any
) -> Message:
    """Make a text from the phone that nothing has looked at yet."""
    return Message.objects.create(
        practice=phone.practice,
        phone=phone,
        direction=Message.Direction.IN,
        kind=Message.Kind.INBOUND,
        body=body,
        state=Message.State.RECEIVED,
        **{
            "created_at": now,
            "state_at": now,
            "provider_id": f"in-{next(_numbers)}",
            "needs_staff": True,
            **fields,
        },
    )
