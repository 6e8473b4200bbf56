"""Loads the clinical tables: a row without a known source, or with a key nobody reads, does not load."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import cattrs
from cattrs.errors import BaseValidationError
from cattrs.v import format_exception

from sereniv.knowledge import rows

TABLES = Path(__file__).parent
RowT = TypeVar("RowT")
LEAFLETS = ("before", "consent_form", "departure", "plan")
OrderedT = TypeVar("OrderedT", rows.WorkUpItem, rows.TrialCriterion)
UNITS_OF_AGE = {"min": "minutes", "h": "hours", "d": "days"}


class KnowledgeError(ValueError):
    """A clinical table cannot be used; the message names the file, the row and what to mend."""


@cache
def knowledge() -> rows.Knowledge:
    """Return the packaged clinical tables, loaded once.

    Raises
    ------
    KnowledgeError
        When a table is malformed, a row lacks a source, or a source is not in the references.
    """
    return load(TABLES)


def load(folder: Path) -> rows.Knowledge:
    """Load every table under `folder`; see `knowledge` for the errors raised."""
    files = sorted([*folder.glob("*.toml"), *(folder / "references").glob("*.toml")])
    content = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
    tables = {name.removesuffix(".toml"): _parse(name, text) for name, text in content.items()}
    digest = hashlib.sha256(b"".join(name.encode() + b"\0" + text for name, text in sorted(content.items())))
    references = _references(folder)
    monitoring, protocols = dict(tables["monitoring"]), dict(tables["protocols"])
    course = dict(tables["course"])
    alerts = {name: _in_its_minutes(raw) for name, raw in monitoring.pop("alerts").items()}
    guide = _guide(tables["guide"])
    loaded = rows.Knowledge(
        version=digest.hexdigest()[:12],
        references=references,
        indications=_table("indications", tables["indications"], rows.Indication),
        criteria=_table("criteria", tables["criteria"], rows.Criterion)
        | _table("physical", tables["physical"], rows.Criterion),
        retired=_table("retired", tables["retired"], rows.Concern),
        diagnoses=rows.Diagnoses(
            meanings=_table("diagnoses.meanings", tables["diagnoses"]["meanings"], rows.DiagnosisMeaning),
            titles=dict(tables["diagnoses"]["titles"]),
        ),
        lists=_table("conditions", tables["conditions"]["lists"], rows.ListRow),
        conditions=_table("conditions", tables["conditions"]["conditions"], rows.Condition),
        interactions=_table("interactions", tables["interactions"], rows.Interaction),
        medicines=_medicines(tables["medicines"], tables["benzodiazepines"]),
        entry_rules=_table("entry_rules", tables["entry_rules"], rows.EntryRule),
        work_up=_in_order(_table("work_up", tables["work_up"], rows.WorkUpItem)),
        trials=tuple(_in_order(_table("trials", tables["trials"], rows.TrialCriterion)).values()),
        consent=_row("consent", "consent", tables["consent"]["consent"], rows.ConsentRule),
        entered_scores=_table("entered_scores", tables["entered_scores"], rows.EnteredScore),
        limits=_table("limits", _titled(tables["limits"]), rows.Limit),
        order_steps=_table("order_steps", tables["order_steps"], rows.OrderStep),
        acts=_table("acts", tables["acts"], rows.ActRow),
        succession=_table("succession", tables["succession"], rows.SuccessionRow),
        going_live=_table("going_live", tables["going_live"], rows.GoingLiveRow),
        access=_access(tables["access"]),
        appointment=_row("course", "appointment", course.pop("appointment"), rows.AppointmentRule),
        course=_table("course", course, rows.CourseRule),
        standard=_row("protocols", "clinic_standard", protocols.pop("clinic_standard"), rows.ClinicStandard),
        dose_weight=_row("protocols", "dose_weight", protocols.pop("dose_weight"), rows.DoseWeightRule),
        protocols=_table("protocols", protocols, rows.Protocol),
        own_bounds=_table("own_bounds", tables["own_bounds"], rows.OwnBound),
        plausible=_table("plausibility", tables["plausibility"], rows.Plausible),
        schedule=_row("monitoring", "schedule", monitoring["schedule"], rows.Schedule),
        pain_schedule=_row("monitoring", "pain_schedule", monitoring["pain_schedule"], rows.Schedule),
        feed=_row("monitoring", "feed", monitoring["feed"], rows.FeedRule),
        volume=_row("monitoring", "volume", monitoring["volume"], rows.VolumeRule),
        read_back=_row("monitoring", "read_back", monitoring["read_back"], rows.ReadBackRule),
        pump=_row("monitoring", "pump", monitoring["pump"], rows.PumpRule),
        close_watch=_row("monitoring", "close_watch", monitoring["close_watch"], rows.WatchRule),
        acknowledgement=_row("monitoring", "acknowledgement", monitoring["acknowledgement"], rows.AcknowledgementRule),
        alerts=_table("monitoring.alerts", alerts, rows.AlertRule),
        gate=tuple(sorted(_table("gate", tables["gate"], rows.GateLine).values(), key=lambda line: line.order)),
        discharge=_row("recovery", "discharge", tables["recovery"]["discharge"], rows.DischargeRule),
        sedated_stay=_row("recovery", "sedated_stay", tables["recovery"]["sedated_stay"], rows.SedatedStay),
        observations=_row("monitoring", "observations", monitoring["observations"], rows.ObservationSchedule),
        standing_orders=_table("standing_orders", tables["standing_orders"], rows.StandingOrder),
        custody=_custody(tables["custody"]),
        aftercare=_aftercare(tables["aftercare"], tables["adverse_events"]),
        scales=_table("scales", tables["scales"], rows.Scale),
        assessments=_row("assessments", "schedule", tables["assessments"]["schedule"], rows.AssessmentSchedule),
        benchmarks=_table("benchmarks", tables["benchmarks"], rows.Benchmark),
        suicide_item=_row("safety", "suicide_item", tables["safety"]["suicide_item"], rows.SuicideItemRule),
        take_up=_row("safety", "take_up", tables["safety"]["take_up"], rows.TakeUpRule),
        risk=_table("safety.risk", tables["safety"]["risk"], rows.RiskRule),
        signals=_table("decisions.signals", tables["decisions"]["signals"], rows.SignalRow),
        decisions=_table("decisions", tables["decisions"]["decisions"], rows.DecisionRow),
        open_items=_row("safety", "open_items", tables["safety"]["open_items"], rows.OpenItemConcern),
        opening_hours=_row("safety", "opening_hours", tables["safety"]["opening_hours"], rows.OpeningHours),
        wording=_table("wording", tables["wording"], rows.Wording),
        guide=guide,
        leaflets={name: _leaflet(name, tables[name], guide) for name in LEAFLETS},
    )
    for table, found in _by_table(loaded).items():
        _demand_sources(table, found, references)
    return loaded


def _in_its_minutes(alert: Mapping[str, Any]) -> dict[str, Any]:
    """Write a row's own minutes into its message, so that the words never ask for another time than the row."""
    minutes = str(alert.get("repeat_within_min"))
    said = {
        name: str(alert[name]).replace("{minutes}", minutes) for name in ("message", "message_at_rest") if name in alert
    }
    return {**alert, **said}


