"""The customer's console: signing in, what the account holds, and what to change.

INFERRED: the documents name this console and what is set there (callbacks, the reply
path of a number, the password); what it looked like is not recorded.
"""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import answers, clock
from ..connect.registering import PASSWORD
from ..models import Account, ApiConnection, Number, Ticket
from .sheet import sheet
from .two_way import ReplyPathForm

# What the overview says after a change, by the name of the form.
DONE = {
    "reply_path": "The reply path is saved.",
    "delete": "The API connection is deleted. Its api_id sends nothing any more.",
    "give_back": "The number is given back. Texts to it no longer reach you.",
    "password": (
        "The password is changed. The old one works nowhere any more: "
        "type the new one into your application."
    ),
}


class SignInForm(forms.Form):
    """User name and password; failures count nowhere, unlike those of the API."""

    user = forms.CharField(label="User name", max_length=128)
    password = forms.CharField(max_length=32, strip=False, widget=forms.PasswordInput)
    account: Account | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Tells password managers which field is which."""
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.fields["user"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"

    def clean(self) -> None:
        """Finds the account, and says no more than that the pair is wrong."""
        account = Account.objects.named(self.cleaned_data.get("user", "")).first()
        password = self.cleaned_data.get("password", "")
        if account is None or not account.accepts(password):
            raise forms.ValidationError("User name and password do not match.")
        if not account.is_active:
            raise forms.ValidationError("This account is not active. Contact support.")
        self.account = account


class PasswordForm(forms.Form):
    """The password, changed by somebody who knows the old one."""

    old_password = forms.CharField(
        label="Present password", strip=False, widget=forms.PasswordInput
    )
    new_password = forms.RegexField(
        rf"\A{PASSWORD.pattern}\Z",
        strip=False,
        widget=forms.PasswordInput,
        help_text="6 to 32 letters and digits, without spaces.",
        error_messages={"invalid": "Enter 6 to 32 letters and digits."},
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        """Belongs to one account."""
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["old_password"].widget.attrs["autocomplete"] = "current-password"
        self.fields["new_password"].widget.attrs["autocomplete"] = "new-password"

    def clean_old_password(self) -> str:
        """Whoever found the page open cannot change the password."""
        password: str = self.cleaned_data["old_password"]
        if not self.account.accepts(password):
            raise forms.ValidationError("This is not the present password.")
        return password

    def save(self) -> None:
        """From now on the API, messaging and this console want the new one."""
        self.account.change_password(self.cleaned_data["new_password"])


class GiveBackForm(forms.Form):
    """The end of a number's rent, with a tick against a slip of the hand."""

    sure = forms.BooleanField(error_messages={"required": "Tick the box first."})

    def __init__(self, *args: Any, number: Number, **kwargs: Any) -> None:
        """Is about one number."""
        super().__init__(*args, **kwargs)
        self.number = number

    def save(self) -> None:
        """Anybody may rent it from now on."""
        with transaction.atomic():
            self.number.give_back()


class DeleteForm(forms.Form):
    """The end of an API connection, with a tick against a slip of the hand."""

    connection = forms.ModelChoiceField(
        ApiConnection.objects.none(), label="api_id", empty_label=None
    )
    sure = forms.BooleanField(error_messages={"required": "Tick the box first."})

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        """Offers the account's own connections."""
        kwargs |= {"auto_id": "delete_%s", "label_suffix": ""}
        super().__init__(*args, **kwargs)
        connection = self.fields["connection"]
        if isinstance(connection, forms.ModelChoiceField):
            connection.queryset = account.connections.live()

    def save(self) -> None:
        """Whoever sends with its api_id is refused from now on."""
        with transaction.atomic():
            self.cleaned_data["connection"].retire(clock.now())


@csrf_exempt
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for user name and password; the right pair gets a ticket for 15 minutes."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.account:
        ticket = Ticket.objects.create(
            account=form.account, page=Ticket.Page.CONSOLE, created_at=clock.now()
        )
        return _to_overview(ticket)
    return sheet(request, "console_sign_in", {"form": form})


@csrf_exempt
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Everything about one account; ``do`` names the form that was sent."""
    auth_id = request.GET.get("auth_id", "")
    ticket = Ticket.objects.valid(Ticket.Page.CONSOLE, auth_id, clock.now())
    if ticket is None:
        return sheet(request, "link_over", {"is_console": True}, status=410)
    account, sent = ticket.account, request.POST.get("do", "")
    number = Number.objects.filter(account=account).first()

    def posted(name: str) -> object:
        return request.POST if sent == name else None

    own: dict[str, PasswordForm | ReplyPathForm | GiveBackForm | DeleteForm] = {
        "password": PasswordForm(posted("password"), account=account),
        "delete": DeleteForm(posted("delete"), account=account),
    }
    if number:
        own["reply_path"] = ReplyPathForm(posted("reply_path"), number=number)
        own["give_back"] = GiveBackForm(posted("give_back"), number=number)
    if sent in own and own[sent].is_valid():
        own[sent].save()
        return _to_overview(ticket, done=sent)
    context = {
        "account": account,
        "account_type": dict(answers.ACCOUNT_TYPES)[str(account.account_type)],
        "connections": [_described(line) for line in account.connections.live()],
        "number": number,
        "forms": own,
        "is_wrong": sent in own,
        "done": DONE.get(request.GET.get("done", "")),
    }
    return sheet(request, "console", context)


def _to_overview(ticket: Ticket, **query: str) -> HttpResponse:
    address = urlencode({"auth_id": ticket.auth_id, **query})
    response = HttpResponseRedirect(f"{reverse('sandbox-console')}?{address}")
    response.status_code = 303
    return response


def _described(connection: ApiConnection) -> dict[str, object]:
    """One line of the list of connections, with the kinds in the provider's words."""
    return {
        "api_id": connection.api_id,
        "kind": dict(answers.CONNECTION_TYPES)[str(connection.connection_type)],
        "description": connection.description,
        "callback_url": connection.callback_url,
        "callback_kind": dict(answers.CALLBACK_TYPES)[str(connection.callback_type)],
        "created_at": connection.created_at,
    }
