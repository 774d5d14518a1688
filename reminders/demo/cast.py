"""The people of the demo practice. All of them are invented, and so are the numbers:
555-01xx is the range that is reserved for that.
"""

from datetime import date
from typing import NamedTuple

from provisioning.models import Membership
from reminders.demo.scene import Owner

OWNER = Owner(
    practice="Lakeside Family Practice",
    practice_phone="(607) 555-0100",
    time_zone="America/New_York",
    first_name="Judith",
    last_name="Amsel",
    email="owner@lakeside.example",
    password="calm-waiting-room",  # noqa: S106 - printed when the demo starts
    mobile="+16075550101",
    area="202",
)


class Colleague(NamedTuple):
    """Somebody else who signs in, with the first owner's password."""

    email: str
    first_name: str
    last_name: str
    role: Membership.Role


DESK = Colleague("desk@lakeside.example", "Priya", "Raman", Membership.Role.FRONT_DESK)
COLLEAGUES = (
    Colleague("partner@lakeside.example", "Ruth", "Lindqvist", Membership.Role.OWNER),
    DESK,
    Colleague("viewer@lakeside.example", "Tom", "Weller", Membership.Role.READ_ONLY),
)

# Name and colour.
CLINICIANS = (
    ("Dr. Imani Okafor", 1),
    ("Dr. Ruth Lindqvist", 2),
    ("Marcus Bell, NP", 3),
)
# What `clinic.furnish` does not bring: name, minutes, colour.
FOURTH_KIND = ("Vaccination", 10, 7)
KINDS = ("Check-up", "Follow-up", "First visit", FOURTH_KIND[0])

VERBAL, PAPER, WEB = "verbal", "paper", "web"


class Person(NamedTuple):
    """A patient as the front desk typed the card; `number` has four digits."""

    first_name: str
    last_name: str
    born: date
    number: str = ""
    language: str = ""
    preferred_name: str = ""
    guardian: str = ""
    agreed: str = VERBAL

    @property
    def name(self) -> str:
        """First name and surname."""
        return f"{self.first_name} {self.last_name}"

    @property
    def phone(self) -> str:
        """The number in E.164; "" where there is none."""
        return f"+1607555{self.number}" if self.number else ""


# Those with a story of their own, which `history` tells.
DANA = Person("Dana", "Marlowe", date(1986, 5, 2), "0110")
THEO = Person("Theo", "Marlowe", date(2016, 8, 19), "0110")
IVY = Person("Ivy", "Marlowe", date(2019, 1, 30), "0110")
SAMIRA = Person("Samira", "Haddad", date(1979, 11, 6), "0111", agreed=PAPER)
NOOR = Person("Noor", "Haddad", date(2010, 3, 14), guardian=SAMIRA.name)
LANDLINE = Person("Walter", "Pruitt", date(1941, 2, 27), "0199")
STOPPED = Person("Gus", "Ferreira", date(1968, 9, 9), "0112")
SILENT = Person("Edith", "Vance", date(1950, 12, 1), "0113", agreed="")
NO_PHONE = Person("Clement", "Oduya", date(1937, 4, 22), agreed="")
LUCIA = Person("Lucía", "Ibarra", date(1990, 7, 17), "0114", "es")
MATEO = Person("Mateo", "Quispe", date(1983, 10, 3), "0115", "es")
ROSA = Person("Rosa", "Villalobos", date(1958, 6, 28), "0116", "es", agreed=PAPER)
LONG = Person(
    "Wilhelmina-Alexandrina",
    "Featherstonehaugh-Cholmondeley",
    date(1972, 1, 5),
    "0117",
    preferred_name="Mina",
)
LATER = Person("Harold", "Nyström", date(1961, 8, 8), "0118", agreed=WEB)
OWEN = Person("Owen", "Castellano", date(1995, 2, 11), "0119")
PEARL = Person("Pearl", "Whitcomb", date(1948, 10, 20), "0120", agreed=PAPER)
JONAH = Person("Jonah", "Abernathy", date(2001, 5, 25), "0121", agreed=WEB)
AISHA = Person("Aisha", "Rahman", date(1988, 3, 3), "0122")
CORA = Person("Cora", "Bellamy", date(1974, 10, 14), "0146")
NEWCOMERS = (
    Person("Felix", "Drummond", date(1999, 9, 12), "0123", agreed=WEB),
    Person("Greta", "Solberg", date(1977, 12, 24), "0124"),
    Person("Inés", "Carranza", date(1992, 4, 8), "0125", "es"),
)

OTHERS = (
    Person("Albert", "Finch", date(1955, 7, 1), "0126", preferred_name="Bert"),
    Person("Beatrix", "Lang", date(1982, 2, 18), "0127", agreed=WEB),
    Person("Calvin", "Mercer", date(1970, 11, 29), "0128"),
    Person("Delphine", "Roux", date(1994, 6, 6), "0129", agreed=WEB),
    Person("Elliot", "Nakamura", date(1989, 1, 21), "0130"),
    Person("Fatima", "Zahra", date(1997, 8, 15), "0131"),
    Person("Gideon", "Stark", date(1963, 3, 30), "0132", agreed=PAPER),
    Person("Hannah", "Brandt", date(2003, 10, 10), "0133", agreed=WEB),
    Person("Isaac", "Thornbury", date(1946, 5, 16), "0134", agreed=PAPER),
    Person("Juniper", "Hale", date(1991, 12, 12), "0135", preferred_name="June"),
    Person("Kenji", "Morita", date(1975, 9, 4), "0136"),
    Person("Leonora", "Pike", date(1966, 4, 27), "0137"),
    Person("Malik", "Osei", date(1985, 7, 23), "0138", agreed=WEB),
    Person("Nadia", "Petrov", date(1980, 2, 2), "0139"),
    Person("Oscar", "Lindgren", date(1953, 6, 13), "0140"),
    Person("Paloma", "Reyes", date(1998, 11, 17), "0141", "es", agreed=WEB),
    Person("Quentin", "Bram", date(1969, 1, 9), "0142"),
    Person("Rosalind", "Ekwueme", date(1987, 5, 5), "0143"),
    Person("Silas", "Hawthorne", date(1959, 8, 31), "0144", agreed=PAPER),
    Person("Tamsin", "Yardley", date(2000, 3, 19), "0145", agreed=WEB),
)

# Who wrote lately of their own accord: whose text, how many minutes ago.
WROTE = (
    ("Delphine Roux", 52, "Could I come a little earlier next time?"),
    ("Isaac Thornbury", 17, "May I eat before the visit?"),
    ("Paloma Reyes", 6, "Gracias, hasta pronto"),
)

PATIENTS = (
    *(DANA, THEO, IVY, SAMIRA, NOOR, LANDLINE, STOPPED, SILENT, NO_PHONE),
    *(LUCIA, MATEO, ROSA, LONG, LATER, OWEN, PEARL, JONAH, AISHA, CORA),
    *NEWCOMERS,
    *OTHERS,
)
