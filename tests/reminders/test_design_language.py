"""Tests of the design language: contrast of the tokens, and what the CSP demands."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TOKENS = (ROOT / "static/css/tokens.css").read_text()
COLOURS = dict(
    re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\);", TOKENS)
)
HUES = re.findall(
    r"--hue: light-dark\((#\w{6}), (#\w{6})\); "
    r"--hue-soft: light-dark\((#\w{6}), (#\w{6})\)",
    TOKENS,
)
GROUNDS = ("canvas", "sunken", "surface", "raised", "hover", "selected")
TONES = ("ok", "warn", "bad", "info", "neutral")
TEXT = 4.5  # WCAG 1.4.3, AA
CONTROL = 3.0  # WCAG 1.4.11, AA


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-soft", "ink-muted", "accent-ink")
      for ground in GROUNDS],
    *[(tone, ground, TEXT) for tone in TONES
      for ground in ("canvas", "surface", "raised", f"{tone}-soft")],
    *[("ink", f"{tone}-soft", TEXT) for tone in TONES],
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("accent-ink", "accent-soft", TEXT),
    ("on-bad", "bad", TEXT),
    ("on-bad", "bad-hover", TEXT),
    ("on-call", "call", TEXT),
    *[(ink, ground, TEXT) for ink in ("on-house", "on-house-soft", "house-glow")
      for ground in ("house", "house-raised")],
    ("on-house", "house-line", TEXT),
    *[("line-control", ground, CONTROL) for ground in ("canvas", "surface", "raised")],
    *[("focus", ground, CONTROL) for ground in GROUNDS],
]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_it_keeps_words_and_controls_legible(
    ink: str, ground: str, least: float, theme: str
):
    which = ("light", "dark").index(theme)
    pair = (COLOURS[ink].split(", ")[which], COLOURS[ground].split(", ")[which])
    assert contrast(*pair) >= least


@pytest.mark.parametrize("number", range(8))
def test_it_keeps_every_hue_legible_on_its_own_ground(number: int):
    light, dark, soft_light, soft_dark = HUES[number]
    assert contrast(light, soft_light) >= TEXT
    assert contrast(dark, soft_dark) >= TEXT


def test_it_uses_only_tokens_that_exist():
    sheets = {p: p.read_text() for p in (ROOT / "static/css").rglob("*.css")}
    defined = set(re.findall(r"(--[\w-]+)\s*:", "".join(sheets.values())))
    used = {
        (path.name, name)
        for path, text in sheets.items()
        for name in re.findall(r"var\((--[\w-]+)", text)
    }
    assert {pair for pair in used if pair[1] not in defined} == set()


def test_it_has_no_inline_style_or_script():
    pages = [*(ROOT / "templates").rglob("*.html")]
    inline = re.compile(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*(src=|/json))")
    assert pages
    assert [str(p) for p in pages if inline.search(p.read_text())] == []


def test_it_names_every_part_in_the_guide():
    guide = (ROOT / "docs/design-language.md").read_text()
    parts = "".join(p.read_text() for p in ROOT.glob("static/css/parts/*.css"))
    tops = set(
        re.findall(r"^  \.([a-z]+(?:-[a-z]+)*)[^,{]*\{", parts, flags=re.MULTILINE)
    )
    words = set(re.findall(r"[a-z][a-z-]*", guide))
    assert sorted(tops - words) == []
