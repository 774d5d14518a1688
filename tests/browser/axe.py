"""Accessibility, as far as a machine can tell: axe-core over the page as it stands."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# WCAG 2.0, 2.1 and 2.2, levels A and AA.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": TAGS},
    "resultTypes": ["violations"],
    # Off by default in axe-core 4, because WCAG 2.2 was new when it came.
    "rules": {"target-size": {"enabled": True}},
}


# What another theme can break.
COLOURS = {**OPTIONS, "runOnly": {"type": "rule", "values": ["color-contrast"]}}


def assert_accessible(page: Page, only: dict[str, Any] = OPTIONS) -> None:
    """Fail with each broken rule, where it is broken and how to mend it."""
    found: list[dict[str, Any]] = Axe().run(page, options=only).response["violations"]
    assert not found, f"{page.url}\n" + "\n".join(map(told, found))


def told(violation: dict[str, Any]) -> str:
    """Put one broken rule into words, with every element that breaks it."""
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"]:
        lines.append(f"  {' '.join(map(str, node['target']))}")
        lines.append(f"    {node['html']}")
        lines += [f"    {line}" for line in node["failureSummary"].splitlines()[1:]]
    return "\n".join(lines)
