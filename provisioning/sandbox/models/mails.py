"""Mail the provider sends to customers; it never leaves the sandbox."""

from django.db import models

from .accounts import Account


class Mail(models.Model):
    """One mail in the fake mailbox, with the link a person would click, if any."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    to = models.CharField(max_length=64)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link = models.TextField(blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return self.subject