def _by_table(loaded: rows.Knowledge) -> Mapping[str, Iterable[rows.Row]]:
    return {
        "indications": loaded.indications.values(),
        "criteria": loaded.criteria.values(),
        "retired": loaded.retired.values(),
        "diagnoses": loaded.diagnoses.meanings.values(),
        "conditions": (*loaded.lists.values(), *loaded.conditions.values()),
        "interactions": loaded.interactions.values(),
        "medicines": (loaded.medicines.names,),
        "benzodiazepines": loaded.medicines.equivalents.values(),
        "entry_rules": loaded.entry_rules.values(),
        "work_up": loaded.work_up.values(),
        "trials": loaded.trials,
        "consent": (loaded.consent,),
        "entered_scores": loaded.entered_scores.values(),
        "limits": loaded.limits.values(),
        "order_steps": loaded.order_steps.values(),
        "acts": loaded.acts.values(),
        "succession": loaded.succession.values(),
        "going_live": loaded.going_live.values(),
        "access": loaded.access.rows(),
        "protocols": (*loaded.protocols.values(), loaded.standard, loaded.dose_weight),
        "course": (*loaded.course.values(), loaded.appointment),
        "own_bounds": loaded.own_bounds.values(),
        "plausibility": loaded.plausible.values(),
        "monitoring": (
            *loaded.alerts.values(),
            loaded.schedule,
            loaded.pain_schedule,
            loaded.feed,
            loaded.volume,
            loaded.pump,
            loaded.read_back,
            loaded.close_watch,
            loaded.acknowledgement,
            loaded.observations,
        ),
        "gate": loaded.gate,
        "recovery": (loaded.discharge, loaded.sedated_stay),
        "standing_orders": loaded.standing_orders.values(),
        "custody": loaded.custody.rows(),
        "aftercare": loaded.aftercare.rows(),
        "scales": loaded.scales.values(),
        "benchmarks": loaded.benchmarks.values(),
        "assessments": (loaded.assessments,),
        "safety": (
            loaded.suicide_item,
            loaded.take_up,
            *loaded.risk.values(),
            loaded.open_items,
            loaded.opening_hours,
        ),
        "decisions": (*loaded.signals.values(), *loaded.decisions.values()),
        "wording": loaded.wording.values(),
        "guide": (*loaded.guide.rows(), loaded.guide.crisis),
        **{name: each.own for name, each in loaded.leaflets.items()},
    }


