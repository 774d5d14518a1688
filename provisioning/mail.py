"""One mail: plain text from `templates/provisioning/mail/`, in the practice's own time."""

from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from provisioning.models import Practice


def post(
    practice: Practice,
    name: str,
    *,
    subject: str,
    to: list[str],
    context: dict[str, Any],
) -> None:
    """Send `mail/<name>.txt` at once; raises OSError, as every error of smtplib is."""
    with timezone.override(practice.zone):
        body = render_to_string(
            f"provisioning/mail/{name}.txt", {"practice": practice, **context}
        )
    # A name may hold a line break, a header may not.
    EmailMessage(" ".join(subject.split()), body, to=to).send()
