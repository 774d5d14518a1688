"""What the provider has been told, and what it makes of it."""

import re
import secrets
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from threading import Event, Lock

from lxml import etree

from tests.faults.provider.manners import Manner

Command = dict[str, str]

NUMBER = re.compile("[0-9]{7,15}")


@dataclass(frozen=True)
class Taken:
    """A text that the provider has accepted; `at` in seconds of a steady clock."""

    client_id: str
    message_id: str
    sender: str
    to: str
    text: str
    at: float
    user: str = ""


@dataclass(frozen=True)
class Heard:
    """A command as it came, taken or not; `at` in seconds of a steady clock."""

    name: str
    user: str
    client_id: str
    at: float


@dataclass
class Account:
    """A customer. With a `fault` every command of theirs is answered with that one.

    `credit`: how many more texts are taken; None is as many as they like.
    """

    fault: str = ""
    credit: int | None = None


@dataclass
class Provider:
    """What the provider has been told, and how it behaves from now on.

    `manner` is for packets with texts, `about_questions` for all others, `next_manners`
    for the next packets with texts, one each.
    """

    url: str
    manner: Manner = Manner.AT_ONCE
    about_questions: Manner = Manner.AT_ONCE
    next_manners: deque[Manner] = field(default_factory=deque)
    accounts: dict[str, Account] = field(default_factory=lambda: defaultdict(Account))
    taken: list[Taken] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    # Texts that came by One API, which shares no part with the other interface.
    taken_by_one_api: list[str] = field(default_factory=list)
    # When each request of the XML API came, in seconds of a steady clock, whatever was in it.
    requests: list[float] = field(default_factory=list)
    # The ports of the client's ends of the connections.
    peers: set[int] = field(default_factory=set)
    # Headers of requests that came another way than a packet does.
    strays: list[str] = field(default_factory=list)
    go_on: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    def manner_for(self, packet: etree._Element) -> Manner:
        """How this packet is dealt with."""
        if not any(command.tag == "sendMsg" for command in packet):
            return self.about_questions
        with self._lock:
            return self.next_manners.popleft() if self.next_manners else self.manner

    def hear(self, packet: etree._Element) -> None:
        """Note every command of a packet, whatever becomes of it."""
        now = time.monotonic()
        with self._lock:
            self.requests.append(now)
            self.heard += [
                Heard(
                    str(command.tag),
                    command.findtext("user", ""),
                    command.findtext("cliMsgId", ""),
                    now,
                )
                for command in packet
            ]

    def answered(self, packet: etree._Element) -> bytes:
        """Do what the packet wants, and return the document that says so."""
        answer = etree.Element("clickAPI")
        for command in packet:
            asked = {child.tag: child.text or "" for child in command}
            reply = etree.SubElement(answer, f"{command.tag}Resp")
            told = self.perform(str(command.tag), asked)
            if "sequence_no" in asked:
                told["sequence_no"] = asked["sequence_no"]
            for name, value in told.items():
                etree.SubElement(reply, name).text = value
        return etree.tostring(answer)

    def perform(self, name: str, command: Command) -> Command:
        """Do what one command wants, and return the fields of its answer."""
        account = self.accounts[command["user"]]
        if account.fault:
            return {"fault": account.fault}
        if name == "sendMsg":
            return self._take(account, command)
        if name == "queryMsg":
            return self._tell(command)
        if name == "getBalance":
            return {"ok": str(1000 if account.credit is None else account.credit)}
        return {"fault": "101, Invalid or missing parameters"}

    def _take(self, account: Account, command: Command) -> Command:
        if not NUMBER.fullmatch(command["to"]):
            return {"fault": "105, Invalid destination address"}
        if not command["text"]:
            return {"fault": "107, Empty message"}
        with self._lock:
            if account.credit == 0:
                return {"fault": "301, No credit left"}
            if account.credit:
                account.credit -= 1
            text = Taken(
                client_id=command["cliMsgId"],
                message_id=secrets.token_hex(16),
                sender=command["from"],
                to=command["to"],
                text=_decoded(command),
                at=time.monotonic(),
                user=command["user"],
            )
            self.taken.append(text)
        return {"apiMsgId": text.message_id}

    def _tell(self, command: Command) -> Command:
        client_id = command["cliMsgId"]
        with self._lock:
            self.asked.append(client_id)
            known = [text for text in self.taken if text.client_id == client_id]
        if not known:
            return {"fault": "104, Unknown client message ID"}
        return {"apiMsgId": known[-1].message_id, "status": "003"}

    def take_by_one_api(self, messages: list[Command]) -> list[Command]:
        """Take the texts of one call of One API, and say so about each."""
        with self._lock:
            self.taken_by_one_api += [text["clientMessageId"] for text in messages]
        return [
            {"apiMessageId": secrets.token_hex(16), "to": text["to"]}
            for text in messages
        ]

    def knows(
        self, client_id: str, user: str, number: str, to: str, text: str = "A text."
    ) -> None:
        """Let it have taken a text some time ago; the numbers are of E.164."""
        ids = client_id, secrets.token_hex(16)
        numbers = number.removeprefix("+"), to.removeprefix("+")
        self.taken.append(Taken(*ids, *numbers, text, time.monotonic() - 60, user))

    # --- What a story asks ----------------------------------------------------------

    def taken_from(self, number: str) -> list[Taken]:
        """The texts that were sent from this number of E.164, in order."""
        sender = number.removeprefix("+")
        return [text for text in self.taken if text.sender == sender]

    def heard_from(self, user: str, name: str = "sendMsg") -> list[Heard]:
        """The commands of this kind that came with this user name."""
        return [each for each in self.heard if (each.user, each.name) == (user, name)]


def _decoded(command: Command) -> str:
    if command.get("unicode") == "1":
        return bytes.fromhex(command["text"]).decode("utf-16-be")
    return command["text"]
