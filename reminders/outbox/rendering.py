"""The words of a reminder, from the rule's templates."""

from collections.abc import Iterable, Sequence

import structlog

from reminders.models import Appointment, MessageTemplate, Reminder, ReminderRule
from reminders.outbox.composing import compose_list, practice_values, visit_values
from reminders.plan import Timing
from reminders.wording import DEFAULT_TEMPLATES, LANGUAGES, Kind, render

log = structlog.get_logger(__name__)


class Templates:
    """The templates of some reminders' rules, read in one query."""

    def __init__(self, reminders: Iterable[Reminder]) -> None:
        rules = {reminder.rule_id for reminder in reminders}
        self.bodies = {
            (template.rule_id, template.language): template.body
            for template in MessageTemplate.objects.filter(rule__in=rules)
        }

    def write(self, reminders: Sequence[Reminder]) -> str:
        """Write the text that carries these reminders, in the first patient's language."""
        visits = [reminder.appointment for reminder in reminders]
        wanted = visits[0].patient.text_language
        if len(visits) > 1:
            return compose_list(Kind.FAMILY, wanted, visits)
        rule = reminders[0].rule
        for language in (wanted, visits[0].practice.default_language, *LANGUAGES):
            if body := self.bodies.get((rule.pk, language)):
                return self._fill_in(body, rule, visits[0], language)
        return _fallback(rule, visits[0], wanted)

    def _fill_in(
        self, body: str, rule: ReminderRule, visit: Appointment, language: str
    ) -> str:
        try:
            return render(body, _values(visit, language))
        except KeyError:
            # A placeholder that slipped past the editor must not stop everybody.
            log.warning("template cannot be filled in", rule=rule.pk, language=language)
            return _fallback(rule, visit, language)


def _fallback(rule: ReminderRule, visit: Appointment, language: str) -> str:
    kind = Kind.CONFIRM_REQUEST if rule.asks_to_confirm else Kind.SOON
    if rule.timing.timing is Timing.ON_BOOKING:
        kind = Kind.BOOKING
    return render(DEFAULT_TEMPLATES[kind, language], _values(visit, language))


def _values(visit: Appointment, language: str) -> dict[str, str]:
    return practice_values(visit.practice) | visit_values(visit, language)
