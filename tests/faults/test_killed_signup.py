"""A web process that is killed while an owner waits for the provider's answer.

The provider, which is the sandbox in a process of its own, has done the work by then;
our half of it is lost with the process. The owner signs in again and goes on, and at
the provider nothing is there twice.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from provisioning.models import ProviderAccount, ProviderCall, Stage
from reminders.demo import signup
from reminders.demo.browser import Browser, NotOnThePage, Values
from reminders.demo.cast import OWNER
from reminders.demo.outside import Outside, code_in
from reminders.demo.scene import NotAsItShould, Scene
from tests import servers
from tests.faults.processes import Site, answers, kill, until

TOKEN = "0123456789abcdef0123456789abcdef"
# Longer than any story: the process dies before the provider hangs up.
HELD_SECONDS = 90

State = dict[str, Any]
WALK: dict[str, Callable[[Scene], str]] = {
    step.__name__: step for _title, step in signup.STEPS
}


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """The same, with the sandbox for the provider."""
    url = f"http://127.0.0.1:{servers.free_port()}"
    return {
        **environment,
        # The provider calls back, to the second process as to the first.
        "BASE_URL": f"http://127.0.0.1:{servers.free_port()}",
        "STATIC_COLLECTED": "false",
        "CONNECT_URL": f"{url}/connect/",
        "CONNECT_TOKEN": TOKEN,
        "MESSAGING_URL": f"{url}/xml/xml",
        "SANDBOX_URL": url,
        "SANDBOX_TOKEN": TOKEN,
    }


@pytest.fixture
def sandbox(site: Site, tmp_path: Path) -> str:
    """The provider's address, once it answers."""
    url = site.environment["SANDBOX_URL"]
    site.sandbox(port_of(url), tmp_path / "sandbox")
    until(lambda: answers(url))
    return url


@pytest.fixture
def scene(site: Site, sandbox: str) -> Scene:
    """An owner before the first page."""
    return at_a_browser(web_of(site), sandbox)


def web_of(site: Site) -> str:
    """The web, at the same address each time."""
    return site.web(port_of(site.environment["BASE_URL"]))


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def at_a_browser(web: str, sandbox: str) -> Scene:
    return Scene(web, Outside(Browser(), sandbox), Browser(), OWNER)


def state_of(sandbox: str) -> State:
    state: State = requests.get(f"{sandbox}/switchboard/state.json", timeout=10).json()
    return state


def hold(sandbox: str, action: str) -> None:
    """The provider does what it is asked next, and keeps the answer to itself."""
    rule = {"action": action, "kind": "lost", "seconds": HELD_SECONDS, "times": 1}
    requests.post(
        f"{sandbox}/switchboard/rules", json=rule, timeout=10
    ).raise_for_status()


def is_registered(state: State) -> bool:
    return bool(state["accounts"])


def has_a_code(state: State) -> bool:
    return bool(state["accounts"][0]["sms_sends"])


def is_sms_active(state: State) -> bool:
    return bool(state["accounts"][0]["state"] == "SMS-ACTIVE")


def is_connected(state: State) -> bool:
    return bool(state["accounts"][0]["api_ids"])


@pytest.mark.parametrize(
    ("name", "action", "is_done"),
    [
        ("register", "register", is_registered),
        ("confirm_email", "authenticate_user", is_registered),
        ("verify_mobile", "send_activation_sms", has_a_code),
        ("verify_mobile", "validate_activation_sms", is_sms_active),
        ("connect", "create_connection", is_connected),
    ],
)
def test_it_goes_on_where_a_killed_process_left_off(
    site, sandbox, scene, name, action, is_done
):
    names = list(WALK)
    place = names.index(name)
    for earlier in names[:place]:
        WALK[earlier](scene)
    hold(sandbox, action)
    click = Thread(target=in_vain, args=[WALK[name], scene])
    click.start()
    until(lambda: was_asked(action) and is_done(state_of(sandbox)))
    kill(site.processes["web-1"])
    click.join()

    again = signed_in(web_of(site), sandbox)
    # Nobody waits two minutes here for the turn of a process that is gone.
    ProviderAccount.objects.update(busy_until=None)
    ONCE_MORE.get(action, WALK[name])(again)
    for later in names[place + 1 :]:
        WALK[later](again)

    account = ProviderAccount.objects.get()
    assert account.stage == Stage.READY
    state = state_of(sandbox)
    assert [there["user"] for there in state["accounts"]] == [account.username]
    assert state["accounts"][0]["api_ids"] == [int(account.api_id)]
    assert len(state["numbers"]) == 1


def in_vain(step: Callable[[Scene], str], scene: Scene) -> None:
    """Take a step whose answer never comes."""
    with suppress(NotOnThePage, NotAsItShould):
        step(scene)


def was_asked(action: str) -> bool:
    """Whether the question is on its way: its row is committed before it leaves."""
    return ProviderCall.objects.filter(action=action, outcome="pending").exists()


def signed_in(web: str, sandbox: str) -> Scene:
    """The owner at another browser, with the password chosen on the first page."""
    scene = at_a_browser(web, sandbox)
    page = scene.open("/account/login/")
    scene.submit(page, {"login": OWNER.email, "password": OWNER.password})
    return scene


def fill_in_what_is_left(scene: Scene) -> str:
    """The first page again, filled in already but for picture and terms."""
    page = scene.open("/setup/start/")
    code = scene.outside.read_picture(page.value("captcha_id"))
    return str(scene.submit(page, {"captcha_code": code, "accept_terms": True}))


def type_the_code(scene: Scene) -> str:
    """It arrived, though nobody told us; or it counts already, and the provider says so."""
    texts = scene.wait_for(
        lambda: scene.outside.arrived_on(OWNER.mobile), "The code should arrive"
    )
    values: Values = {"code": code_in(texts[-1]["text"])}
    return str(scene.submit(scene.open("/setup/"), values, press=("do", "verify")))


def name_the_connection(scene: Scene) -> str:
    """The connection may be there: its number is looked up at the provider."""
    api_id = state_of(scene.outside.address)["accounts"][0]["api_ids"][0]
    page = scene.open("/setup/connection/")
    return str(scene.submit(page, {"api_id": str(api_id)}, press=("do", "look")))


# Where the owner's way on is not just the same page and button again.
ONCE_MORE = {
    "register": fill_in_what_is_left,
    "send_activation_sms": type_the_code,
    "validate_activation_sms": type_the_code,
    "create_connection": name_the_connection,
}