def _access(table: Mapping[str, Any]) -> rows.AccessRules:
    return rows.AccessRules(
        new_account=_row("access", "new_account", table["new_account"], rows.AccessRule),
        erasure_wait=_row("access", "erasure_wait", table["erasure_wait"], rows.AccessRule),
    )


def _custody(table: Mapping[str, Any]) -> rows.CustodyRules:
    return rows.CustodyRules(
        count=_row("custody", "count", table["count"], rows.CountRule),
        difference=_row("custody", "difference", table["difference"], rows.DifferenceRule),
        loss=_row("custody", "loss", table["loss"], rows.LossRule),
        account=_row("custody", "account", table["account"], rows.AccountRule),
    )


def _aftercare(table: Mapping[str, Any], events: Mapping[str, Any]) -> rows.Aftercare:
    return rows.Aftercare(
        terms=_table("adverse_events.terms", events["terms"], rows.AdverseTerm),
        grades=_table("adverse_events.grades", events["grades"], rows.Row),
        check_in=_row("aftercare", "check_in", table["check_in"], rows.CheckInRule),
        questions=_table("aftercare.questions", table["questions"], rows.CheckInQuestion),
        retired=_table("aftercare.retired", table["retired"], rows.RetiredQuestion),
        small_cells=_row("aftercare", "small_cells", table["small_cells"], rows.SmallCellRule),
    )


def _guide(table: Mapping[str, Any]) -> rows.Guide:
    """Put each claim of the guide into its section; a claim without one, or a section without claims, is an error."""
    claims = _claims("guide", table)
    return rows.Guide(
        crisis=_row("guide", "crisis", {"title": "In a crisis", **table["crisis"]}, rows.CrisisRow),
        sections=tuple(_section("guide", name, raw, tuple(claims[name])) for name, raw in table["sections"].items()),
    )


def _leaflet(name: str, table: Mapping[str, Any], guide: rows.Guide) -> rows.Leaflet:
    """Put together a leaflet: in each section the claims it takes from the guide, then its own."""
    own, of_guide = _claims(name, table), {row.id: row for row in guide.rows()}
    sections = []
    for key, raw in table["sections"].items():
        rest = {field: value for field, value in raw.items() if field != "guide"}
        unknown = [claim for claim in raw.get("guide", ()) if claim not in of_guide]
        if unknown:
            raise KnowledgeError(f"{name}.toml, section [{key}] takes {unknown}, which guide.toml does not hold.")
        taken = tuple(of_guide[claim] for claim in raw.get("guide", ()))
        sections.append(_section(name, key, rest, (*taken, *own[key])))
    written = tuple(row for found in own.values() for row in found)
    empty = _row(name, name, {"sections": (), "own": (), **table["leaflet"]}, rows.Leaflet)
    return replace(empty, sections=tuple(sections), own=written)


