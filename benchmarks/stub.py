"""The provider for measurements: takes packets of texts as fast as Python can.

    python -m benchmarks.stub PORT LATENCY_MS

It answers `sendMsg` of the XML messaging API (XML API Specification V2.4.9) after the
latency, and notes for each text who sent it and when. GET tells what it has noted,
DELETE begins anew.
"""

import asyncio
import itertools
import json
import re
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

TEXT = re.compile(r"<sendMsg>.*?</sendMsg>")
CLIENT_ID = re.compile(r"<cliMsgId>(\w+)</cliMsgId>")
SENDER = re.compile(r"<from>(\d+)</from>")
PARTS = re.compile(r"<concat>(\d+)</concat>")
# A number is too fast when more than so many texts of it fall into as many seconds. The
# pace is kept when a text is claimed; what it takes to the wire is a little more for one
# text and a little less for the next.
WINDOW, JITTER = 5, 0.25


@dataclass
class Seen:
    """What has been taken so far; instants in seconds of a steady clock."""

    texts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    packets: int = 0
    first: float | None = None
    last: float = 0.0
    by_sender: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def take(self, packet: str) -> bytes:
        """Note every text of a packet, and write the answer."""
        now = time.monotonic()
        self.first = self.first or now
        self.last = now
        self.packets += 1
        answers = []
        for text in TEXT.findall(packet):
            client_id = CLIENT_ID.search(text)[1]  # type: ignore[index]
            sender = SENDER.search(text)[1]  # type: ignore[index]
            self.texts[client_id] += 1
            self.by_sender[sender].append(now)
            answers.append(
                f"<sendMsgResp><apiMsgId>{client_id}</apiMsgId>"
                f"<sequence_no>{client_id}</sequence_no></sendMsgResp>"
            )
        return f"<clickAPI>{''.join(answers)}</clickAPI>".encode()

    def report(self) -> dict[str, float]:
        """Count: texts, those taken more than once, packets, span and pace."""
        spans = [
            later - earlier
            for moments in self.by_sender.values()
            for earlier, later in zip(moments, moments[WINDOW:], strict=False)
        ]
        gaps = [
            later - earlier
            for moments in self.by_sender.values()
            for earlier, later in itertools.pairwise(moments)
        ]
        return {
            "texts": len(self.texts),
            "doubled": sum(times > 1 for times in self.texts.values()),
            "packets": self.packets,
            "seconds": self.last - (self.first or self.last),
            "senders": len(self.by_sender),
            "too_fast": sum(span < WINDOW - JITTER for span in spans),
            "shortest_gap": min(gaps, default=0.0),
        }


class Desk(asyncio.Protocol):
    """One connection, kept open; requests come one after another."""

    seen = Seen()
    latency = 0.0

    def __init__(self) -> None:
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer once a request is complete."""
        self.received += data
        head, blank, body = self.received.partition(b"\r\n\r\n")
        if not blank:
            return
        found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        length = int(found[1]) if found else 0
        if len(body) < length:
            return
        self.received = body[length:]
        answer = self.answered(head, body[:length])
        if self.latency and head.startswith(b"POST"):
            asyncio.get_running_loop().call_later(self.latency, self.send, answer)
        else:
            self.send(answer)

    def answered(self, head: bytes, body: bytes) -> bytes:
        """Do what the request wants."""
        if head.startswith(b"POST"):
            return Desk.seen.take(unquote_plus(body.decode("ascii")))
        if head.startswith(b"DELETE"):
            Desk.seen = Seen()
        return json.dumps(Desk.seen.report()).encode()

    def send(self, answer: bytes) -> None:
        """Write an answer; the connection stays open."""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(answer)}\r\n\r\n"
        self.transport.write(head.encode() + answer)  # type: ignore[attr-defined]


async def serve(port: int, latency: float) -> None:
    """Answer until the process is ended."""
    Desk.latency = latency
    server = await asyncio.get_running_loop().create_server(Desk, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
