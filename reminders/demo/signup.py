"""Signing up, from the first page to the proven number, as an owner goes through it.

Each step is a function of the scene and returns what is worth telling of it.
"""

from reminders.demo.browser import Page
from reminders.demo.outside import code_in
from reminders.demo.scene import Scene, expect

PACK = "500"


def register(scene: Scene) -> str:
    """Fill in the first page, with the picture's characters; account and sign-in."""
    page = scene.open("/setup/start/")
    owner = scene.owner
    code = scene.outside.read_picture(page.value("captcha_id"))
    page = scene.submit(
        page,
        {
            "practice_name": owner.practice,
            "practice_phone": owner.practice_phone,
            "time_zone": owner.time_zone,
            "first_name": owner.first_name,
            "last_name": owner.last_name,
            "email": owner.email,
            "app_password": owner.password,
            "mobile_number": owner.mobile,
            "captcha_code": code,
            "accept_terms": True,
        },
    )
    _is_due(page, "email")
    return f"the picture said {code}"


def confirm_email(scene: Scene) -> str:
    """Open the link in the provider's mail."""
    link = scene.wait_for(
        lambda: scene.outside.link_mailed_to(scene.owner.email),
        "The activation mail should arrive",
    )
    page = scene.browser.open(link)
    if page.path == "/setup/email/":
        # The provider sends the browser back before our watcher has asked.
        page = scene.submit(page, {}, press=("do", "check"))
    _is_due(page, "mobile")
    return f"link mailed to {scene.owner.email}"


def verify_mobile(scene: Scene) -> str:
    """Have a code texted, and type it."""
    known = len(scene.outside.arrived_on(scene.owner.mobile))
    page = scene.submit(scene.open("/setup/"), {}, press=("do", "send"))

    def texted() -> str:
        texts = scene.outside.arrived_on(scene.owner.mobile)[known:]
        return next((c for text in texts if (c := code_in(text["text"]))), "")

    code = scene.wait_for(texted, "The activation code should be texted")
    page = scene.submit(page, {"code": code}, press=("do", "verify"))
    _is_due(page, "connection")
    return f"code {code} on {scene.owner.mobile}"


def connect(scene: Scene) -> str:
    """Make the connection that texts go through."""
    page = scene.submit(scene.open("/setup/"), {}, press=("do", "connect"))
    _is_due(page, "number")
    return "receipts come to an address of our own"


def claim_number(scene: Scene) -> str:
    """Rent a number on the provider's page, give it the reply path, tell us of it."""
    ours = scene.open("/setup/")
    page = scene.browser.submit(ours, {}, press=("do", "open"))
    page = scene.browser.submit(page, {"area": scene.owner.area})
    page = scene.browser.submit(page, {"number": page.value("number")})
    scene.line = f"+{page.value('number')}"
    page = scene.browser.submit(page, {"number": page.value("number")})
    page = scene.browser.submit(
        page,
        {
            "reply_url": ours.read("reply-path"),
            "reply_type": "1",
            "reply_username": ours.read("reply-user"),
            "reply_password": ours.read("reply-password"),
        },
    )
    expect("reply path is saved" in page.words, f"{page}: {page.problems}")
    page = scene.submit(ours, {"number": scene.line}, press=("do", "claim"))
    _is_due(page, "credits")
    return f"{scene.line}, answers come to an address of our own"


def buy_credits(scene: Scene) -> str:
    """Buy a pack on the provider's page; ours goes on when the balance has grown."""
    page = scene.browser.submit(scene.open("/setup/credits/"), {}, press=("do", "buy"))
    page = scene.browser.submit(page, {"pack": PACK})
    expect("credits were added" in page.words, f"{page}: {page.problems}")
    page = scene.open("/setup/")
    if page.path == "/setup/credits/":
        page = scene.submit(page, {}, press=("do", "balance"))
    _is_due(page, "test")
    return f"{PACK} credits, paid to the provider"


def prove_number(scene: Scene) -> str:
    """Be texted, answer OK; both ways work, and the account is ready."""
    known = len(scene.outside.arrived_on(scene.owner.mobile))
    scene.submit(scene.open("/setup/test/"), {}, press=("do", "test"))
    scene.wait_for(
        lambda: scene.outside.arrived_on(scene.owner.mobile)[known:],
        "The test text should arrive on the owner's mobile",
    )
    scene.outside.answer(scene.owner.mobile, scene.line, "OK")
    scene.wait_for(
        lambda: scene.open("/setup/").path == "/setup/account/",
        "The answer OK should finish the set-up",
    )
    return f"{scene.line} texts {scene.owner.mobile} and hears it"


STEPS = (
    ("The practice registers", register),
    ("The owner confirms the e-mail address", confirm_email),
    ("The owner verifies the mobile", verify_mobile),
    ("The account gets its connection", connect),
    ("The practice claims its number", claim_number),
    ("The practice buys credits", buy_credits),
    ("The number is tried both ways", prove_number),
)


def walk(scene: Scene) -> None:
    """Take all steps. Raises NotAsItShould and NotOnThePage."""
    for _title, step in STEPS:
        step(scene)


def _is_due(page: Page, slug: str) -> None:
    due = page.path == f"/setup/{slug}/"
    problems = " / ".join(page.problems)
    expect(due, f"The page {slug!r} should be next, not {page}. {problems}")
