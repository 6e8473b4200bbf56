"""What is asked of an import: the file, how it is read, who its people are, and who signs it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.shell.form_parts import ActForm, ReasonForm, SecondPersonMixin
from sereniv.clinic.workflows.importing.files import Opened, ReadAs
from sereniv.clinic.workflows.importing.plan import SOMEBODY, Answers, Plan
from sereniv.exchange.tables.columns import COLUMNS, KIND_TITLES, LEFT_OUT, TableKind
from sereniv.exchange.tables.reading import ENCODINGS, MOST_BYTES, Table
from sereniv.exchange.tables.values import DayOrder, DecimalSign
from sereniv.knowledge import knowledge

SOMEBODY_ELSE = "somebody else"
AGAIN, OUT, YES = "again-", "out-", "yes"
MOST_ASKED = 40
"""Questions of one page; the next ones come once these are answered."""

ENCODING = forms.ChoiceField(
    label="Written in", required=False, choices=[("", "Not said: UTF-8"), *ENCODINGS.items()],
    help_text="Of CSV alone.",
)  # fmt: skip
DAYS = [
    (DayOrder.NOT_SAID.value, "Not said: 03/04/2025 is asked about"),
    (DayOrder.DAY_FIRST.value, "Day first: 03/04/2025 is 3 April"),
    (DayOrder.MONTH_FIRST.value, "Month first: 03/04/2025 is 4 March"),
]
SIGNS = [
    (DecimalSign.NOT_SAID.value, "Not said: 1,250 is asked about"),
    (DecimalSign.POINT.value, "Point: 1.250 is one and a quarter"),
    (DecimalSign.COMMA.value, "Comma: 1,250 is one and a quarter"),
]


class FileForm(ActForm):
    """A file of another practice, and whose it is."""

    file = forms.FileField(
        label="File",
        help_text=f"A table (CSV or .xlsx, the first row names the columns) or FHIR R4 (a bundle, or NDJSON); at most "
        f"{MOST_BYTES // 1024 // 1024} MB.",
        error_messages={
            "required": "Choose the file. One that was chosen before a sign-in is to be chosen again.",
            "empty": "This file is empty. Export it anew.",
        },
    )
    told_by = forms.CharField(
        label="Whose records these are",
        max_length=120,
        help_text="It stands beside everything that comes from them. Such as: Practice of Dr Brook.",
    )


class ReadForm(ActForm):
    """How a file is read, column by column, and who of its people is known here."""

    def __init__(
        self,
        *arguments: Any,
        opened: Opened | None = None,
        plan: Plan | None = None,
        said: Mapping[str, str] | None = None,
        **keywords: Any,
    ) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["encoding"] = ENCODING
        self.fields["day_order"] = forms.ChoiceField(label="Days", required=False, choices=DAYS)
        self.fields["decimal_sign"] = forms.ChoiceField(label="Decimals", required=False, choices=SIGNS)
        for number, (table, understood) in enumerate(opened.tables if opened else ()):
            self._add_table(number, table, understood.kind, understood.meanings)
        for asked in plan.questions[:MOST_ASKED] if plan else ():
            names = plan is not None and plan.names_people
            choices = [
                (str(each.person.pk), f"The same as {each.words if names else _nameless(number, len(asked.may_be))}")
                for number, each in enumerate(asked.may_be, start=1)
            ]
            alike = f", also not {' or '.join(asked.other_rows)} of this file" if asked.other_rows else ""
            self.fields[f"who-{asked.row}"] = forms.ChoiceField(
                label=f"{asked.row}: {asked.name}", required=False, widget=forms.RadioSelect,
                choices=[*choices, (SOMEBODY_ELSE, f"Somebody else{alike}")],
            )  # fmt: skip

        if plan is not None:
            self._add_answered(plan, said or {})
            self._add_rows(plan, said or {})

    def _add_answered(self, plan: Plan, said: Mapping[str, str]) -> None:
        """Let what was answered of somebody be asked anew: a wrong record may have been chosen."""
        answers = answers_of(said)
        people = {str(each.person.pk): each for each in plan.theirs if each.person is not None}
        asked = {each.row for each in plan.questions}
        chosen = {row: f"the same as {plan.whom(people[key])}" for row, key in answers.same.items() if key in people}
        for row, words in (chosen | dict.fromkeys(answers.others, "somebody else than was found here")).items():
            if row not in asked:
                self.fields[f"{AGAIN}{row}"] = forms.BooleanField(label=f"{row} is {words}: ask again", required=False)

    def _add_rows(self, plan: Plan, said: Mapping[str, str]) -> None:
        """Let rows be left out that cannot be taken, and those that were be taken after all."""
        before = dict.fromkeys(answers_of(said).left_out, "left out; take the tick away to take it after all")
        wrong = dict(list(plan.mended_without().items())[:MOST_ASKED])
        for row, words in (wrong | before).items():
            self.fields[f"{OUT}{row}"] = forms.BooleanField(label=f"Leave out {row}: {words}", required=False)

    def _add_table(self, number: int, table: Table, kind: TableKind, meanings: tuple[str, ...]) -> None:
        titled = f"What {table.title or 'the table'} holds"
        kinds = [(each.value, title) for each, title in KIND_TITLES.items()]
        self.fields[f"kind-{number}"] = forms.ChoiceField(
            label=titled, choices=kinds, required=False, initial=kind.value
        )
        choices = [(LEFT_OUT, "– left out"), *((each.id, each.title) for each in COLUMNS[kind])]
        for place, (heading, meaning) in enumerate(zip(table.headings, meanings, strict=True)):
            self.fields[f"column-{number}-{place}"] = forms.ChoiceField(
                label=heading, choices=choices, required=False, initial=meaning
            )

    def said(self) -> dict[str, str]:
        """Return what was chosen, by the names of the fields."""
        chosen = {"encoding", "day_order", "decimal_sign"}
        found = {
            name: str(value)
            for name, value in self.cleaned_data.items()
            if name in chosen or (name.startswith(("kind-", "column-", "who-")))
        }
        for name, value in self.cleaned_data.items():
            if name.startswith(AGAIN) and value:
                found[f"who-{name.removeprefix(AGAIN)}"] = ""
            elif name.startswith(OUT):
                found[name] = YES if value else ""
        return found

    def tables(self) -> Iterator[tuple[forms.BoundField, list[forms.BoundField]]]:
        """Give each table's field of what it holds, with those of its columns."""
        for name in self.fields:
            if name.startswith("kind-"):
                of_it = f"column-{name.removeprefix('kind-')}-"
                yield self[name], [self[each] for each in self.fields if each.startswith(of_it)]

    def asked(self) -> list[forms.BoundField]:
        """Return the fields about people who may be known."""
        return [self[name] for name in self.fields if name.startswith("who-")]

    def answered(self) -> list[forms.BoundField]:
        """Return the fields by which what was said of somebody is asked anew."""
        return [self[name] for name in self.fields if name.startswith(AGAIN)]

    def rows(self) -> list[forms.BoundField]:
        """Return the fields of rows that may be left out."""
        return [self[name] for name in self.fields if name.startswith(OUT)]

    def writing(self) -> list[forms.BoundField]:
        """Return the fields about how the file is written."""
        return [self[name] for name in ("day_order", "decimal_sign", "encoding")]


