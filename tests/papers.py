"""Pages of the documentation that are written by the code they speak of.

`errors_page` lists every code of the provider's as our tables have them. `stages_page`
is the table of stage × event, drawn and written out. `wire_page` shows every call as the
wire log keeps it, from a walk against the sandbox in this process (`journey`).
`tests/test_house.py` compares them with `docs/`, and writes them when WRITE_DOCS is set.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

from django.urls import reverse

from provisioning import gateway, wire
from provisioning.clickatell.errors import (
    CONNECT_CODES,
    MESSAGING_CODES,
    STATUSES,
    Code,
)
from provisioning.exchange.statuses import Status
from provisioning.models import ProviderCall, Stage, TwoWayTest
from provisioning.oneapi import errors as oneapi
from provisioning.sandbox import callbacks
from provisioning.sandbox import clock as sandbox_clock
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import ApiConnection, Captcha, Integration, Number
from provisioning.stages import MOVES, Event, Move
from provisioning.templatetags.wire import document_lines
from tests.provisioning.owner import NUMBER, TYPED, Owner, picture_on

HARBOR_NUMBER = "+14155550143"

RENEW = "<!-- Written by tests/papers.py; renew with WRITE_DOCS=1 ./run test {} -->"
HOUSE = "tests/test_house.py -k page"

WHO = {
    "person": "the practice",
    "operator": "the operator of Frontdesk",
    "developer": "a developer",
    "later": "nobody: it is tried again",
    "nobody": "nobody: all is well",
}
AGAIN = {
    "never": "not again",
    "after_change": "once it is mended",
    "at_time": "after a wait",
    "retry": "ask first, then again",
}
RETRY = {
    "never": "given up",
    "after_change": "held, with all texts of the account",
    "at_time": "held until the time in the answer",
    "retry": "asked about, then sent again",
}

# --- Errors -------------------------------------------------------------------------


def errors_page() -> str:
    """Every Connect, messaging and status code, from the tables themselves."""
    return "\n".join(
        [
            "# Errors: every code of the provider",
            "",
            RENEW.format(HOUSE),
            "",
            ERRORS_INTRO,
            "## Connect API",
            "",
            "Table: `provisioning/clickatell/errors/connect_codes.py`.",
            "",
            *_table(
                CONNECT_HEAD,
                (_connect_row(code) for code in _by_number(CONNECT_CODES)),
            ),
            "## Messaging API",
            "",
            "Table: `provisioning/clickatell/errors/messaging_codes.py`. The column "
            "*Text* says what becomes of a text that was refused with the code.",
            "",
            *_table(
                MESSAGING_HEAD,
                (_messaging_row(code) for code in _by_number(MESSAGING_CODES)),
            ),
            "## Delivery status",
            "",
            "Table: `provisioning/clickatell/errors/statuses.py`. A report only moves "
            "a text forward; see `reminders/outbox/reports.py`.",
            "",
            *_table(STATUS_HEAD, map(_status_row, STATUSES.values())),
            "## One API",
            "",
            "Table: `provisioning/oneapi/errors.py`. The numbers are the platform's "
            "own and mean other things than those above. A text cannot be asked about "
            "by our id there: what is to be asked about waits for its receipt.",
            "",
            *_table(
                MESSAGING_HEAD,
                (_messaging_row(code) for code in _by_number(oneapi.CODES)),
            ),
            "## Delivery status of One API",
            "",
            "Table: `provisioning/oneapi/errors.py`.",
            "",
            *_table(STATUS_HEAD, map(_status_row, oneapi.STATUSES.values())),
        ]
    )


ERRORS_INTRO = """\
An error is one of six classes (`provisioning/exchange/family.py`):

| Class | Means |
|---|---|
| `Unavailable` | no usable answer: network, time-out, their fault |
| `NeedsCaptcha` | a picture code is wanted, or the one sent was no good |
| `Refused` | a person can mend it; *Field* says where |
| `AlreadyDone` | it was done before: go on |
| `NotAllowed` | only whoever runs or builds the application can mend it |
| `Unknown` | a code in none of the tables; its number and text are shown |

*Field* is the provider's name of the input; `wire_names` on the form in
`provisioning/forms/` says which of ours that is. The labels are the provider's own.
That a code belongs to a class, and what to do about it, is our reading: **INFERRED**.

