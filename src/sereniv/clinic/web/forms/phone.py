"""A questionnaire as a patient fills it in on their own phone: the same items, and nothing about when."""

from typing import Any

from sereniv.clinic.web.forms.answers import ScaleForm
from sereniv.knowledge.rows import Scale


class PhoneForm(ScaleForm):
    """The items of a scale, answered now."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        del self.fields["when"]

    @staticmethod
    def filled(scale: Scale, kept: list[int | None]) -> dict[str, int]:
        """Return what was filled in before, by field."""
        return {
            f"item_{number}": answer
            for number, answer in enumerate(kept[: len(scale.items)], start=1)
            if answer is not None
        }
