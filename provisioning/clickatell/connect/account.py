"""The calls about one practice's account, and the class that has every call."""

from provisioning.clickatell import values
from provisioning.clickatell.envelope import Answer
from provisioning.clickatell.types import (
    CaptchaAnswer,
    ConnectionRequest,
    Credentials,
    EmailState,
    MobileState,
    Registration,
)
from provisioning.clickatell.values import Row
from provisioning.exchange.transport import Transport

from .calls import Pairs, first
from .lists import Lists

NOT_EMAIL_ACTIVE = "103"
NOT_SMS_ACTIVE = "104"


class Connect(Lists):
    """The Connect API at ``url``, for the application that ``token`` belongs to.

    The action and the element of the two-way application are INFERRED, hence settable.
    """

    def __init__(
        self,
        url: str,
        token: str,
        transport: Transport,
        two_way_action: str = "apply_two_way_url",
        two_way_element: str = "apply_url",
    ) -> None:
        super().__init__(url, token, transport)
        self._two_way_action = two_way_action
        self._two_way_element = two_way_element.lower()

    def register(self, registration: Registration) -> None:
        """Open an account; the provider mails an activation link to the person.

        Limits: user 128, password 6-32 letters and digits, names and company 80,
        e-mail 64, mobile number 30 digits without plus, captcha code 6. Nothing comes
        back, not even a user number. ``force_create`` False: 105 when the e-mail
        address has an account. ``test_mode``: everything is checked, nothing created,
        the captcha is used up all the same.

        Section ``register``. Raises Refused (105, 106, 109, 406, 410, 412, 414, 416,
        417, 431-435, 439; several at once are possible), NeedsCaptcha (400-403),
        NotAllowed (407-409, 411, 413, 415, 436).
        """
        fields: Pairs = [
            ("user", registration.user),
            ("fname", registration.first_name),
            ("sname", registration.surname),
            ("password", registration.password),
            ("email_address", registration.email_address),
            ("company", registration.company),
            ("country_id", str(registration.country_id)),
            ("mobile_number", registration.mobile_number),
            ("account_id", str(registration.account_id)),
            ("accept_terms", _flag(registration.accept_terms)),
            ("force_create", _flag(registration.force_create)),
            *_captcha_fields(registration.captcha),
            *_given("activation_redirect", registration.activation_redirect),
            *_given("coupon_code", registration.coupon_code),
        ]
        if registration.test_mode:
            fields.append(("test_mode", "1"))
        self._ask("register", fields, _nothing)

    def resend_activation(
        self,
        credentials: Credentials,
        email_address: str | None = None,
        captcha: CaptchaAnswer | None = None,
    ) -> None:
        """Mail the activation link again; a new address replaces the one on file.

        Section ``resend_email_activation``. Raises AlreadyDone (107), Refused (416).
        """
        fields = _account(credentials)
        fields += _given("email_address", email_address)
        self._ask(
            "resend_email_activation", fields + _captcha_fields(captcha), _nothing
        )

    def authenticate(
        self, credentials: Credentials, captcha: CaptchaAnswer | None = None
    ) -> EmailState:
        """Check the password, and learn whether the activation link was opened.

        103 is an answer here, not a fault. Two wrong passwords in a row lock the
        account behind a captcha, ten from our address lock the whole application.
        Section ``authenticate_user``.
        """
        return self._ask(
            "authenticate_user",
            _account(credentials) + _captcha_fields(captcha),
            _email_state,
            state=NOT_EMAIL_ACTIVE,
            repeatable=captcha is None,
        )

    def forgot_password(
        self, user: str, email_address: str, captcha: CaptchaAnswer
    ) -> None:
        """Have the provider mail a new password; the old one is dead at once.

        Every stored copy stops working, for sending texts as well. Section
        ``forgot_password``. Raises Refused (405, 416, 431).
        """
        fields = [("user", user), ("email_address", email_address)]
        self._ask("forgot_password", fields + _captcha_fields(captcha), _nothing)

    def mobile_state(
        self, credentials: Credentials, captcha: CaptchaAnswer | None = None
    ) -> MobileState:
        """Learn whether the mobile number was confirmed.

        104 is an answer here, not a fault; 103 is Refused. Section
        ``sms_activation_status`` (also printed as ``send_activation_status``, which
        the provider does not know).
        """
        return self._ask(
            "sms_activation_status",
            _account(credentials) + _captcha_fields(captcha),
            _mobile_state,
            state=NOT_SMS_ACTIVE,
            repeatable=captcha is None,
        )

    def send_activation_sms(
        self,
        credentials: Credentials,
        mobile_number: str | None = None,
        captcha: CaptchaAnswer | None = None,
    ) -> None:
        """Text a code to the mobile number; a new number replaces the one on file.

        Digits without plus, at most 30. Section ``send_activation_sms``. Raises
        AlreadyDone (108), Refused (100, 101, 102, 103, 417).
        """
        fields = _account(credentials)
        fields += _given("mobile_number", mobile_number)
        self._ask("send_activation_sms", fields + _captcha_fields(captcha), _nothing)

    def validate_activation_sms(
        self,
        credentials: Credentials,
        code: str,
        captcha: CaptchaAnswer | None = None,
    ) -> None:
        """Confirm the mobile number with the texted code, at most 11 characters.

        Section ``validate_activation_sms``. Raises AlreadyDone (108), Refused (102,
        103, 418).
        """
        fields = [*_account(credentials), ("sms_activation_code", code)]
        self._ask(
            "validate_activation_sms", fields + _captcha_fields(captcha), _nothing
        )

    def create_connection(
        self,
        credentials: Credentials,
        request: ConnectionRequest,
        captcha: CaptchaAnswer | None = None,
    ) -> str:
        """Open an API connection; returns its ``api_id``, digits.

        Called twice it opens two (INFERRED), so keep the first id. The user name and
        password of callbacks: 64 letters and digits each. The callback type is always
        sent, because the guide's default contradicts its own list. Addresses: a comma
        list. Section ``create_connection``. Raises Refused (103),
        NotAllowed (419, 421-426, 428).
        """
        fields = [
            *_account(credentials),
            ("connection_id", str(request.connection_type_id)),
            ("api_description", request.description),
            *_given("ip_address", ",".join(request.ip_addresses)),
            *_given("Dial_prefix", request.dial_prefix),
            ("callback_url", request.callback_url),
            ("callback_type_id", str(request.callback_type_id)),
            ("callback_username", request.callback_username),
            ("callback_password", request.callback_password),
        ]
        return self._ask(
            "create_connection",
            fields + _captcha_fields(captcha),
            lambda answer: values.digits(first(answer), "api_id"),
        )

    # --- Links into the person's account: fetch on click, redirect, never keep ----------

    def buy_credits_url(
        self, credentials: Credentials, captcha: CaptchaAnswer | None = None
    ) -> str:
        """A link to buy credits with, which signs the person in.

        Lifetime and single use are not documented: never store or log it (INFERRED).
        Section ``buy_credits_url``. Raises Refused (103, 104) before activation.
        """
        return self._ask(
            "buy_credits_url",
            _account(credentials) + _captcha_fields(captcha),
            lambda answer: self._link(first(answer), "buy_url"),
        )

    def two_way_url(
        self, credentials: Credentials, captcha: CaptchaAnswer | None = None
    ) -> str:
        """A link to apply for a two-way number with, which signs the person in.

        INFERRED as a whole, after ``buy_credits_url``: the guide's "validation flow"
        shows a call "Apply Two-Way" and no text describes it. Reads the configured
        element, else the first value whose name ends in ``url`` and that is a link.
        """
        return self._ask(
            self._two_way_action,
            _account(credentials) + _captcha_fields(captcha),
            lambda answer: self._two_way_link(first(answer)),
        )

    def _two_way_link(self, row: Row) -> str:
        prefixes = tuple(f"{scheme}://" for scheme in self._link_schemes)
        links = (
            name
            for name, value in row.items()
            if name.endswith("url") and value.startswith(prefixes)
        )
        element = self._two_way_element
        return self._link(row, element if element in row else next(links, element))


def _account(credentials: Credentials) -> Pairs:
    return [("user", credentials.user), ("password", credentials.password)]


def _captcha_fields(captcha: CaptchaAnswer | None) -> Pairs:
    if captcha is None:
        return []
    return [("captcha_id", captcha.id), ("captcha_code", captcha.code)]


def _given(name: str, value: str | None) -> Pairs:
    return [(name, value)] if value else []


def _flag(value: bool) -> str:
    return "1" if value else "0"


def _nothing(answer: Answer) -> None:
    """Success is all there is to know."""


def _email_state(answer: Answer) -> EmailState:
    row = first(answer)
    if not answer.ok:
        return EmailState(active=False, email_address=values.text(row, "email"))
    return EmailState(active=True, user_number=values.digits(row, "usernumber"))


def _mobile_state(answer: Answer) -> MobileState:
    row = first(answer)
    mobile_number = values.digits(row, "cellphone", 30)
    if not answer.ok:
        return MobileState(active=False, mobile_number=mobile_number)
    return MobileState(
        active=True,
        mobile_number=mobile_number,
        user_number=values.digits(row, "usernumber"),
    )