*Again* says when the same may be asked again, with the same words for both interfaces
(`Retry` in the same file). It is INFERRED too:

| Again | In the code | Means |
|---|---|---|
| not again | `never` | the answer would be the same, or it is done already |
| once it is mended | `after_change` | an input, the account, or our own set-up has to be changed first |
| after a wait | `at_time` | by itself, later; at the instant in the answer where there is one |
| ask first, then again | `retry` | it may have been done: look what became of it |

The same list is a page of the app, `/setup/errors/`, with a search and with how often the
practice has met each code (`provisioning/catalogue.py`).
"""


MESSAGING_HEAD = (
    *("Code", "Label", "Text", "Again"),
    *("The desk sees", "What to do", "Who"),
)
STATUS_HEAD = ("Code", "Label", "Our state", "Final", "The desk sees")
CONNECT_HEAD = (
    *("Code", "Label", "Class", "Field"),
    *("The person sees", "What to do", "Who", "Again"),
)


def _by_number(table: dict[str, Code]) -> list[Code]:
    return sorted(table.values(), key=lambda entry: int(entry.code))


def _connect_row(entry: Code) -> tuple[str, ...]:
    return (
        entry.code,
        entry.label,
        f"`{entry.kind.__name__}`",
        f"`{entry.field}`" if entry.field else "–",
        entry.sentence,
        entry.remedy,
        WHO[entry.who],
        AGAIN[entry.retry],
    )


def _messaging_row(entry: Code) -> tuple[str, ...]:
    return (
        entry.code,
        entry.label,
        RETRY[entry.retry],
        AGAIN[entry.retry],
        entry.sentence,
        entry.remedy,
        WHO[entry.who],
    )


def _status_row(status: Status) -> tuple[str, ...]:
    final = "yes" if status.final else "no"
    return status.code, status.label, status.state, final, status.sentence


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = ((cell.replace("|", "\\|") for cell in line) for line in lines)
    return [*(f"| {' | '.join(line)} |" for line in cells), ""]


# --- Stages -------------------------------------------------------------------------


def stages_page() -> str:
    """Stage × event → next stage, from `provisioning.stages.MOVES`."""
    return "\n".join(
        [
            "# Stages: how an account gets from the first form to *ready*",
            "",
            RENEW.format(HOUSE),
            "",
            STAGES_INTRO,
            *_table(
                ("Stage", "People see"),
                ((f"`{stage}`", str(stage.label)) for stage in Stage),
            ),
            "## Events",
            "",
            *_table(
                ("Event", "What the provider said, or the owner chose"),
                ((f"`{event}`", move.meaning) for event, move in MOVES.items()),
            ),
            "## Stage × event → next stage",
            "",
            "A dash: no news at this stage, and nothing changes.",
            "",
            *_table(
                ("Event", *(f"`{stage}`" for stage in Stage)),
                (
                    (f"`{event}`", *(_next(move, stage) for stage in Stage))
                    for event, move in MOVES.items()
                ),
            ),
            "## The same, drawn",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> draft",
            *(
                f"    {stage} --> {move.after}: {event}"
                for event, move in MOVES.items()
                for stage in move.before
                if event is not Event.DISCONNECTED
            ),
            "    note right of disconnected: from every stage but draft",
            "```",
            "",
        ]
    )


STAGES_INTRO = """\
An account's stage is moved on by events, in `provisioning/stages.py`, and by nothing else:
one conditional UPDATE, whose count is looked at, along with what was learned in the
same answer. Whoever reports an event a second time (another tab, another device, the
watcher, a worker that was slow) changes nothing. Which page of the set-up is due follows
from the stage alone: `provisioning/wizard.py`.

What the provider answers is told in `provisioning/steps/`; conditions that come and go at
any stage (locked, suspended, refused, out of credit) stand beside it as columns of
`provisioning/models/account.py`.

