"""User, Practice and Membership: who signs in, and for whom."""

from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address."""

    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """Create someone who can sign in; the address is kept in lower case."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """Create an operator with access to /admin/."""
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **fields
        )

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by e-mail address, whatever the case it is typed in."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in with an e-mail address and a password of their own."""

    email = models.EmailField(_("e-mail address"), max_length=64, unique=True)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("surname"), max_length=80)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(
        default=False, help_text=_("May open the operator's pages under /admin/.")
    )
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case")
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def clean(self) -> None:
        """Keep the address in lower case, as `create_user` does."""
        super().clean()
        self.email = self.email.lower()

    def get_full_name(self) -> str:
        """First name and surname."""
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        """First name, or the address where there is none."""
        return self.first_name or self.email

    def membership(self) -> "Membership | None":
        """Where this person works, with practice and account; the first of several."""
        return (
            self.memberships.select_related("practice__account").order_by("pk").first()
        )


class Language(models.TextChoices):
    """What patients are written to in."""

    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")


def validate_time_zone(name: str) -> None:
    """Refuse what is no IANA time zone: every page of the practice would fail."""
    if name not in available_timezones():
        raise ValidationError(
            _("There is no time zone of this name. One is America/New_York."),
            code="no_time_zone",
        )


class Practice(models.Model):
    """The tenant: a doctor's office. Everything else belongs to exactly one."""

    name = models.CharField(_("practice name"), max_length=80)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="America/New_York",
        validators=[validate_time_zone],
    )
    phone = models.CharField(
        _("practice phone"),
        max_length=16,
        help_text=_("Where patients call; it appears in texts. E.164."),
    )
    default_language = models.CharField(
        _("language of texts"),
        max_length=2,
        choices=Language,
        default=Language.ENGLISH,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The practice's time zone as an object."""
        return ZoneInfo(self.time_zone)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about many memberships."""

    def owners(self) -> Self:
        """Owners who can sign in."""
        return self.filter(role=Membership.Role.OWNER, user__is_active=True)


class Membership(models.Model):
    """Ties a user to a practice with a role."""

    class Role(models.TextChoices):
        """What a person may do."""

        OWNER = "owner", _("Owner")  # provider account, staff, everything
        MANAGER = "manager", _("Manager")  # rules, templates, clinicians, imports
        FRONT_DESK = "front_desk", _("Front desk")  # agenda, patients, inbox
        READ_ONLY = "read_only", _("Read only")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=12, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "practice", name="one_role_per_practice")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.practice} · {self.get_role_display()}"

    @property
    def is_owner(self) -> bool:
        """Whether this person may act on the provider account."""
        return self.role == self.Role.OWNER

    @property
    def may_write(self) -> bool:
        """Whether this person may change patients and appointments."""
        return self.role != self.Role.READ_ONLY

    @property
    def may_manage(self) -> bool:
        """Whether this person may change clinicians, kinds of visit and rules."""
        return self.role in (self.Role.OWNER, self.Role.MANAGER)