def _claims(name: str, table: Mapping[str, Any]) -> dict[str, list[rows.GuideRow]]:
    sections = table["sections"]
    found: dict[str, list[rows.GuideRow]] = {key: [] for key in sections}
    for key, raw in table.get("rows", {}).items():
        place = raw.get("section", "")
        if place not in found:
            raise KnowledgeError(
                f"{name}.toml, row [{key}] stands in section {place!r}, which [sections] does not hold."
            )
        found[place].append(_row(name, key, {"title": sections[place].get("title", ""), **raw}, rows.GuideRow))
    return found


def _section(name: str, key: str, raw: Mapping[str, Any], claims: tuple[rows.GuideRow, ...]) -> rows.GuideSection:
    if not claims:
        raise KnowledgeError(f"{name}.toml: section [{key}] holds no row.")
    return replace(_row(name, key, {"rows": (), **raw}, rows.GuideSection), rows=claims)


def _medicines(table: Mapping[str, Any], equivalents: Mapping[str, Any]) -> rows.Medicines:
    """Collect ingredients and every name that stands for one; a name that stands for two things is an error."""
    ingredients = _table("medicines", table["ingredients"], rows.Ingredient)
    combinations = {name: tuple(parts) for name, parts in table["combinations"].items()}
    named: dict[tuple[str, ...], tuple[str, ...]] = {}
    meant = [(name, (each.id,)) for each in ingredients.values() for name in (each.id, *each.also)]
    for name, parts in [*meant, *combinations.items()]:
        if not set(parts) <= set(ingredients) or named.setdefault(rows.words_of(name), parts) != parts:
            raise KnowledgeError(f"medicines.toml: {name!r} stands for two things, or for one that is not listed.")
    return rows.Medicines(
        names=_row("medicines", "names", table["names"], rows.NamesRow),
        ingredients=ingredients,
        combinations=combinations,
        kinds=_kinds(table["kinds"], ingredients),
        equivalents=_table("benzodiazepines", equivalents, rows.EquivalentTable),
        named=named,
        spelled=_spelled(ingredients),
        longest=max(len(words) for words in named),
    )


def _kinds(table: Mapping[str, Any], ingredients: Mapping[str, rows.Ingredient]) -> dict[str, rows.AllergyKind]:
    kinds = _table("medicines.kinds", table, rows.AllergyKind)
    classes = {each for ingredient in ingredients.values() for each in ingredient.classes}
    for kind in kinds.values():
        if not set(kind.ingredients) <= set(ingredients) or not set(kind.classes) <= classes:
            raise KnowledgeError(f"medicines.toml: kind [{kind.id}] names an ingredient or class that is not listed.")
    return kinds


def _spelled(ingredients: Mapping[str, rows.Ingredient]) -> dict[str, str]:
    """Collect how each ingredient's own names are spelled; two ingredients spelled alike are an error.

    A name with a capital letter is a brand, which no language spells otherwise.
    """
    spelled: dict[str, str] = {}
    for each in ingredients.values():
        for name in (each.id, *each.also):
            words = rows.words_of(name)
            key = rows.spelling_of(words[0]) if len(words) == 1 and name == name.lower() else ""
            if key and spelled.setdefault(key, each.id) != each.id:
                raise KnowledgeError(f"medicines.toml: {name!r} is spelled like {spelled[key]!r} in another language.")
    return spelled


