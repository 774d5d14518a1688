"""The sandbox as a process: real HTTP, real threads, a clean end."""

import json
import os
import re
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import requests

from ..customer import ANN, REGISTRATION, TOKEN, element

pytestmark = pytest.mark.real_http

ROOT = Path(__file__).parents[4]


@contextmanager
def running(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A sandbox of its own and its address."""
    command = [sys.executable, "-m", "provisioning.sandbox", "--port", "0", "--data"]
    environment = {
        key: text
        for key, text in os.environ.items()
        if key not in {"DJANGO_SETTINGS_MODULE", "SANDBOX_DATA", "SANDBOX_TOKEN"}
    }
    process = subprocess.Popen(
        [*command, str(data)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line
        yield process, found[0]
    finally:
        process.kill()
        process.communicate(timeout=20)


@contextmanager
def listening(got: list[str]) -> Iterator[str]:
    """A web site that notes what is posted to it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            got.append(self.rfile.read(length).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def wait_until(holds, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def journey(site: str, callback_url: str) -> None:
    """From the captcha to a first text, over the wire."""

    def state() -> Any:
        return requests.get(f"{site}/switchboard/state.json", timeout=20).json()

    def connect(action: str, **values: object) -> str:
        document = element("clickatellsdk", action=action, **values)
        answer = requests.post(
            f"{site}/connect/{TOKEN}", data={"XML": document}, timeout=20
        )
        return answer.text

    captcha_id = re.findall("<captcha_id>(.*?)<", connect("get_captcha"))[0]
    shown = {"captcha_id": captcha_id, "captcha_code": state()["captchas"][0]["code"]}
    assert "Success" in connect("register", **REGISTRATION, **shown)
    assert requests.get(state()["mails"][0]["link"], timeout=20).status_code == 200
    assert "Success" in connect(
        "create_connection",
        **ANN,
        connection_id=13,
        callback_url=callback_url,
        callback_type_id=1,
    )
    text = element(
        "sendMsg", api_id=3407892, **ANN, to="12025550100", text="hello", callback=7
    )
    data = {"data": f"<clickAPI>{text}</clickAPI>"}
    answer = requests.post(f"{site}/xml/xml", data=data, timeout=20)
    assert "<apiMsgId>" in answer.text


def test_it_serves_delivers_and_stops(tmp_path):
    got: list[str] = []
    with listening(got) as callback_url, running(tmp_path / "data") as (process, site):
        journey(site, callback_url)
        wait_until(lambda: len(got) == 2)
        assert [re.findall(r"status=(\d+)", body)[0] for body in got] == ["003", "004"]
        assert requests.get(f"{site}/static/sandbox/sandbox.css", timeout=20).ok
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def test_it_hangs_up_and_goes_on(tmp_path):
    with running(tmp_path) as (process, site):
        rule = {"action": "get_list_account", "kind": "silent"}
        requests.post(
            f"{site}/switchboard/rules", data=json.dumps(rule), timeout=20
        ).raise_for_status()
        document = element("clickatellsdk", action="get_list_account")
        address, body = f"{site}/connect/{TOKEN}", {"XML": document}
        with pytest.raises(requests.ConnectionError):
            requests.post(address, data=body, timeout=20)
        assert "Success" in requests.post(address, data=body, timeout=20).text
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


def test_it_streams_a_huge_answer_and_does_not_mind_who_stops_reading(tmp_path):
    with running(tmp_path) as (process, site):
        rule = {"action": "get_list_account", "kind": "huge", "times": 2}
        requests.post(
            f"{site}/switchboard/rules", data=json.dumps(rule), timeout=20
        ).raise_for_status()
        document = element("clickatellsdk", action="get_list_account")
        address, body = f"{site}/connect/{TOKEN}", {"XML": document}
        with requests.post(address, data=body, timeout=20, stream=True) as answer:
            assert b"Small Business" in answer.raw.read(2_000)
        whole = requests.post(address, data=body, timeout=20).content
        assert len(whole) > 5_000_000
        assert whole.endswith(b" </CLICKATELLSDK>")
        assert len(requests.post(address, data=body, timeout=20).content) < 5_000
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
