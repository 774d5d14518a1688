"""A wrong document fails a test: paths, settings, addresses, codes and house rules.

The generated pages are renewed with `WRITE_DOCS=1 ./run test tests/test_house.py -k page`.
"""

import ast
import os
import pkgutil
import re
import subprocess
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import registry
from django.urls import URLPattern, get_resolver

from provisioning.clickatell.errors import CONNECT_CODES, MESSAGING_CODES, STATUSES
from provisioning.models import Stage
from provisioning.oneapi import errors as oneapi
from provisioning.stages import MOVES, Event
from reminders.intents import Intent
from tests import papers
from tests.faults import ROWS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
README = ROOT / "README.md"
IGNORED = {".git", ".venv", "var", "__pycache__"}
PACKAGES = ("provisioning", "reminders")
MOST_LINES = 300
CENTRAL = (CONNECT_CODES, MESSAGING_CODES, STATUSES)


@cache
def files() -> tuple[str, ...]:
    """Paths of everything that belongs to the project, below its root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        listed = [
            str(path.relative_to(ROOT))
            for path in ROOT.rglob("*")
            if not IGNORED.intersection(path.relative_to(ROOT).parts)
        ]
    return tuple(sorted(name for name in listed if (ROOT / name).is_file()))


@cache
def text_of(name: str) -> str:
    """The words of a file; nothing for one that holds none, such as a picture."""
    data = (ROOT / name).read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


def named(*endings: str, under: tuple[str, ...] = ("",)) -> list[str]:
    """Files with one of these endings, below one of these folders."""
    return [
        name for name in files() if name.endswith(endings) and name.startswith(under)
    ]


def documents() -> list[str]:
    """The papers for people."""
    return named(".md")


def in_each(names: list[str], find: Callable[[str], object]) -> dict[str, object]:
    """What `find` finds, file by file; empty when it finds nothing anywhere."""
    return {name: found for name in names if (found := find(name))}


def modules() -> list[str]:
    """Python files of the two packages that people write."""
    return [
        name
        for name in named(".py", under=tuple(f"{p}/" for p in PACKAGES))
        if "/migrations/" not in name
    ]


# --- What the documents name is there ------------------------------------------------

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"\.?[\w-]+(?:/[\w.-]+)*/?")
DOTTED = re.compile(r"(?:provisioning|reminders|tests)(?:\.\w+)+")
CHECK_ID = re.compile(r"\.[EW]\d{3}$")
# In a tree, the first word of a line is a path.
TREE = re.compile(r"^```tree\n(.*?)^```", re.MULTILINE | re.DOTALL)


def paths_in(page: str) -> set[str]:
    """What looks like a path of ours: known ending, or starts in a known folder."""
    tops = {name.split("/")[0] for name in files() if "/" in name}
    trees = [
        line.split()[0] for tree in TREE.findall(page) for line in tree.splitlines()
    ]
    words = [*CODE.findall(FENCE.sub("", page)), *trees]
    return {
        word
        for word in words
        if PATH.fullmatch(word) and ("/" in word and word.split("/")[0] in tops)
    }


def missing_paths(name: str) -> set[str]:
    """Paths that a page names in vain."""
    return {path for path in paths_in(text_of(name)) if not (ROOT / path).exists()}


def broken_links(name: str) -> set[str]:
    """Links of a page to files that are not there, or to a heading that is not."""
    links = {
        link
        for link in LINK.findall(FENCE.sub("", text_of(name)))
        if not link.startswith(("https://", "http://"))
    }
    return {link for link in links if not leads_somewhere(Path(name), link)}


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether a link from this page has a target."""
    file, _hash, heading = link.partition("#")
    target = (ROOT / page.parent / file) if file else ROOT / page
    if not target.exists():
        return False
    headings = (
        re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE) if heading else []
    )
    anchors = {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}
    return not heading or heading in anchors


def missing_names(name: str) -> set[str]:
    """Modules, classes and functions that a page names in vain."""
    code = " ".join(CODE.findall(FENCE.sub("", text_of(name))))
    names = (dotted for dotted in DOTTED.findall(code) if not CHECK_ID.search(dotted))
    return {dotted for dotted in names if not is_there(dotted)}