def _references(folder: Path) -> dict[str, rows.Reference]:
    found: dict[str, rows.Reference] = {}
    for file in sorted((folder / "references").glob("*.toml")):
        for name, raw in _parse(file.name, file.read_bytes())["references"].items():
            reference = _structure(file.stem, name, raw, rows.Reference)
            if found.setdefault(name, reference) != reference:
                raise KnowledgeError(f"references/{file.name}: [{name}] says something else than in another file.")
    return found


def _parse(name: str, text: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{name}: not readable as TOML: {error}") from error


def _titled(table: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Limits are titled by their statement."""
    return {name: {"title": raw.get("statement", ""), **raw} for name, raw in table.items()}


def _table(name: str, table: Mapping[str, Any], kind: type[RowT]) -> dict[str, RowT]:
    return {key: _row(name, key, raw, kind) for key, raw in table.items()}


def _in_order(table: dict[str, OrderedT]) -> dict[str, OrderedT]:
    return dict(sorted(table.items(), key=lambda item: item[1].order))


def _row(table: str, key: str, raw: Mapping[str, Any], kind: type[RowT]) -> RowT:
    return _structure(table, key, {"id": key, **raw}, kind)


def _structure(table: str, key: str, raw: Mapping[str, Any], kind: type[RowT]) -> RowT:
    try:
        return _converter().structure(raw, kind)
    except BaseValidationError as error:
        problems = "; ".join(cattrs.transform_error(error, format_exception=_problem))
        raise KnowledgeError(f"{table}.toml, row [{key}]: {problems}") from error


def _problem(error: BaseException, kind: type | None) -> str:
    """Say what is wrong in the words of whoever refused it; cattrs' own words for the rest."""
    if isinstance(error, ValueError | TypeError | ArithmeticError):
        return str(error)
    return format_exception(error, kind)


def _demand_sources(table: str, found: Iterable[rows.Row], references: Mapping[str, rows.Reference]) -> None:
    for row in found:
        place = f"{table}.toml, row [{row.id}]"
        if not row.sources:
            raise KnowledgeError(f"{place} has no source. Name at least one in `sources`.")
        unknown = [source for source in _cited(row) if source not in references]
        if unknown:
            raise KnowledgeError(f"{place} cites {unknown}, which references/*.toml does not hold.")
        unread = all(references[source].read is rows.ReadDepth.NONE for source in row.sources)
        if row.evidence is rows.Evidence.READ and unread:
            raise KnowledgeError(
                f"{place} is tagged read, and none of its sources was: {', '.join(row.sources)}. Read one and say in "
                "references/*.toml how much of it, or tag the row recalled or default."
            )


def _cited(row: rows.Row) -> tuple[str, ...]:
    match row:
        case rows.Protocol(evidence_sources=further):
            return (*row.sources, *further)
        case rows.CourseRule(options=options):
            return (*row.sources, *(source for each in options for source in each.sources))
        case rows.AdverseTerm(published=counted):
            return (*row.sources, *(each.source for each in counted))
    return row.sources


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(Decimal, lambda value, _: _decimal(value))
    converter.register_structure_hook(date, lambda value, _: value)
    converter.register_structure_hook(time, lambda value, _: time.fromisoformat(value))
    converter.register_structure_hook(timedelta, lambda value, _: _age(value))
    converter.register_structure_hook(
        rows.Example, lambda raw, _: rows.Example(given=_given(raw["in"]), gives=raw["out"])
    )
    converter.register_structure_hook(rows.Band, lambda raw, _: rows.Band(from_total=raw["from"], name=raw["name"]))
    return converter


def _given(raw: object) -> dict[str, object]:
    return dict(raw) if isinstance(raw, dict) else {"value": raw}


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool | float) or not isinstance(value, int | str):
        raise TypeError(f'write the number as an integer or in quotes ("0.5"), not {value!r}: floats round')
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f'write a plain number such as "0.5", not {value!r}')
    return number


def _age(value: object) -> timedelta:
    number, _, unit = str(value).partition(" ")
    if unit not in UNITS_OF_AGE or not number.isdigit():
        raise ValueError(f'write an age as "10 min", "24 h" or "7 d", not {value!r}')
    return timedelta(**{UNITS_OF_AGE[unit]: int(number)})
