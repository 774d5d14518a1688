"""Tests of the frames and forms that every page is made of."""

import re
from urllib.parse import unquote

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse


class Visit(forms.Form):
    """A form with one field of each kind that the template treats differently."""

    name = forms.CharField(label="Name", help_text="As on the card.")
    note = forms.CharField(label="Note", required=False)
    agreed = forms.BooleanField(label="Agreed")
    how = forms.ChoiceField(choices=[("w", "In words")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Nobody works on Sundays.")


def test_it_ties_help_and_errors_to_their_field():
    html = str(Visit({"note": "x"}))
    described = re.findall(r'aria-describedby="([^"]+)"', html)
    assert described
    for target in " ".join(described).split():
        assert f'id="{target}"' in html
    assert html.count('aria-invalid="true"') == 3


def test_it_leads_from_the_summary_to_each_field():
    html = str(Visit({}))
    summary = html[: html.index("</ul>")]
    assert 'role="alert"' in summary
    assert "Nobody works on Sundays." in summary
    assert 'href="#id_name"' in summary
    assert all(
        f'id="{target}"' in html for target in re.findall(r'href="#([^"]+)"', summary)
    )


def test_it_says_what_concerns_the_whole_form_once():
    html = str(Visit({"name": "Ana", "agreed": "on", "how": "w"}))
    assert html.count("Nobody works on Sundays.") == 1


def test_it_marks_what_is_optional_and_stars_nothing():
    html = str(Visit())
    assert html.count('class="optional"') == 1
    assert "*" not in html


def test_it_groups_radios_under_a_legend():
    html = str(Visit())
    assert re.search(r"<fieldset[^>]*>\s*<legend>How</legend>", html)
    assert html.count("<fieldset") == html.count("</fieldset>") == 1


def test_it_escapes_what_was_typed_and_what_is_wrong():
    assert "<b>" not in str(Visit({"name": "<b>", "how": "<b>"}))


@pytest.mark.parametrize("code", ["400", "403", "404", "500", "403_csrf"])
def test_it_has_an_error_page_that_needs_no_request_and_no_database(code: str):
    html = render_to_string(f"{code}.html")
    assert "<h1>" in html
    assert 'rel="stylesheet"' in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["account_login", "account_reset_password", "account_reset_password_done"],
)
def test_it_gives_the_signed_out_pages_the_entrance(name: str, client: Client):
    html = client.get(reverse(name)).content.decode()
    assert 'class="entrance"' in html
    assert 'id="main"' in html
    assert html.count("<h1>") == 1


@pytest.mark.django_db
def test_it_shows_why_signing_in_failed(client: Client):
    answer = client.post(
        reverse("account_login"), {"login": "nobody@example.org", "password": "x" * 12}
    )
    assert 'class="error-summary"' in answer.content.decode()


@pytest.mark.django_db
def test_it_leads_newcomers_to_the_wizard(client: Client):
    assert reverse("start") in client.get(reverse("account_login")).content.decode()


@pytest.mark.django_db
def test_it_says_when_a_reset_link_no_longer_works(client: Client):
    url = reverse("account_reset_password_from_key", args=["abc", "set-password"])
    assert "no longer works" in client.get(url).content.decode()


@pytest.mark.parametrize("here", [1, 2, 3])
def test_it_says_which_stage_the_wizard_is_at(here: int):
    states = ["done"] * (here - 1) + ["current"] + ["todo"] * (3 - here)
    steps = [{"title": f"T{n}", "state": s, "url": None} for n, s in enumerate(states)]
    html = render_to_string("provisioning/_frame.html", {"steps": steps})
    assert f"Step {here} of 3" in html
    assert html.count('aria-current="step"') == 1


def test_it_finds_every_asset_that_the_frame_names():
    html = render_to_string("base.html")
    assets = re.findall(r'(?:href|src)="/?static/((?:css|js|img|fonts)/[^"]+)"', html)
    assert len(assets) > 10
    assert [a for a in assets if not finders.find(unquote(a))] == []
