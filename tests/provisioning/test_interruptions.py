"""Every step × every interruption: it ends at the right stage, and nothing is there twice.

A step is a button of the set-up whose call the provider acts upon. An interruption is
what can come between the click and the next page. After it the owner does what people
do: reload, look, press the button again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from provisioning import stages, wire
from provisioning.models import ProviderAccount, ProviderCall, Stage
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import ApiConnection, Rule
from tests import wire as network
from tests.make import NOW
from tests.provisioning.owner import MOBILE, Owner

pytestmark = pytest.mark.django_db

Press = Callable[[Owner], HttpResponse]


class Killed(BaseException):
    """The process is gone: nothing in it catches this."""


# --- Steps ----------------------------------------------------------------------------


def registered(owner: Owner) -> None:
    owner.registers()


def clicked(owner: Owner) -> None:
    registered(owner)
    owner.clicks_the_link()


def email_active(owner: Owner) -> None:
    clicked(owner)
    owner.presses("email", "check")


def texted(owner: Owner) -> None:
    email_active(owner)
    owner.presses("mobile", "send", mobile_number=MOBILE)


def verified(owner: Owner) -> None:
    texted(owner)
    owner.presses("mobile", "verify", code=owner.code_on_the_mobile())


def connected(owner: Owner) -> None:
    owner.is_connected()


def claimed(owner: Owner) -> None:
    owner.has_a_number()


def credited(owner: Owner) -> None:
    claimed(owner)
    owner.presses("credits", "go_on")
    ProvidersAccount.objects.update(credit=10, bought_at=NOW)


def verifies(owner: Owner) -> HttpResponse:
    # The code is gone from the provider's row once it has counted.
    sent = owner.texts_received()
    code = next(text.split()[-1] for text in sent if "code is" in text)
    return owner.presses("mobile", "verify", code=code)


def registers(owner: Owner) -> HttpResponse:
    page = owner.sees_start()
    return page if page.status_code == 302 else owner.registers()


@dataclass(frozen=True)
class Step:
    """One button: what comes before it, the call it makes, where it leads."""

    action: str
    arrange: Callable[[Owner], None]
    press: Press
    after: Stage

    def __str__(self) -> str:
        return self.action


STEPS = [
    Step("register", lambda owner: None, registers, Stage.REGISTERED),
    Step(
        "resend_email_activation",
        registered,
        lambda o: o.presses("email", "resend", email_address="desk@example.org"),
        Stage.REGISTERED,
    ),
    Step(
        "authenticate_user",
        clicked,
        lambda o: o.presses("email", "check"),
        Stage.EMAIL_ACTIVATED,
    ),
    Step(
        "send_activation_sms",
        email_active,
        lambda o: o.presses("mobile", "send", mobile_number="212 555 0178"),
        Stage.EMAIL_ACTIVATED,
    ),
    Step("validate_activation_sms", texted, verifies, Stage.PHONE_VERIFIED),
    Step(
        "create_connection",
        verified,
        lambda o: o.presses("connection", "connect"),
        Stage.CONNECTED,
    ),
    Step(
        "apply_two_way_url",
        connected,
        lambda o: o.presses("number", "open"),
        Stage.CONNECTED,
    ),
    Step(
        "buy_credits_url",
        claimed,
        lambda o: o.presses("credits", "buy"),
        Stage.NUMBER_CLAIMED,
    ),
    Step(
        "getBalance",
        claimed,
        lambda o: o.presses("credits", "balance"),
        Stage.NUMBER_CLAIMED,
    ),
    Step(
        "sendMsg",
        credited,
        lambda o: o.presses("test", "test"),
        Stage.NUMBER_CLAIMED,
    ),
]


# --- Interruptions --------------------------------------------------------------------


Patch = pytest.MonkeyPatch
Interruption = Callable[[Step, Owner, Patch], None]


def killed_before_the_move(step: Step, owner: Owner, patch: Patch) -> None:
    """The answer is in the wire log; the process dies before it has counted."""
    die(step, owner, patch, stages, "advance")


def killed_before_the_answer_is_noted(step: Step, owner: Owner, patch: Patch) -> None:
    """The provider has done it; the process dies with its answer in hand."""
    die(step, owner, patch, wire.CallRecorder, "ended")


def killed_before_it_leaves(step: Step, owner: Owner, patch: Patch) -> None:
    """The row is committed; the process dies before a byte has left."""

    def dies(*_args: object, **_options: object) -> None:
        raise Killed

    with patch.context() as here:
        here.setattr(network.InProcess, "send", only_for(step, dies))
        with pytest.raises(Killed):
            step.press(owner)


def done_but_unanswered(step: Step, owner: Owner, patch: Patch) -> None:
    """The provider does it, and the connection ends without a word."""
    meets(step, owner, Rule.Kind.LOST)


def done_but_too_late(step: Step, owner: Owner, patch: Patch) -> None:
    """The provider does it, and takes longer than anybody waits."""
    with patch.context() as here:
        here.setattr(network, "patience", lambda timeout: 0.05)
        meets(step, owner, Rule.Kind.SLOW, seconds=0.1)


def not_done(step: Step, owner: Owner, patch: Patch) -> None:
    """The connection ends before the provider has looked at the question."""
    meets(step, owner, Rule.Kind.SILENT)


def garbled(step: Step, owner: Owner, patch: Patch) -> None:
    """Something answers, but not the provider."""
    meets(step, owner, Rule.Kind.GARBAGE)


def broken_off(step: Step, owner: Owner, patch: Patch) -> None:
    """The provider does it; half of the answer arrives."""
    meets(step, owner, Rule.Kind.TRUNCATED)


def trouble_of_theirs(step: Step, owner: Owner, patch: Patch) -> None:
    """Error 999, or 901: nobody knows what came of it."""
    code = "901" if step.action in {"getBalance", "sendMsg"} else "999"
    meets(step, owner, Rule.Kind.ANSWER, code=code)


def clicked_twice(step: Step, owner: Owner, patch: Patch) -> None:
    """The second click comes while the provider is busy with the first."""
    answer = network.ask_sandbox
    clicks: list[Owner] = []
    second = Owner(Client())
    second.client.cookies = owner.client.cookies

    def double(*request: Any) -> Any:
        if asks_for(step, request[2]) and not clicks:
            clicks.append(second)
            step.press(second)
        return answer(*request)

    adapter = network.ADAPTERS[network.SANDBOX]
    with patch.context() as here:
        here.setattr(adapter, "answer", double)
        step.press(owner)
    assert clicks


def in_two_tabs(step: Step, owner: Owner, patch: Patch) -> None:
    """The other tab still shows the page that is over by now."""
    step.press(owner)


def on_another_device(step: Step, owner: Owner, patch: Patch) -> None:
    """The owner leaves, and goes on elsewhere."""
    if step.action == "register":
        owner.registers(code="WRONG1")
    user = owner.user
    owner.client = Client()
    owner.client.force_login(user)


INTERRUPTIONS: list[Interruption] = [
    killed_before_the_move,
    killed_before_the_answer_is_noted,
    killed_before_it_leaves,
    done_but_unanswered,
    done_but_too_late,
    not_done,
    garbled,
    broken_off,
    trouble_of_theirs,
    clicked_twice,
    in_two_tabs,
    on_another_device,
]


@pytest.mark.parametrize("interruption", INTERRUPTIONS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("step", STEPS, ids=str)
def test_it_ends_at_the_right_stage_with_nothing_twice(step, interruption, monkeypatch):
    owner = Owner()
    step.arrange(owner)

    interruption(step, owner, monkeypatch)
    # Where a process was killed, its turn runs out.
    ProviderAccount.objects.update(busy_until=None)
    signs_in_again(owner)
    assert owner.lands_on().startswith("/setup/")
    again = step.press(owner)
    if asks_what_became_of_the_connection(again):
        looks_it_up(owner)

    assert again.status_code in (302, 422)
    account = owner.account
    assert account.stage == step.after
    assert account.busy_until is None
    assert ProvidersAccount.objects.get().user == account.username
    connections = ApiConnection.objects.values_list("api_id", flat=True)
    assert [str(api_id) for api_id in connections] == (
        [account.api_id] if account.api_id else []
    )


def test_the_steps_are_all_the_calls_that_an_owner_makes():
    """A call that joins the set-up has to join this table."""
    owner = Owner()
    owner.has_a_number()
    owner.presses("credits", "buy")
    owner.presses("credits", "balance")
    owner.presses("credits", "go_on")
    owner.presses("test", "test")
    calls = ProviderCall.objects.exclude(by=None)
    made = set(calls.values_list("action", flat=True))
    assert {call for call in made if not call.startswith("get_list")} <= {
        step.action for step in STEPS
    }


def test_the_mail_may_be_opened_twice_and_elsewhere():
    owner = Owner()
    clicked(owner)
    owner.clicks_the_link()
    owner.presses("email", "check")
    owner.clicks_the_link()
    assert owner.account.stage == Stage.EMAIL_ACTIVATED
    assert owner.account.stage_changes.count() == 2


# --- How it is done -------------------------------------------------------------------


def die(step: Step, owner: Owner, patch: Patch, where: Any, name: str) -> None:
    """Kill the process when it comes to this, about the step's own call."""
    live = getattr(where, name)

    def dies(*args: Any, **options: Any) -> Any:
        if not ProviderCall.objects.filter(action=step.action).exists():
            return live(*args, **options)
        raise Killed

    with patch.context() as here:
        here.setattr(where, name, dies)
        try:
            step.press(owner)
        except Killed:
            return
    # Steps that move nothing have nothing to be killed before.
    assert (where, name) == (stages, "advance")


