"""The operator's view of practices and accounts: to look, not to mend stages by hand."""

from django.contrib import admin
from django.http import HttpRequest

from provisioning.models import (
    Line,
    Membership,
    Practice,
    ProviderAccount,
    ProviderCall,
    StageChange,
    User,
)


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """People; passwords are never shown."""

    list_display = ["email", "first_name", "last_name", "is_active", "is_staff"]
    search_fields = ["email", "last_name"]
    exclude = ["password"]


class MembershipInline(admin.TabularInline[Membership, Practice]):
    """Who works at the practice."""

    model = Membership
    extra = 0


@admin.register(Practice)
class PracticeAdmin(admin.ModelAdmin[Practice]):
    """Practices with their people. A new one comes by the set-up, with its account."""

    list_display = ["name", "time_zone", "phone", "created_at"]
    search_fields = ["name"]
    inlines = [MembershipInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one here."""
        return False


class ReadOnly:
    """Rows that tell what happened are not edited."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody deletes."""
        return False


class LineInline(ReadOnly, admin.TabularInline[Line, ProviderAccount]):
    """The numbers of an account."""

    model = Line
    extra = 0


class StageChangeInline(ReadOnly, admin.TabularInline[StageChange, ProviderAccount]):
    """How the account got where it is."""

    model = StageChange
    extra = 0


@admin.register(ProviderAccount)
class ProviderAccountAdmin(ReadOnly, admin.ModelAdmin[ProviderAccount]):
    """Accounts, without their credentials."""

    list_display = ["practice", "stage", "stage_since", "interface", "balance"]
    list_filter = ["stage", "interface"]
    exclude = ["password", "api_key", "hook_password", "hook_secret"]
    inlines = [LineInline, StageChangeInline]


@admin.register(ProviderCall)
class ProviderCallAdmin(ReadOnly, admin.ModelAdmin[ProviderCall]):
    """The wire log."""

    list_display = ["started_at", "account", "api", "action", "outcome", "codes"]
    list_filter = ["api", "outcome", "action"]
    list_select_related = ["account__practice"]
    show_full_result_count = False
