"""One form a page of the wizard; limits are the provider's, with their source.

Source of the limits: Connect API User Guide, parameter tables of each call.

- `step`: what every form of the set-up can do: show a picture, place a refusal
- `captcha`: the provider's picture as a field
- `phone`: a phone number as a field, and `zones`: time zones, for the desk's forms too
- `pages`: the short forms
- `practice`: the half that every way in shares; `register`, `existing`, `key`: the ways in
- `account`: the forms of the account page
- `people`: who works here: invite, change a role, join
"""

from provisioning.forms.account import ForgotForm, PasswordForm, ThresholdForm
from provisioning.forms.captcha import CaptchaInput, HelperForm
from provisioning.forms.existing import ExistingForm
from provisioning.forms.key import KeyForm, NewKeyForm
from provisioning.forms.pages import (
    CodeForm,
    ConnectionForm,
    EmailForm,
    MobileForm,
    NumberForm,
    TestForm,
)
from provisioning.forms.people import InviteForm, JoinForm, RoleForm
from provisioning.forms.practice import PracticeForm
from provisioning.forms.register import RegisterForm
from provisioning.forms.step import StepForm

__all__ = [
    "CaptchaInput",
    "CodeForm",
    "ConnectionForm",
    "EmailForm",
    "ExistingForm",
    "ForgotForm",
    "HelperForm",
    "InviteForm",
    "JoinForm",
    "KeyForm",
    "MobileForm",
    "NewKeyForm",
    "NumberForm",
    "PasswordForm",
    "PracticeForm",
    "RegisterForm",
    "RoleForm",
    "StepForm",
    "TestForm",
    "ThresholdForm",
]