## Stages
"""


def _next(move: Move, stage: Stage) -> str:
    return f"`{move.after}`" if stage in move.before else "–"


# --- The wire -----------------------------------------------------------------------


@dataclass(frozen=True)
class Note:
    """What to say above one exchange, and what we know it from."""

    title: str
    words: str
    evidence: str


def journey() -> list[ProviderCall]:
    """Every call there is, in the order of a story; people and numbers are invented.

    A practice signs up and proves its number, a text is asked about, the password is
    forgotten. Then another practice comes with a key of the present-day platform.
    """
    owner = Owner()
    _registers(owner)
    _connects(owner)
    _proves_the_number(owner)
    _asks_about_texts()
    _forgets_the_password(owner)
    _comes_with_a_key(Owner())
    return list(ProviderCall.objects.order_by("pk"))


def _registers(owner: Owner) -> None:
    owner.client.get(reverse("terms"), {"country": "1"})
    # No page needs the prefixes; the client can ask for them all the same.
    wire.connect().country_prefixes()
    owner.registers()
    owner.presses("email", "check")
    owner.presses("email", "resend", email_address=TYPED["email"])
    owner.clicks_the_link()
    owner.presses("email", "check")
    owner.presses("mobile", "send", mobile_number=TYPED["mobile_number"])
    owner.presses("mobile", "verify", code="0000")
    owner.presses("mobile", "status")
    owner.presses("mobile", "verify", code=owner.code_on_the_mobile())


def _connects(owner: Owner) -> None:
    owner.presses("connection", "connect")
    owner.presses("number", "open")
    _rent_number(owner)
    owner.presses("credits", "buy")
    ProvidersAccount.objects.update(credit=500, bought_at=sandbox_clock.now())
    owner.presses("credits", "balance")


def _proves_the_number(owner: Owner) -> None:
    owner.presses("test", "test")
    owner.answers("OK")


def _asks_about_texts() -> None:
    test = TwoWayTest.objects.select_related("line__account").get()
    gateway.ask(test.line, test.client_id, sandbox_clock.now())
    gateway.ask(test.line, "0" * 32, sandbox_clock.now())


def _forgets_the_password(owner: Owner) -> None:
    owner.confirms()
    page = owner.client.get(reverse("forgot")).content.decode()
    captcha_id = picture_on(page)
    owner.client.post(
        reverse("forgot"),
        {
            "email_address": TYPED["email"],
            "captcha_id": captcha_id,
            "captcha_code": Captcha.objects.get(captcha_id=captcha_id).code,
        },
    )


def _comes_with_a_key(owner: Owner) -> None:
    integration = Integration.objects.create(
        name="Harbor Clinic",
        digits=HARBOR_NUMBER.removeprefix("+"),
        created_at=sandbox_clock.now(),
    )
    harbor = {**TYPED, "practice_name": "Harbor Clinic", "email": "ben@example.org"}
    key = {"api_key": integration.api_key, "number": HARBOR_NUMBER}
    owner.client.post(reverse("key"), {**harbor, **key})
    page = owner.client.get(reverse("wizard_page", args=["test"]))
    Integration.objects.filter(pk=integration.pk).update(
        status_url=page.context["receipt_address"],
        inbound_url=page.context["text_address"],
    )
    owner.presses("test", "test")
    callbacks.deliver_due(sandbox_clock.now() + timedelta(minutes=1))
    owner.answers("OK", HARBOR_NUMBER)
    test = TwoWayTest.objects.get(line__account=owner.account)
    # Nothing of the house asks this: a text whose answer was lost has no such id.
    wire.one_api(owner.account).status(test.provider_id)


def _rent_number(owner: Owner) -> None:
    """Do what the owner does on the provider's page, and tell the app of it."""
    page = owner.client.get("/setup/number/")
    Number.objects.create(
        digits=NUMBER.removeprefix("+"),
        account=owner.at_provider,
        connection=ApiConnection.objects.get(api_id=owner.account.api_id),
        claimed_at=owner.account.stage_since,
        reply_url=page.context["text_address"],
        reply_username=owner.account.HOOK_USER,
        reply_password=owner.account.hook_password,
    )
    owner.presses("number", "claim", number=NUMBER)


def wire_page(calls: Iterable[ProviderCall]) -> str:
    """Each kind of exchange once, in the order of the journey, with its note.

    Raises KeyError for a call that has no note: a new one needs one in NOTES.
    """
    kinds: dict[str, ProviderCall] = {}
    for call in calls:
        kinds.setdefault(_kind(call), call)
    shown = [(call, NOTES[kind]) for kind, call in kinds.items()]
    parts = ["# The wire, call by call", "", RENEW.format(HOUSE), "", WIRE_INTRO]
    parts += [f"- [{note.title}](#{_anchor(note.title)})" for _call, note in shown]
    for call, note in shown:
        parts += ["", *_exchange(call, note)]
    return "\n".join([*parts, ""])