def is_there(dotted: str) -> bool:
    """Whether a dotted name can be imported."""
    try:
        pkgutil.resolve_name(dotted)
    except (ImportError, AttributeError):
        return False
    return True


def test_documents_name_paths_that_exist():
    assert not in_each(documents(), missing_paths)


def test_documents_link_to_what_exists():
    assert not in_each(documents(), broken_links)


def test_documents_name_modules_and_functions_that_exist():
    assert not in_each(documents(), missing_names)


def test_the_readme_starts_with_the_two_commands_and_a_picture():
    first_screen = "\n".join(README.read_text().splitlines()[:40])
    assert "./run demo" in first_screen
    assert "./run test" in first_screen
    assert "docs/img/today.png" in first_screen


def test_pictures_are_small():
    assert all((ROOT / name).stat().st_size < 250_000 for name in named(".png"))


def test_the_changelog_knows_the_version():
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    found = re.search(r"^## \[(\d[^\]]*)\]", text_of("CHANGELOG.md"), re.MULTILINE)
    assert found
    assert found[1] == project["version"]


# --- Settings ------------------------------------------------------------------------

READ = re.compile(r'\benv\.\w+\(\s*"([A-Z_]+)"|os\.environ(?:\.get\(|\[)\s*"([A-Z_]+)"')
NOT_SETTINGS = {"DJANGO_SETTINGS_MODULE"}


def variables_read() -> set[str]:
    """Environment variables that the two packages read."""
    found = {a or b for name in modules() for a, b in READ.findall(text_of(name))}
    return found - NOT_SETTINGS


