"""One form a page of the wizard; limits are the provider's, with their source.

Source of the limits: Connect API User Guide, parameter tables of each call.

- `step`: what every form of the set-up can do: show a picture, place a refusal
- `captcha`: the provider's picture as a field
- `phone`: a phone number as a field, for the desk's forms too
- `pages`: the short forms; `register`: the long one
"""

from provisioning.forms.captcha import CaptchaInput, HelperForm
from provisioning.forms.pages import CodeForm, EmailForm, MobileForm, NumberForm
from provisioning.forms.register import RegisterForm
from provisioning.forms.step import StepForm

__all__ = [
    "CaptchaInput",
    "CodeForm",
    "EmailForm",
    "HelperForm",
    "MobileForm",
    "NumberForm",
    "RegisterForm",
    "StepForm",
]