def _kind(call: ProviderCall) -> str:
    """What the exchange is told apart by: its name, the codes, whose callback it is."""
    is_of_platform = call.api == ProviderCall.Api.CALLBACK and "{" in call.request
    name = f"One API {call.action}" if is_of_platform else call.action
    return f"{name} {call.codes}".strip()


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")


def _exchange(call: ProviderCall, note: Note) -> list[str]:
    asked = ["", *_block(call.request)] if call.request else []
    answered = ["", "Answer:", "", *_block(call.response)] if call.response else []
    codes = f" · code {call.codes}" if call.codes else ""
    return [
        f"## {note.title}",
        "",
        note.words,
        "",
        f"Evidence: {note.evidence}.",
        "",
        f"`{call.address}` · {call.get_outcome_display().lower()}{codes}",
        *asked,
        *answered,
    ]


def _block(document: str) -> list[str]:
    first = document.lstrip()[:1]
    kind = {"<": "xml", "{": "json"}.get(first, "text")
    return [f"```{kind}", laid_out(document), "```"]


def laid_out(document: str) -> str:
    """One element a line, as the under-the-hood panel shows it, long lists cut short."""
    if document.lstrip()[:1] not in ("<", "{"):
        return document
    values = VALUE.findall(document)
    if len(values) > MOST_VALUES:
        rest = "".join(values[SHOWN_VALUES:])
        document = document.replace(rest, f"<more{len(values) - SHOWN_VALUES}/>")
    lines = unescape(re.sub(r"</?span[^>]*>", "", document_lines(document)))
    return re.sub(r"<more(\d+)/>", r"<!-- and \1 more -->", lines)


VALUE = re.compile(r"<Value>.*?</Value>", re.DOTALL)
MOST_VALUES, SHOWN_VALUES = 12, 3

# Ids, numbers of accounts, made-up user names, instants, sizes of pictures.
CHANGING = re.compile(
    r"[0-9a-f]{16,}|\d{6,}|(?<=lakesideclinic)\d+"
    r"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|(?<=\[)\d+(?= characters\])"
)


def shape(page: str) -> str:
    """The page without what differs from run to run."""
    return CHANGING.sub("#", page)


G, D, R, S, P = "guide", "diagram", "recorded", "specification", "pages"
WIRE_INTRO = """\
What the app and the provider say to each other: the sixteen calls of the Connect API and
the application for a number, the messaging API, and One API of the present-day platform.
Every block below is the wire log's own row (`provisioning/models/call.py`), of a run
against the sandbox with invented practices. The same rows are behind "Under the hood" on
every page of the set-up.

**Masked before it is stored** (`provisioning/clickatell/masking.py`,
`provisioning/oneapi/masking.py`): passwords, keys, picture codes and activation codes, the
token in the address, the path of our callback address, login tickets in links, the
numbers that texts go to and come from but for two digits, and the words of texts. What
the owner typed about themselves is the account's own and is shown.

**How a call travels.** To the Connect API and the messaging API: a form POST with one
field, `XML` or `data`. To One API: JSON, with the key in the header `Authorization`, which
is never logged. UTF-8, no session, no cookies, no redirects followed. Account calls of the
Connect API repeat user name and password every time. Its answer is `Result` Success or
Error; an error has `Error` and `Description`, possibly several pairs.

**Evidence marks.** *guide*: "Connect API User Guide", 9 November 2011. *diagram*: the
"Connect API validation flow" in it. *recorded*: answers recorded in January 2013 that
survive in a public client's tests; `tests/recorded` holds what we read from them.
*specification*: "XML API Specification V2.4.9" and "HTTP API Specification V2.5.3".
*pages*: the platform's public pages about One API, named in `provisioning/oneapi/`.
**INFERRED**: no source says so; the sandbox and the client agree only because we chose.
"""