def test_every_variable_is_in_the_example_and_none_more():
    listed = re.findall(r"^#? ?([A-Z][A-Z_]+)=", text_of(".env.example"), re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == variables_read()


def test_every_variable_is_in_the_operations_page_and_none_more():
    page = text_of("docs/operations.md")
    listed = re.findall(r"^\| `([A-Z][A-Z_]+)` \|", page, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == variables_read()


def test_the_example_leaves_everything_at_its_default():
    lines = text_of(".env.example").splitlines()
    assert not [line for line in lines if line and not line.startswith("#")]


def plain_defaults() -> dict[str, str]:
    """Defaults that stand in the settings as they are, by variable."""
    calls = (
        node
        for node in ast.walk(ast.parse(text_of("reminders/config/settings.py")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("env.")
    )
    return {
        ast.literal_eval(call.args[0]): as_typed(ast.literal_eval(keyword.value))
        for call in calls
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Constant)
    }


def as_typed(value: object) -> str:
    """A default as one would type it into an environment."""
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def test_the_example_shows_the_true_defaults():
    shown = dict(
        re.findall(r"^# ([A-Z][A-Z_]+)=(.*)$", text_of(".env.example"), re.MULTILINE)
    )
    known = plain_defaults()
    assert len(known) > 15
    assert {name: shown[name] for name in known} == known


def test_every_check_is_explained():
    source = text_of("provisioning/checks.py")
    ids = set(re.findall(r'id="(provisioning\.\w+)"', source))
    ours = [
        c for c in registry.registry.registered_checks if "provisioning" in c.__module__
    ]
    ours += [
        c for c in registry.registry.deployment_checks if "provisioning" in c.__module__
    ]
    assert ids
    assert ours
    explained = re.findall(
        r"^\| `(provisioning\.\w+)` \|", text_of("docs/operations.md"), re.MULTILINE
    )
    assert set(explained) == ids


def test_every_scheduled_task_is_explained_and_none_more():
    page = text_of("docs/operations.md")
    listed = re.findall(r"^\| `(\w+\.tasks\.\w+)` \|", page, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == {
        job["task"] for job in settings.CELERY_BEAT_SCHEDULE.values()
    }


MAILS = "templates/provisioning/mail/"


def test_every_mail_is_explained_and_none_more():
    written = {Path(name).name for name in named(".txt", under=(MAILS,))}
    page = text_of("docs/operations.md")
    listed = re.findall(r"^\| `(\w+\.txt)` \|", page, re.MULTILINE)
    assert set(listed) == {name for name in written if not name.startswith("_")}


WARNING = re.compile(r'log\.(?:warning|error)\(\s*"([\w ]+)"')


def test_every_warning_in_the_logs_is_explained():
    sources = [name for name in modules() if "/sandbox/" not in name]
    events = {event for name in sources for event in WARNING.findall(text_of(name))}
    page = text_of("docs/operations.md")
    assert len(events) > 5
    assert not [event for event in events if f"`{event}`" not in page]


def test_every_command_is_explained():
    papers_for_people = text_of("README.md") + text_of("docs/operations.md")
    commands = {
        Path(name).stem
        for name in named(".py", under=tuple(f"{p}/management/" for p in PACKAGES))
        if not name.endswith("__init__.py")
    }
    assert commands
    words = ("manage.py ", "./run ")
    assert not [
        name
        for name in commands
        if not any(f"{word}{name}" in papers_for_people for word in words)
    ]


# --- Addresses, codes, intents ----------------------------------------------------------


def url_names() -> set[str]:
    """Names of our own addresses; the sign-in pages and the admin are not ours."""
    own = set()
    for urlconf in ("reminders.urls", "provisioning.urls"):
        patterns = get_resolver(urlconf).url_patterns
        own |= {p.name for p in patterns if isinstance(p, URLPattern) and p.name}
    return own


def test_every_address_is_documented_and_none_more():
    listed = re.findall(r"^\| `(\w+)` \| `/", text_of("docs/urls.md"), re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == url_names()


def test_every_code_is_documented():
    page = text_of("docs/errors.md")
    for table in (*CENTRAL, oneapi.CODES, oneapi.STATUSES):
        assert all(f"| {code} | {row.label} |" in page for code, row in table.items())


def test_every_stage_and_event_is_documented():
    page = text_of("docs/stages.md")
    assert all(f"| `{stage}` | {stage.label} |" in page for stage in Stage)
    assert all(f"| `{event}` | {MOVES[event].meaning} |" in page for event in Event)


def test_every_intent_is_documented_and_none_more():
    listed = re.findall(r"^\| `(\w+)` \|", text_of("docs/adding.md"), re.MULTILINE)
    assert set(listed) == {intent.value for intent in Intent}


def written(page: str, name: str) -> str:
    """The page as it is in docs/, renewed first if that was asked for."""
    path = DOCS / name
    if os.environ.get("WRITE_DOCS"):
        path.write_text(page)
    return path.read_text()


def test_the_errors_page_is_up_to_date():
    page = papers.errors_page()
    assert written(page, "errors.md") == page


def test_the_stages_page_is_up_to_date():
    page = papers.stages_page()
    assert written(page, "stages.md") == page


@pytest.mark.django_db
def test_the_wire_page_is_up_to_date():
    page = papers.wire_page(papers.journey())
    assert papers.shape(written(page, "wire.md")) == papers.shape(page)


CONNECT_CALL = re.compile(r'self\._(?:ask|list)\(\s*"(\w+)"')
# The messaging API's name their element, One API's their path.
OTHER_CALLS = ("<sendMsg>", "<queryMsg>", "<getBalance>", "/v1/message", "/v1/balance")


def test_every_call_is_on_the_wire_page():
    sources = named(".py", under=("provisioning/clickatell/connect/",))
    calls = {name for n in sources for name in CONNECT_CALL.findall(text_of(n))}
    assert len(calls) == 16
    page = text_of("docs/wire.md")
    wanted = {f"<action>{name}</action>" for name in (*calls, settings.TWO_WAY_ACTION)}
    assert not [call for call in (*wanted, *OTHER_CALLS) if call not in page]


# --- House rules -----------------------------------------------------------------------

FORBIDDEN_MODULES = {"utils", "helpers", "services", "common"}


def test_every_module_and_package_says_what_lives_there():
    silent = [n for n in modules() if not ast.get_docstring(ast.parse(text_of(n)))]
    assert not silent


def test_no_file_is_long():
    long = {n for n in modules() if len(text_of(n).splitlines()) > MOST_LINES}
    assert not long


def test_no_module_is_named_for_nothing():
    assert not [n for n in named(".py") if Path(n).stem in FORBIDDEN_MODULES]


# Django, allauth and htmx put these in place of their own.
REPLACEMENTS = ("templates/allauth/elements/", "templates/django/forms/")


def stands_alone(name: str) -> bool:
    """Whether a template is neither a base, nor a part, nor extends anything."""
    is_part = Path(name).name.startswith("_") or name.startswith(REPLACEMENTS)
    is_base = Path(name).stem == "base"
    return not (is_part or is_base or text_of(name).startswith("{% extends "))


def test_every_template_extends_a_base_or_is_a_part():
    assert not in_each(named(".html"), stands_alone)


INLINE = re.compile(
    r"<style|<script(?![^>]*\bsrc=)|<[^>]*\s(?:style|on[a-z]+)\s*=", re.IGNORECASE
)


NOT_HTML = re.compile(
    r"{% comment.*?endcomment %}|{%.*?%}|{#.*?#}|{{.*?}}|<!--.*?-->", re.DOTALL
)


def test_no_template_has_inline_style_or_script():
    assert not in_each(
        named(".html"), lambda name: INLINE.findall(NOT_HTML.sub("", text_of(name)))
    )


def test_nobody_elses_files_are_committed():
    vendored = (".min.js", ".min.css", ".woff", ".woff2", ".ttf", ".otf", ".map")
    assert not named(*vendored)


# --- Words that do not belong into a project --------------------------------------------

THIS_FILE = "tests/test_house.py"
FOREIGN = re.compile(
    r"(?<![\w.])/(?:work|root|home)/|pypi\.org|pythonhosted\.org|npmjs\.|"
    r"\b(?:TODO|FIXME|XXX)\b"
)


def test_no_file_holds_private_paths_or_promises():
    others = [name for name in files() if name != THIS_FILE]
    assert not in_each(others, lambda name: FOREIGN.findall(text_of(name)))


# E.164 and the ways people write it. Bare digits count if they could be a US number.
PHONE = re.compile(
    r"(?<![\w.*])(?:\+\d{8,15}|1[2-9]\d{2}[2-9]\d{6}|"
    r"(?:\+?1[ .-])?\(?[2-9]\d{2}\)?[ .-]{1,2}[2-9]\d{2}[ .-]\d{4})(?![\w.])"
)
RESERVED = re.compile(r"1?[2-9]\d{2}55501\d{2}")
# The provider's own examples, which stand in recorded documents.
VECTORS = re.compile(r"1?999555\d{4}|27999\d*")
# What Britain keeps for fiction, where a foreign number is the point.
BRITISH_FICTION = re.compile(r"44(?:2079460|1632960)\d{3}")
# Locks hold hashes, and a table of dialling codes is none of phones.
WITHOUT_PHONES = ("requirements",)


def real_phones(name: str) -> set[str]:
    """Numbers in a file that may be somebody's."""
    digits = {re.sub(r"\D", "", found) for found in PHONE.findall(text_of(name))}
    allowed = (RESERVED, VECTORS, BRITISH_FICTION)
    return {d for d in digits if not any(range_.fullmatch(d) for range_ in allowed)}


def test_no_file_names_a_real_phone():
    others = [name for name in files() if not name.startswith(WITHOUT_PHONES)]
    assert not in_each(others, real_phones)


# --- Every fault has its story -------------------------------------------------------

FAULT = re.compile(r"^((?:E\d+(?:, )?)+):")


def told_faults() -> set[tuple[str, str]]:
    """Which faults the stories name in their docstrings, each with its file."""
    told: set[tuple[str, str]] = set()
    for name in named(".py", under=("tests/faults/test_",)):
        for node in ast.walk(ast.parse(text_of(name))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                words = FAULT.match(ast.get_docstring(node) or "")
                numbers = words[1].split(", ") if words else []
                told.update((number, Path(name).stem) for number in numbers)
    return told


def test_every_fault_is_told_where_the_table_says():
    table = {
        (row, f"test_{file}") for row, (_, *files) in ROWS.items() for file in files
    }
    assert sorted(told_faults() ^ table) == []
    assert set(ROWS) == {f"E{number}" for number in range(1, 36)}
