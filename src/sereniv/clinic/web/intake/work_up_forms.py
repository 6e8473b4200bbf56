"""The form of the work-up: item by item, and the values of a laboratory with their own limits."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms

from sereniv.clinic import clock
from sereniv.clinic.web.intake.screening_forms import day_field
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.web.shell.typed_fields import DECIMAL_WIDGET, ExactField, SureWidget
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge.rows import WorkUpItem
from sereniv.therapy.candidacy.laboratory import analyte_title, panel_in_doubt
from sereniv.therapy.candidacy.work_up import above_limit
from sereniv.therapy.person import events as pe

PARTS_ASKED = {
    "value": "Enter the value.",
    "limit": "Enter the laboratory's upper limit, above 0.",
    "unit": "Choose the unit.",
}
RIGHT = "right"
"""What follows an item in the name of the box which says that its values are right as they were typed."""


class WorkUpForm(ActForm):
    """Items of the work-up; a line left without a finding is left as it is."""

    def __init__(self, *arguments: Any, may_waive: bool, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        today = self.now.date() if self.now is not None else None
        for row in rules_in_force(clock.now()).work_up.values():
            conditional = [(pe.WorkUpFinding.NOT_INDICATED, "Not indicated")] if row.conditional else []
            waived = [(pe.WorkUpFinding.WAIVED, "Waived")] if may_waive else []
            self.fields[f"{row.id}_finding"] = forms.ChoiceField(
                label="Finding",
                required=False,
                widget=forms.RadioSelect,
                choices=[
                    (pe.WorkUpFinding.NORMAL, "Normal"),
                    (pe.WorkUpFinding.ABNORMAL, "Abnormal"),
                    *conditional,
                    *waived,
                ],
            )
            self.fields[f"{row.id}_done_on"] = day_field("Done on", required=False, initial=today)
            self.fields[f"{row.id}_words"] = forms.CharField(label="In words", required=False, max_length=1000)
            for analyte in row.gate_above:
                self._ask_for(row, analyte)

    def _ask_for(self, row: WorkUpItem, analyte: str) -> None:
        """Ask for one value as the laboratory reported it: the number, its unit, and that laboratory's limit."""
        title = analyte_title(analyte)
        for part, label in (("value", title), ("limit", f"{title}: upper limit on the report")):
            self.fields[f"{row.id}_{analyte}_{part}"] = ExactField(
                label=label,
                required=False,
                min_value=Decimal(0),
                max_digits=8,
                decimal_places=3,
                widget=forms.TextInput(attrs=DECIMAL_WIDGET),
            )
        units = row.units[analyte]
        self.fields[f"{row.id}_{analyte}_unit"] = forms.ChoiceField(
            label=f"{title}: unit of both",
            required=False,
            choices=[("", "Choose"), *((each, each) for each in units)],
        )

    def _values(self, row: WorkUpItem, data: dict[str, Any]) -> tuple[pe.LaboratoryValue, ...]:
        """Return the values of an item that were typed whole; what is half typed is asked back before."""
        found = []
        for analyte in row.gate_above:
            value, limit, unit = (data.get(f"{row.id}_{analyte}_{part}") for part in ("value", "limit", "unit"))
            if value is not None and limit and unit:
                found.append(pe.LaboratoryValue(analyte=analyte, value=value, unit=unit, upper_limit=limit))
        return tuple(found)

    def _check_values(self, row: WorkUpItem, cleaned: dict[str, Any]) -> None:
        """Ask for what is half typed, and for the finding that the values contradict."""
        for analyte in row.gate_above:
            parts = {part: cleaned.get(f"{row.id}_{analyte}_{part}") for part in ("value", "limit", "unit")}
            given = parts["value"] is not None or parts["limit"] is not None
            if not given:
                continue
            for part, asked in PARTS_ASKED.items():
                name = f"{row.id}_{analyte}_{part}"
                lacks = parts[part] is None or parts[part] == "" or (part == "limit" and not parts[part])
                if lacks and name not in self.errors:
                    self.add_error(name, asked)
        above = above_limit(self._values(row, cleaned))
        if above and cleaned.get(f"{row.id}_finding") == pe.WorkUpFinding.NORMAL:
            self.add_error(f"{row.id}_finding", f"Not normal: {'; '.join(above)}.")
        self._ask_whether_right(row, cleaned)

    def _ask_whether_right(self, row: WorkUpItem, cleaned: dict[str, Any]) -> None:
        """Ask once about values whose units or limits look like others; whoever says that they are right is taken."""
        finding = pe.WorkUpFinding(cleaned.get(f"{row.id}_finding") or pe.WorkUpFinding.NORMAL)
        asked = panel_in_doubt(self._values(row, cleaned), row, finding)
        if not asked:
            return
        typed = " ".join(str(cleaned.get(name)) for name in self._typed_of(row))
        if self.data.get(f"{row.id}_{RIGHT}") == typed:
            cleaned[f"{row.id}_{RIGHT}"] = typed
        else:
            self.add_error(f"{row.id}_finding", " ".join(asked))
        self.fields[f"{row.id}_{RIGHT}"] = forms.BooleanField(
            required=False, label="These values, units and limits are right", widget=SureWidget(typed)
        )

    def _typed_of(self, row: WorkUpItem) -> list[str]:
        """Name the fields whose values the answer is about: with another of them it is asked anew."""
        parts = [f"{row.id}_{analyte}_{part}" for analyte in row.gate_above for part in ("value", "limit", "unit")]
        return [f"{row.id}_finding", *parts]

    def lines(self, row_id: str) -> list[list[forms.BoundField]]:
        """Return the fields of one item, line by line: its finding, then each value beside its own limit and unit."""
        analytes = rules_in_force(clock.now()).work_up[row_id].gate_above
        values = [[self[f"{row_id}_{analyte}_{part}"] for part in PARTS_ASKED] for analyte in analytes]
        shown = {each.name for line in values for each in line}
        others = [name for name in self.fields if name.startswith(f"{row_id}_") and name not in shown]
        first = [self[name] for name in others if not name.endswith(f"_{RIGHT}")]
        last = [self[name] for name in others if name.endswith(f"_{RIGHT}")]
        return [line for line in (first, *values, last) if line]

    def done(self) -> list[pe.WorkUpRecorded]:
        """Return every item that was filled in."""
        return list(self._done())

    def _done(self) -> Iterator[pe.WorkUpRecorded]:
        data = self.cleaned_data
        for row in rules_in_force(clock.now()).work_up.values():
            finding, done_on = data[f"{row.id}_finding"], data[f"{row.id}_done_on"]
            if finding:
                yield pe.WorkUpRecorded(
                    item=row.id,
                    finding=pe.WorkUpFinding(finding),
                    words=data[f"{row.id}_words"],
                    done_on=done_on,
                    values=self._values(row, data),
                    values_confirmed=f"{row.id}_{RIGHT}" in data,
                )

    def clean(self) -> dict[str, Any]:
        """Ask for the day of every finding."""
        cleaned = super().clean() or {}
        for row in rules_in_force(clock.now()).work_up.values():
            self._check_values(row, cleaned)
            typed = cleaned.get(f"{row.id}_words") or self._values(row, cleaned)
            if typed and not cleaned.get(f"{row.id}_finding") and f"{row.id}_finding" not in self.errors:
                self.add_error(f"{row.id}_finding", "Choose the finding, or empty what you typed for this item.")
            if cleaned.get(f"{row.id}_finding") and cleaned.get(f"{row.id}_done_on") is None:
                self.add_error(f"{row.id}_done_on", "Enter the day it was done.")
        return cleaned