NOTES = {
    "get_list_terms": Note(
        "The terms: get_list_terms",
        "Where the terms for a country are. The link on the first page leads there. "
        "The provider answers with an address and not with the text.",
        f"{G}; the address is {R}",
    ),
    "get_list_country_prefix": Note(
        "The dialling prefixes: get_list_country_prefix",
        "Digits by country; some countries have none, some share one. No page needs them: "
        "the form takes a US number, or any that begins with a plus "
        "(`provisioning/forms/phone.py`). Client and sandbox have the call all the same.",
        f"{G}, {R}",
    ),
    "get_list_country": Note(
        "The countries: get_list_country",
        "Ids are the provider's own, so the United States are looked up by name. Kept "
        "for a day (`provisioning/offers.py`).",
        f"{G}, {R}; that the country is called USA is INFERRED",
    ),
    "get_list_account": Note(
        "The kinds of account: get_list_account",
        "The one with *Small Business* in its label can rent a US long number. It is "
        "found by that label, never by its id.",
        f"{G}, {R} in full",
    ),
    "get_captcha": Note(
        "The picture: get_captcha",
        "Registering needs a picture code. The picture is a PNG, form-encoded inside "
        "the element. Its code lives fifteen minutes and dies with its first use, "
        "right or wrong. The log keeps the first characters only.",
        f"{G}; letter case of the code is INFERRED not to count",
    ),
    "register": Note(
        "The account: register",
        "`provisioning.steps.register`. Written once: before it is repeated, the log "
        "is searched for an earlier one whose answer was lost, and the provider is "
        "asked. `force_create` 0 makes the provider say 105 to a known address, and "
        "the person decides. The answer names no account number.",
        f"{G}, {R}",
    ),
    "authenticate_user 103": Note(
        "Has the link been clicked? authenticate_user, not yet",
        "There is no push. `provisioning.steps.check_email` asks, and so does the "
        "watcher every few seconds. 103 is an answer here and not a fault; it names "
        "the address that the mail went to.",
        f"{R}; to ask this way is INFERRED",
    ),
    "resend_email_activation": Note(
        "The mail once more: resend_email_activation",
        "`provisioning.steps.resend_email`. An address is sent only if it differs from the "
        "one on file, and then replaces it. 107, activated already, is good news and moves "
        "the account on. We leave a minute between two (`provisioning/steps/pace.py`).",
        f"{G}, {R}",
    ),
    "authenticate_user": Note(
        "Has the link been clicked? authenticate_user, yes",
        "The account moves to *e-mail activated* with the number in the answer.",
        f"{G}, {R}",
    ),
    "send_activation_sms": Note(
        "The code: send_activation_sms",
        "Texts a code to the mobile. A number is sent only if it differs from the one "
        "on file, and then replaces it. How many texts an account may have is not "
        "documented (the sandbox: five, INFERRED).",
        f"{G}, {R}",
    ),
    "validate_activation_sms 418": Note(
        "A wrong code: validate_activation_sms, 418",
        "The error lands on the field it belongs to: `sms_activation_code` on the "
        "wire, `code` on our form.",
        f"{G}; that a wrong code is 418 is INFERRED",
    ),
    "sms_activation_status 104": Note(
        "Has the mobile been confirmed? sms_activation_status, not yet",
        "`provisioning.steps.check_mobile`. Asked when the answer to the code was lost, "
        "when an account is taken up, and on the owner's click, since the provider's "
        "support can confirm a mobile by hand. Once confirmed the answer is Success, with "
        "the mobile and the number of the account.",
        f"{D}, {R}; that support can do so is INFERRED",
    ),
    "validate_activation_sms": Note(
        "The right code: validate_activation_sms",
        "`provisioning.steps.verify_mobile`. If this answer is lost, "
        "`sms_activation_status` says whether it counted.",
        f"{G}, {R} with care",
    ),
    "get_list_connection": Note(
        "Ways to send: get_list_connection",
        "*XML API* is found by its label.",
        f"{G}, {R} in full",
    ),
    "get_list_callback": Note(
        "Ways to be told: get_list_callback",
        "*HTTP Post* is found by its label. It is always sent, because the guide's "
        "default contradicts its own list.",
        f"{G}, {R} in full",
    ),
    "create_connection": Note(
        "The connection: create_connection",
        "The `api_id` in the answer goes into every text. Our secret address for "
        "receipts is registered here, with Basic auth on top. No parameter sets where "
        "*answers* go: that is the number's reply path, which the owner pastes.",
        f"{G}, {R}; that a second call makes a second connection is INFERRED",
    ),
    "apply_two_way_url": Note(
        "The page for a number: the two-way application",
        "A link that signs the owner in at the provider, where the number is rented. "
        "Fetched on the click, redirected to, never kept. The action and the element "
        "are the settings TWO_WAY_ACTION and TWO_WAY_ELEMENT.",
        f"{D} shows the call, no text does; name, element and answer are INFERRED",
    ),
    "getBalance": Note(
        "The balance: getBalance",
        "The first call of the messaging API. It proves the stored password and the "
        "connection. Credits, not money.",
        f"{S}",
    ),
    "buy_credits_url": Note(
        "The shop: buy_credits_url",
        "As the page for a number: fetched on the click and never kept, since whoever "
        "has the link is in the owner's account.",
        f"{G}, {R}; that it works once and not for long is INFERRED",
    ),
    "sendMsg": Note(
        "A text: sendMsg",
        "The same call for the set-up's test and for a reminder. Up to PACKET_SIZE "
        "commands travel in one packet, each with its own credentials, also those of "
        "another practice; `sequence_no` pairs the answers. `cliMsgId` is ours and "
        "new for each attempt. `callback` 3 asks for reports on the way and at the "
        "end, `concat` is the most parts it may be split into, `mo` says that answers "
        "are wanted.",
        f"{S}; that the same `cliMsgId` twice means two texts, and that 100 commands "
        "are not too many, is INFERRED",
    ),
    "queryMsg": Note(
        "What became of a text: queryMsg",
        "Asked by our own id when the answer to `sendMsg` was lost "
        "(`reminders/outbox/doubt.py`). The status codes are in [errors](errors.md).",
        f"{S}",
    ),
    "queryMsg 104": Note(
        "What became of a text: queryMsg, never arrived",
        "104 is the one answer after which a text may be sent again, and only when "
        "the grace has passed (NOT_FOUND_GRACE_SECONDS).",
        f"{S}; how long the provider may need is INFERRED",
    ),
    "forgot_password": Note(
        "A new password by mail: forgot_password",
        "`provisioning.steps.forgot_password`. Needs a picture, and no password. The "
        "stored one is dead from then on, for texts as well, so texts wait until the "
        "owner has typed the new one. A lost answer counts as done.",
        f"{G}, {R}",
    ),
    "receipt": Note(
        "To us: a delivery report",
        "Posted to `/hooks/<secret>/receipts/` as a form, with Basic auth. Repeated "
        "with growing pauses until we answer 2xx. The text is found by `cliMsgId`, "
        "then by `apiMsgId`. We read the XML form of it as well "
        "(`provisioning/clickatell/callbacks.py`).",
        f"{S}",
    ),
    "inbound text": Note(
        "To us: a text from a phone",
        "Posted to `/hooks/<secret>/texts/`, the reply path. The provider's id of it "
        "makes a repeat recognisable; the charset is stated inside. A patient's words "
        "are in the message ledger and not in the log. This one, from the owner's "
        "mobile, proved the number.",
        f"{S}; that the bare address is probed when it is saved is INFERRED",
    ),
    "v1/balance": Note(
        "One API, the key: GET v1/balance",
        "`provisioning.steps.take_key`. The one call that changes nothing, so it proves "
        "the key; nothing is kept before it has worked. Money, and in which currency.",
        f"{P}",
    ),
    "v1/message": Note(
        "One API, a text: POST v1/message",
        "Up to 100 texts of one account, since the key is in the header. The answer names "
        "no id of ours: it is read by its place, and each place must name the number too. "
        "207 where some were refused; a refusal stands in `error` of its place.",
        f"{P}; that the answer keeps the order is INFERRED",
    ),
    "One API receipt": Note(
        "One API, to us: a delivery report",
        "Posted to the same address as JSON, with no password: the secret in the path is "
        "all it shows. It has our own id, and is all that settles a text whose answer was "
        "lost: such a text is never sent again (`reminders/outbox/doubt.py`).",
        f"{P}; the first letter of the list's name is INFERRED",
    ),
    "One API inbound text": Note(
        "One API, to us: a text from a phone",
        "As above; a long text comes whole.",
        f"{P}; that no parts are told of is INFERRED",
    ),
    "v1/message/id": Note(
        "One API, what became of a text: GET v1/message/id",
        "Asked by the platform's own id, which a text whose answer was lost does not have. "
        "So nothing of the house asks; the client and the sandbox can.",
        f"{P}",
    ),
}