def only_for(step: Step, dies: Callable[..., None]) -> Any:
    live = network.InProcess.send

    def send(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        if asks_for(step, network.body_of(request)):
            dies()
        return live(self, request, *args, **options)

    return send


def asks_for(step: Step, body: bytes) -> bool:
    """Whether these bytes on the wire are the step's own question."""
    return step.action.encode() in body


def meets(
    step: Step, owner: Owner, kind: Rule.Kind, code: str = "", seconds: float = 0
) -> None:
    """Press the button while the provider misbehaves."""
    Rule.objects.create(
        action=step.action, kind=kind, code=code, seconds=seconds, times=2
    )
    step.press(owner)
    Rule.objects.all().delete()


def signs_in_again(owner: Owner) -> None:
    """A first form whose process died has left a sign-in, and no session."""
    if "_auth_user_id" not in owner.client.session:
        account = ProviderAccount.objects.select_related("practice").get()
        owner.client.force_login(account.practice.memberships.get().user)


def asks_what_became_of_the_connection(answer: HttpResponse) -> bool:
    return answer.status_code == 422 and b'value="look"' in answer.content


def looks_it_up(owner: Owner) -> None:
    """Type the API ID that the provider's console shows, or make one if it has none."""
    there = ApiConnection.objects.first()
    if there:
        owner.presses("connection", "look", api_id=str(there.api_id))
    else:
        owner.presses("connection", "anew")
