"""What every row of a practice has in common: the first word of every query."""

from typing import Self, TypeVar

from django.db import models

from provisioning.models import Practice

Row = TypeVar("Row", bound=models.Model, covariant=True)


class PracticeQuerySet(models.QuerySet[Row]):
    """Starts at the practice; nothing is fetched without it."""

    def of(self, practice: Practice) -> Self:
        """Rows of this practice only."""
        return self.filter(practice=practice)
