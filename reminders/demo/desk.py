"""A morning at the desk: the first visit is booked, reminded of, and confirmed by text.

Each step is a function of the scene and returns what is worth telling of it.
"""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from reminders.demo.outside import Text
from reminders.demo.scene import NotAsItShould, Scene, expect
from reminders.models import Message

CLINICIAN = "Dr. Imani Okafor"
KIND = "Blood pressure check"
TIME = "10:30"
# Rounds of looking in which nothing more may come.
QUIET_ROUNDS = 12


class Patient(NamedTuple):
    """Somebody the practice takes on."""

    first_name: str
    last_name: str
    number: str

    @property
    def name(self) -> str:
        """As the pages show it."""
        return f"{self.first_name} {self.last_name}"


# The sandbox rents out 555-0111 and up: these can never be the practice's own.
ANA = Patient("Ana", "Sample", "+12125550102")
BEN = Patient("Ben", "Example", "+12125550103")


def furnish(scene: Scene) -> str:
    """Add a clinician, who brings the rules along, and a kind of visit."""
    page = scene.open("/clinic/clinicians/new/")
    scene.submit(page, {"name": CLINICIAN, "hue": "1"})
    page = scene.open("/clinic/kinds/new/")
    page = scene.submit(page, {"name": KIND, "minutes": "20", "hue": "3"})
    expect(CLINICIAN in page.words, f"{CLINICIAN} is not on {page}.")
    expect(KIND in page.words, f"{KIND!r} is not on {page}.")
    return f"{CLINICIAN}, and “{KIND}”"


def take_on(scene: Scene) -> str:
    """Take two patients on, who agree to texts."""
    for patient in (ANA, BEN):
        page = scene.open("/patients/new/")
        page = scene.submit(
            page,
            {
                "first_name": patient.first_name,
                "last_name": patient.last_name,
                "number": patient.number,
                "agreed": "verbal",
            },
        )
        expect(patient.name in page.words, f"{patient.name} is not on {page}.")
        scene.places[patient.name] = page.path
    return f"{ANA.name} and {BEN.name} agree to texts"


def book(scene: Scene) -> str:
    """Book a visit for tomorrow morning."""
    day = _tomorrow(scene)
    number = scene.places[ANA.name].strip("/").split("/")[-1]
    page = scene.open(f"/appointments/new/?patient={number}&day={day}")
    page = scene.submit(
        page,
        {
            "patient": number,
            "clinician": CLINICIAN,
            "appointment_type": KIND,
            "day": day,
            "time": TIME,
        },
    )
    expect("Booked" in page.words, f"{page} does not say “Booked”.")
    scene.places["visit"] = page.path
    return f"{ANA.name}, {day} at {TIME}"


def be_told(scene: Scene) -> str:
    """The booking text is on the phone, and the desk knows that it got there."""
    text = scene.wait_for(
        lambda: _last_text(scene, ANA), "The booking text should arrive"
    )
    expect(
        ANA.first_name in text["text"] and scene.owner.practice in text["text"],
        f"The booking text should name patient and practice: {text['text']!r}",
    )
    scene.wait_for(
        lambda: "Delivered" in scene.open(scene.places["visit"]).words,
        "The visit's page should say “Delivered”",
    )
    return f"“{text['text']}”"


def confirm(scene: Scene) -> str:
    """The patient answers C; the visit is confirmed wherever one looks."""
    known = len(scene.outside.arrived_on(ANA.number))
    scene.outside.answer(ANA.number, scene.line, "C")
    scene.wait_for(
        lambda: "Confirmed" in scene.open(scene.places["visit"]).words,
        "The visit's page should say “Confirmed”",
    )
    row = scene.open(f"/?day={_tomorrow(scene)}").row(ANA.name)
    expect("Confirmed" in row, f"The day's list should say “Confirmed”: {row!r}")
    thanks = scene.wait_for(
        lambda: scene.outside.arrived_on(ANA.number)[known:],
        "The patient should be thanked",
    )
    return f"“{thanks[0]['text']}”"


def opt_out(scene: Scene) -> str:
    """Another phone writes STOP: it is opted out, and told so once."""
    scene.outside.answer(BEN.number, scene.line, "STOP")
    scene.wait_for(
        lambda: "Opted out" in scene.open(scene.places[BEN.name]).words,
        "The patient's page should say “Opted out”",
    )
    told = scene.wait_for(
        lambda: _last_text(scene, BEN), "The opt-out should be confirmed"
    )
    for _round in range(QUIET_ROUNDS):
        scene.pause()
    texts = scene.outside.arrived_on(BEN.number)
    expect(len(texts) == 1, f"There should be one confirmation, not {len(texts)}.")
    return f"“{told['text']}”"


def count(scene: Scene) -> str:
    """What we say went out is what the provider took, each text once."""
    taken = [text["client_id"] for text in scene.outside.carried()]
    texts = Message.objects.outbound()
    for text in texts:
        times = taken.count(text.client_id)
        if text.state != Message.State.DELIVERED or times != 1:
            raise NotAsItShould(
                f"{text} should be delivered, and was taken {times} times."
            )
    doubled = {each for each in taken if each and taken.count(each) > 1}
    expect(not doubled, f"The provider took some texts twice: {doubled}")
    return f"{len(texts)} of ours, each taken once and delivered"


STEPS = (
    ("The clinic is furnished", furnish),
    ("Two patients are taken on", take_on),
    ("A visit is booked", book),
    ("The booking text arrives", be_told),
    ("The patient answers C", confirm),
    ("Another phone writes STOP", opt_out),
    ("Nothing was sent twice", count),
)


def _tomorrow(scene: Scene) -> str:
    """Tomorrow at the practice; a new day that begins meanwhile changes nothing."""
    if "day" not in scene.places:
        zone = ZoneInfo(scene.owner.time_zone)
        day = (datetime.now(zone) + timedelta(days=1)).date()
        scene.places["day"] = day.isoformat()
    return scene.places["day"]


def _last_text(scene: Scene, patient: Patient) -> Text | None:
    texts = scene.outside.arrived_on(patient.number)
    return texts[-1] if texts else None
