"""Rows by the million, made inside the database from the numbers of a series.

The base is 2,000 practices with what each needs to send: account, line, clinicians,
rules. `grow` then brings the tables to a number of appointments, and can be called
again with a larger one. Of the appointments

- a quarter is past: each was reminded of by one text, which has its receipt; one in
  five was answered, and one in 33 did not arrive, so that somebody phoned;
- three quarters are in the next year: of a tenth of all appointments (two in fifteen of
  these) a reminder is planned, none of which is due in the next six hours.

One appointment in two hundred is the first practice's; the others have equal shares.
All are double-booked on purpose: the index behind that constraint would take longer to
build than everything else, and nothing measured here reads it.
"""

from datetime import datetime, time, timedelta

from benchmarks.pouring import in_haste, pour
from provisioning.models import Line, Membership, Practice, ProviderAccount, Stage, User
from reminders.models import (
    Appointment,
    AppointmentType,
    CallListEntry,
    Clinician,
    ConsentEvent,
    Message,
    MessageTemplate,
    Patient,
    Phone,
    Receipt,
    Reminder,
    ReminderRule,
)
from reminders.plan import Timing
from reminders.wording import DEFAULT_TEMPLATES, Kind

BULK = (Appointment, Reminder, Message, Receipt, CallListEntry)
PRACTICES = 2_000
CLINICIANS = 3
# Of a number of appointments.
PATIENTS_AT_LEAST, PATIENT_SHARE = 10, 10
LARGE_SHARE = 200

# Row number `n`, from 0, and dice `m` that always fall the same for it → the practice's
# id less one.
DICE = "abs(hashint8(n)::bigint)"
PRACTICE = f"CASE WHEN mod(m, {LARGE_SHARE}) = 0 THEN 0 ELSE mod(n, {PRACTICES}) END"
WORDS = (
    "'Lakeside Clinic: Sam, your visit is on Tue Mar 10 at 2:30 PM. Reply YES to "
    "confirm, or call 212-555-0100 to change it. STOP ends these texts.'"
)


def found(now: datetime) -> None:
    """Make the practices and what each needs to send, with ids that can be reckoned."""
    places = range(1, PRACTICES + 1)
    Practice.objects.bulk_create(
        Practice(pk=n, name=f"Lakeside Clinic {n}", phone="+12125550100")
        for n in places
    )
    ProviderAccount.objects.bulk_create(
        ProviderAccount(
            pk=n,
            practice_id=n,
            stage=Stage.READY,
            stage_since=now,
            username=f"lakeside{n}",
            email_address=f"owner{n}@example.org",
            api_id=f"{3_000_000 + n}",
            user_number=f"U{n}",
        )
        for n in places
    )
    day = now - timedelta(days=1)
    Line.objects.bulk_create(
        Line(
            pk=n,
            account_id=n,
            number=f"+1{200 + n // 100}55501{n % 100:02}",
            claimed_at=day,
            proven_at=day,
            free_at=day,
        )
        for n in places
    )
    AppointmentType.objects.bulk_create(
        AppointmentType(pk=n, practice_id=n, name="Check-up") for n in places
    )
    Clinician.objects.bulk_create(
        Clinician(pk=CLINICIANS * (n - 1) + c, practice_id=n, name=f"Dr. Okafor {c}")
        for n in places
        for c in range(1, CLINICIANS + 1)
    )
    rule = {"timing_kind": Timing.DAYS_BEFORE, "days": 3, "at": time(10)}
    ReminderRule.objects.bulk_create(
        ReminderRule(pk=n, practice_id=n, name="Three days before", **rule)
        for n in places
    )
    words = DEFAULT_TEMPLATES[Kind.CONFIRM_REQUEST, "en"]
    MessageTemplate.objects.bulk_create(
        MessageTemplate(rule_id=n, language="en", body=words) for n in places
    )
    user = User.objects.create_user("owner@example.org", first_name="Olivia")
    Membership.objects.create(user=user, practice_id=1, role=Membership.Role.OWNER)


