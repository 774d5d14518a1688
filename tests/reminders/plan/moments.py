"""Zones, moments and rules that the tests of the plan share, and strategies for them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from reminders.plan import RuleTiming, SendingWindow, Timing, WorkingDays, wall_clock

NEW_YORK = ZoneInfo("America/New_York")
PHOENIX = ZoneInfo("America/Phoenix")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")

# The zones of the United States, and of those elsewhere the odd ones.
ZONES = [
    NEW_YORK,
    ZoneInfo("America/Chicago"),
    ZoneInfo("America/Denver"),
    PHOENIX,  # never changes its clocks
    LOS_ANGELES,
    ZoneInfo("America/Anchorage"),
    ZoneInfo("Pacific/Honolulu"),
    ZoneInfo("America/Puerto_Rico"),
    ZoneInfo("UTC"),
    LORD_HOWE,  # changes them by half an hour
    ZoneInfo("Pacific/Kiritimati"),  # fourteen hours ahead
    APIA,  # slept through 30 December 2011
    ZoneInfo("Europe/Dublin"),  # whose winter is the exception
    ZoneInfo("Asia/Kathmandu"),  # three quarters of an hour
]

SPRING = date(2026, 3, 8)
AUTUMN = date(2026, 11, 1)

WINDOW = SendingWindow()
ALL_DAY = SendingWindow(time(0), time(23, 59), time(0), time(23, 59))
ON_BOOKING = RuleTiming(Timing.ON_BOOKING)
THREE_DAYS = RuleTiming(Timing.DAYS_BEFORE, days=3, at=time(10))
TWO_HOURS = RuleTiming(Timing.HOURS_BEFORE, minutes=120)
DEFAULT_RULES = [ON_BOOKING, THREE_DAYS, TWO_HOURS]

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def at(day: str, clock: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    """An instant from what the wall shows: at("2026-03-10", "14:30")."""
    return wall_clock(date.fromisoformat(day), time.fromisoformat(clock), zone)


zones = st.sampled_from(ZONES)
# Around both clock changes of both hemispheres, a leap day, a new year, a lost day.
INTERESTING = ["2026-03-08", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01"]
INTERESTING += ["2028-02-29", "2027-01-01", "2011-12-30"]
MIDNIGHTS = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in INTERESTING]
instants = st.builds(
    lambda midnight, seconds: midnight + timedelta(seconds=seconds),
    st.sampled_from(MIDNIGHTS),
    st.integers(-9 * 24 * 3600, 9 * 24 * 3600),
)
clocks = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
odd_clocks = st.times().map(lambda clock: clock.replace(microsecond=0))

hour_rules = st.builds(
    RuleTiming, st.just(Timing.HOURS_BEFORE), minutes=st.integers(0, 6000)
)
day_rules = st.builds(
    RuleTiming,
    st.just(Timing.DAYS_BEFORE),
    days=st.integers(0, 7),
    at=st.none() | odd_clocks,
    on_working_days=st.booleans(),
)
rules = st.one_of(st.just(ON_BOOKING), day_rules, hour_rules)

working_days = st.builds(
    WorkingDays,
    weekdays=st.frozensets(st.integers(1, 7), min_size=1),
    closed=st.frozensets(
        st.sampled_from([date.fromisoformat(day) for day in INTERESTING]), max_size=3
    ),
)


@st.composite
def windows(draw):
    """Any window that opens on some day, however odd."""
    week = sorted((draw(clocks), draw(clocks)))
    sunday = sorted((draw(clocks), draw(clocks)))
    if week[0] == week[1] and sunday[0] == sunday[1]:
        week = [time(9), time(20)]
    return SendingWindow(*week, *sunday)


# Windows that do not open or close while the clocks change.
day_windows = st.builds(
    SendingWindow,
    st.integers(4, 11).map(time),
    st.integers(13, 22).map(time),
    st.integers(4, 11).map(time),
    st.integers(13, 22).map(time),
)
