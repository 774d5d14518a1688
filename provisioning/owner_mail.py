"""Mail to the owners of a practice about its SMS account.

Plain text from `templates/provisioning/mail/`, without patient data, with one link to
the account page. Mail travels unprotected, so nothing in it lets anybody in.
"""

from typing import Any

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise

from provisioning import mail
from provisioning.models import Membership, Practice, User

log = structlog.get_logger(__name__)


def send(
    practice: Practice, name: str, subject: str | Promise, context: dict[str, Any]
) -> bool:
    """Mail `mail/<name>.txt` to all owners at once; False when it could not be sent.

    A practice whose owners have all left has nobody to write to, which counts as sent.
    """
    owners = User.objects.filter(
        memberships__practice=practice,
        memberships__role=Membership.Role.OWNER,
        is_active=True,
    )
    addresses = list(owners.order_by("pk").values_list("email", flat=True))
    if not addresses:
        return True
    address = settings.BASE_URL + reverse("account")
    try:
        mail.post(
            practice,
            name,
            subject=f"{practice.name}: {subject}",
            to=addresses,
            context={"address": address, **context},
        )
    except OSError as error:
        log.warning(
            "mail_not_sent", practice=practice.pk, mail=name, error=type(error).__name__
        )
        return False
    return True