def _nameless(number: int, of: int) -> str:
    """Say of a candidate only that there is one: who reads the register says whether it is they."""
    which = f" ({number} of {of})" if of > 1 else ""
    return f"{SOMEBODY}{which}: who it is, the medical director sees here"


def read_as(said: Mapping[str, str], tables: tuple[Table, ...]) -> ReadAs:
    """Return how a file is to be read, by what was chosen on its page."""
    kinds = {
        number: TableKind(said[f"kind-{number}"])
        for number in range(len(tables))
        if said.get(f"kind-{number}") in set(TableKind)
    }
    meanings = {
        (number, heading): said[f"column-{number}-{place}"]
        for number, table in enumerate(tables)
        for place, heading in enumerate(table.headings)
        if _is_of(said, number, place, kinds)
    }
    return ReadAs(
        encoding=said.get("encoding", ""),
        day_order=DayOrder(said.get("day_order", "")),
        decimal_sign=DecimalSign(said.get("decimal_sign", "")),
        kinds=kinds,
        meanings=meanings,
    )


def _is_of(said: Mapping[str, str], number: int, place: int, kinds: Mapping[int, TableKind]) -> bool:
    """Say whether a column's meaning was chosen for what the table holds now: another kind has other columns."""
    meaning, kind = said.get(f"column-{number}-{place}"), kinds.get(number)
    if meaning is None or kind is None or said.get(f"as-{number}", kind) != kind:
        return False
    return meaning == LEFT_OUT or meaning in {each.id for each in COLUMNS[kind]}


def answers_of(said: Mapping[str, str]) -> Answers:
    """Return what was said of people who may be known, by their row."""
    chosen = {name.removeprefix("who-"): value for name, value in said.items() if name.startswith("who-") and value}
    return Answers(
        same={row: value for row, value in chosen.items() if value != SOMEBODY_ELSE},
        others={row for row, value in chosen.items() if value == SOMEBODY_ELSE},
        left_out={name.removeprefix(OUT) for name, value in said.items() if name.startswith(OUT) and value == YES},
    )


class TakeForm(SecondPersonMixin, ReasonForm):
    """Two who sign that a file is taken in."""

    second_for = TwoPersonAct.IMPORT
    saw = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    indication = forms.ChoiceField(
        label="Considered for, where the file does not say it",
        choices=lambda: [(row.id, row.title) for row in knowledge().indications.values()],
    )
    field_order = ("indication", "reason")


class UndoForm(SecondPersonMixin, ReasonForm):
    """Two who sign that an import is undone."""

    second_for = TwoPersonAct.IMPORT
