"""The provider's picture as a field: shown, refreshed alone, answered."""

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from provisioning import clock, reading, support
from provisioning.clickatell.types import Captcha, CaptchaAnswer
from provisioning.offers import RENEWED_BEFORE, Picture


class CaptchaInput(forms.TextInput):
    """The provider's picture, a button for another one, and the box for its code.

    `asking`: show the link by which somebody else can read it. `came`: the box holds
    what they read.
    """

    template_name = "provisioning/_captcha.html"

    def __init__(
        self,
        captcha: Captcha | None = None,
        *,
        asking: bool = False,
        came: bool = False,
    ) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"})
        self.captcha = captcha
        self.asking = asking
        self.came = came

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        """Return the picture's id along with what was read in it."""
        return data.get("captcha_id", ""), data.get(name, "")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the picture, which travels inside the page (data:), and its time."""
        typed = value[1] if isinstance(value, tuple) else ""
        context = super().get_context(name, typed, attrs)
        # Forms that share a page are told apart by the names of their buttons.
        button = context["widget"]["attrs"].get("id", "").removesuffix(f"_{name}")
        context["pressed_by_enter"] = "" if button == "id" else button
        if self.captcha:
            context |= picture_context(self.captcha, clock.now())
            context |= {"came": self.came}
        if self.captcha and self.asking:
            context |= helper_context(self.captcha.id)
        return context


def picture_context(captcha: Captcha, now: datetime) -> dict[str, Any]:
    """What a page says about a picture: the image, and how long its code is good."""
    context: dict[str, Any] = {
        "captcha": captcha,
        "picture": f"data:image/png;base64,{b64encode(captcha.image).decode()}",
    }
    if isinstance(captcha, Picture):
        left = captcha.left(now)
        renewed_in = max(left - RENEWED_BEFORE, timedelta(seconds=1))
        context |= {
            "left": int(left.total_seconds()),
            "renewed_in": int(renewed_in.total_seconds()),
        }
    return context


def helper_context(captcha_id: str) -> dict[str, Any]:
    """What the owner needs to have somebody else read the picture."""
    link = reverse("captcha_helper", query={"t": reading.token_of(captcha_id)})
    return {
        "asking": True,
        "captcha_id": captcha_id,
        "helper_link": settings.BASE_URL + link,
        "contacts": support.contacts(),
    }


class HelperForm(forms.Form):
    """What somebody read in a picture for somebody else."""

    code = forms.CharField(
        label=_("Characters in the picture"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the characters of the picture.")},
    )

    def clean_code(self) -> str:
        """Letters and digits, at most 6 (Connect API User Guide, captcha)."""
        code = "".join(str(self.cleaned_data["code"]).split())
        if len(code) > 6 or not code.isalnum():
            raise ValidationError(
                _("The picture has at most 6 letters and digits."), code="not_a_code"
            )
        return code


class CaptchaField(forms.Field):
    """Cleans to a CaptchaAnswer, or None where nothing was typed."""

    def clean(self, value: tuple[str, str]) -> CaptchaAnswer | None:
        """Codes have at most 6 characters (Connect API User Guide, captcha)."""
        captcha_id, code = value[0][:64], "".join(value[1].split())
        if not code:
            if self.required:
                raise ValidationError(
                    _("Type the characters of the picture."), code="required"
                )
            return None
        if len(code) > 6:
            raise ValidationError(
                _("The picture has at most 6 characters."), code="too_long"
            )
        return CaptchaAnswer(captcha_id, code)
