"""The way in for those who have an account at the provider already."""

from datetime import datetime

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from provisioning import steps, throttle
from provisioning.clickatell.errors import ProviderError
from provisioning.clickatell.types import Credentials
from provisioning.forms import ExistingForm
from provisioning.models import ProviderAccount, User
from provisioning.views import captcha, ways
from provisioning.views.door import NewcomerRequest, entrance


@require_http_methods(["GET", "POST"])
@entrance
def existing(request: NewcomerRequest) -> HttpResponse:
    """Take up the account that the owner has, once the provider knows its password."""
    form = _form(request)
    if form.is_bound and form.is_valid():
        return _take_up(request, form)
    if form.is_bound:
        captcha.keep_picture(form)
    return ways.show(request, "existing", form)


def _form(request: NewcomerRequest) -> ExistingForm:
    person, account = request.person, request.account
    if ways.is_sent(request):
        return ExistingForm(request.POST, user=person, account=account)
    form = ExistingForm(
        initial=ways.typed_before(request), user=person, account=account
    )
    if request.method == "POST":
        captcha.redraw(request, form)
    return form


def _take_up(request: NewcomerRequest, form: ExistingForm) -> HttpResponse:
    typed = Credentials(
        user=form.cleaned_data["username"], password=form.cleaned_data["password"]
    )

    def step(account: ProviderAccount, by: User, now: datetime) -> None:
        with throttle.trying(
            user=by,
            address=request.META.get("REMOTE_ADDR", ""),
            username=typed.user,
            now=now,
            captcha=form.answer,
        ):
            steps.take_up(account, typed, by=by, now=now, captcha=form.answer)

    try:
        if done := ways.enter(request, form, step):
            return done
    except ProviderError as error:
        captcha.refuse(form, error)
    return ways.show(request, "existing", form)