def grow(before: int, rows: int, now: datetime) -> None:
    """Bring the tables from `before` appointments to `rows`, indexed and analysed."""
    had, want = patients_of(before), patients_of(rows)
    with in_haste(BULK, (Patient, Phone, ConsentEvent)):
        _people(had, want)
        _visits(before, rows, want // PRACTICES, now)


def patients_of(rows: int) -> int:
    """How many patients there are beside so many appointments."""
    if not rows:
        return 0
    return PRACTICES * max(PATIENTS_AT_LEAST, rows // (PATIENT_SHARE * PRACTICES))


def _people(had: int, want: int) -> None:
    """A phone for each patient; every tenth is a child, texted at the one before."""
    series = f"generate_series({had}, {want - 1}) AS n"
    nth = f"n / {PRACTICES}"
    pour(
        Phone,
        series,
        id="n + 1",
        practice_id=f"mod(n, {PRACTICES}) + 1",
        number=f"'+1' || 201 + {nth} / 100 || '55501' || "
        f"lpad(mod({nth}, 100)::text, 2, '0')",
        reach="'mobile'",
        consented_at="now()",
    )
    child = f"mod({nth}, 10) = 9"
    pour(
        Patient,
        series,
        id="n + 1",
        practice_id=f"mod(n, {PRACTICES}) + 1",
        first_name="'Sam'",
        last_name=f"'Sample ' || {nth}",
        phone_id=f"CASE WHEN {child} THEN NULL ELSE n + 1 END",
        guardian_id=f"CASE WHEN {child} THEN n + 1 - {PRACTICES} END",
        created_at="now()",
    )
    pour(
        ConsentEvent,
        series,
        id="n + 1",
        phone_id="n + 1",
        kind="'consented'",
        source="'verbal'",
        wording="'May we remind you by text?'",
        at="now()",
    )


def _visits(before: int, rows: int, each: int, now: datetime) -> None:
    """Appointments, their reminders and texts; `each`: patients of a practice."""
    moment = f"timestamptz '{now.isoformat()}'"
    # Where a row lies between the first and the last of this batch: a quarter is past.
    part = f"(n - {before})::float8 / {rows - before}"
    day = (
        f"date_trunc('day', {moment} + CASE WHEN {part} < 0.25 "
        f"THEN interval '728 days' * ({part} * 4 - 1) - interval '1 day' "
        f"ELSE interval '364 days' * ({part} - 0.25) / 0.75 + interval '1 day' END)"
    )
    row = (
        f"(SELECT n, m, p, p + {PRACTICES} * mod(n / {PRACTICES}, {each}) + 1 AS patient, "
        f"{day} + interval '13 hours' + interval '15 minutes' * mod(m, 40) AS t "
        f"FROM (SELECT n, m, {PRACTICE} AS p "
        f"FROM (SELECT n, {DICE} AS m "
        f"FROM generate_series({before}::bigint, {rows - 1}) AS n) AS thrown) AS placed)"
    )
    pour(
        Appointment,
        f"{row} AS r",
        id="n + 1",
        practice_id="p + 1",
        patient_id="patient",
        clinician_id=f"{CLINICIANS} * p + 1 + mod(m / 40, {CLINICIANS})",
        appointment_type_id="p + 1",
        starts_at="t",
        ends_at="t + interval '15 minutes'",
        booked_at="t - interval '60 days'",
        double_booked="true",
        state=f"CASE WHEN mod(m, 20) = 3 THEN 'cancelled' "
        f"WHEN t < {moment} THEN 'completed' "
        "WHEN mod(m, 4) = 1 THEN 'confirmed' ELSE 'booked' END",
    )
    _past(f"{row} AS r WHERE t < {moment} AND mod(m, 20) <> 3")
    pour(
        Reminder,
        f"{row} AS r WHERE t > {moment} AND mod(m, 60) BETWEEN 4 AND 11",
        id="2 * n + 2",
        practice_id="p + 1",
        appointment_id="n + 1",
        rule_id="p + 1",
        starts_at="t",
        due_at=f"greatest(t - interval '3 days', {moment} + interval '6 hours')",
        state="'planned'",
    )


def _past(rows: str) -> None:
    to = f"CASE WHEN mod((patient - 1) / {PRACTICES}, 10) = 9 "
    to += f"THEN patient - {PRACTICES} ELSE patient END"
    sent, provider_id = "t - interval '1 day'", "md5('p' || n)"
    pour(
        Message,
        rows,
        id="2 * n + 1",
        practice_id="p + 1",
        phone_id=to,
        line_id="p + 1",
        appointment_id="n + 1",
        direction="'out'",
        kind="'reminder'",
        body=WORDS,
        created_at=sent,
        state="CASE WHEN mod(m, 33) = 0 THEN 'undelivered' ELSE 'delivered' END",
        state_at=sent,
        encoding="'gsm'",
        priority="30",
        send_after=sent,
        useful_until="t",
        client_id="md5('c' || n)",
        provider_id=provider_id,
        attempt="1",
        charge="0.8",
        sent_at=sent,
        delivered_at=sent,
    )
    pour(
        Message,
        f"{rows} AND mod(m, 5) = 2",
        id="2 * n + 2",
        practice_id="p + 1",
        phone_id=to,
        line_id="p + 1",
        appointment_id="n + 1",
        direction="'in'",
        kind="'inbound'",
        body="'yes'",
        created_at=f"{sent} + interval '1 hour'",
        state="'received'",
        state_at=f"{sent} + interval '1 hour'",
        provider_id="md5('i' || n)",
        worked_at=f"{sent} + interval '1 hour'",
        intent="'confirm'",
        needs_staff="mod(m, 1000) = 2",
    )
    pour(
        Receipt,
        rows,
        id="n + 1",
        practice_id="p + 1",
        message_id="2 * n + 1",
        client_id="md5('c' || n)",
        provider_id=provider_id,
        status="'004'",
        status_at=sent,
        received_at=sent,
    )
    pour(
        Reminder,
        rows,
        id="2 * n + 1",
        practice_id="p + 1",
        appointment_id="n + 1",
        rule_id="p + 1",
        starts_at="t",
        due_at=sent,
        state="'queued'",
        message_id="2 * n + 1",
        decided_at=sent,
    )
    pour(
        CallListEntry,
        f"{rows} AND mod(m, 33) = 0",
        id="n + 1",
        practice_id="p + 1",
        patient_id="patient",
        appointment_id="n + 1",
        reason="'The text did not arrive.'",
        created_at=sent,
        done_at=f"CASE WHEN mod(m, 3300) > 0 THEN {sent} END",
    )
