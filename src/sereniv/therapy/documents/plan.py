"""The treatment plan: what is treated, why it was decided, what is ordered, when it is reviewed, when it is stopped."""

from collections.abc import Mapping, Sequence, Set

from sereniv.knowledge.rows import Indication, Row, Scale
from sereniv.therapy.documents.answering import allergy_line, prescriber_line
from sereniv.therapy.documents.consent import claims
from sereniv.therapy.documents.decided import course_events
from sereniv.therapy.documents.model import (
    Block,
    Bullets,
    Document,
    Facts,
    Notice,
    Paragraph,
    Section,
    SignatureLines,
    Table,
)
from sereniv.therapy.documents.setting import Patient, Setting, Sources
from sereniv.therapy.documents.told_elsewhere import given_elsewhere
from sereniv.therapy.person.chart import Order, PersonChart
from sereniv.therapy.person.concern import Result
from sereniv.therapy.person.events import CandidacyDecided, FindingTaken
from sereniv.therapy.person.limits_taken import limit_title, limit_value
from sereniv.therapy.person.read_names import read_name
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.course import Course
from sereniv.therapy.treatment.dose import reckoning
from sereniv.therapy.treatment.order_life import OrderNow, orders_now

SAYS_ITSELF = frozenset(
    {"age_years", "asa_class", "infusions_since", "conditions", "psychiatric", "allergies", "medicines", "diagnosis"}
)
"""What is read in words that need no name before them."""
RESULT_WORDS = {Result.MET: "concern", Result.NOT_MET: "no concern", Result.UNKNOWN: "not known"}
OFF_LABEL = "Racemic ketamine by infusion is off-label for this use. A plan is not a promise of benefit."


def treatment_plan(
    setting: Setting,
    patient: Patient,
    chart: PersonChart,
    indication: str,
    laid: Course | None,
    changes: Sequence[str] = (),
    used: Set[int] = frozenset(),
) -> Document:
    """Write the plan as it stands: the last decision, the last order and the course they lay out, whatever is there.

    `changes` are sentences that compare scores with the baseline, `used` the orders by which a pump ran.
    """
    decided = chart.decisions[-1] if chart.decisions else None
    orders = orders_now(chart, used, setting.now, setting.knowledge)
    row = setting.knowledge.indications.get(decided.event.indication if decided else indication)
    sources = Sources(setting.knowledge)
    sections = (
        Section(heading="What for", blocks=(Facts(pairs=(allergy_line(chart),)), *_purpose(setting, row))),
        Section(heading="Decision", blocks=_decision(setting, decided)),
        Section(heading="Order", blocks=_order(setting, orders[-1] if orders else None)),
        Section(heading="Course", blocks=_course(setting, chart, laid)),
        *((course_events(setting, chart, (laid,)),) if laid is not None else ()),
        Section(heading="How response is judged", blocks=(*_response(setting, row), *_so_far(changes))),
        claims(setting.knowledge.leaflets["plan"].section("stop"), sources),
        Section(heading="Signature", blocks=(_signature(setting, decided, orders[-1].order if orders else None),)),
        Section(heading="Sources", blocks=tuple(Paragraph(text=line, small=True) for line in sources.lines())),
    )
    rules = f"Rules {setting.knowledge.version}"
    return setting.document("Treatment plan", setting.about(patient), sections, (Notice(text=OFF_LABEL),), rules)


def _signature(setting: Setting, decided: Recorded[CandidacyDecided] | None, order: Order | None) -> SignatureLines:
    """Return the line of whoever signed the order, of whoever decided while nothing is ordered."""
    if order is None and decided is not None:
        return SignatureLines(who=(f"Prescriber, {setting.name_of(decided.recorded_by)}",))
    return prescriber_line(setting, order)


def _purpose(setting: Setting, row: Indication | None) -> tuple[Block, ...]:
    if row is None:
        return (Paragraph(text="No indication is recorded."),)
    known = " ".join(setting.knowledge.references[source].citation for source in row.sources)
    return (
        Facts(pairs=(("Indication", row.title), ("That is", row.statement), ("What is known", row.evidence_line))),
        Paragraph(text=f"From: {known}", small=True),
    )


def _decision(setting: Setting, decided: Recorded[CandidacyDecided] | None) -> tuple[Block, ...]:
    if decided is None:
        return (Paragraph(text="A prescriber has not decided yet."),)
    event = decided.event
    said = Facts(
        pairs=(
            ("Decision", spaced(event.decision).capitalize()),
            ("By", f"{setting.people(decided.recorded_by, decided.co_signed_by)}, {setting.moment(decided.at)}"),
            ("Reason", event.reason or "none given"),
            ("Rules of that day", event.knowledge_version),
        )
    )
    rows = tuple(_finding(setting, each) for each in event.findings)
    found = (Table(columns=("Concern", "Result", "What was read", "Missing"), rows=rows),) if rows else ()
    return (said, *found)


def _finding(setting: Setting, taken: FindingTaken) -> tuple[str, str, str, str]:
    row = setting.knowledge.concern(taken.criterion)
    read = "; ".join(
        value if name in SAYS_ITSELF else f"{read_name(name, *_titled(setting))}: {value}"
        for name, value in taken.read.items()
        if value
    )
    result = f"{RESULT_WORDS[Result(taken.result)]}{f' ({taken.action})' if taken.action else ''}"
    missing = ", ".join(read_name(each, *_titled(setting)) for each in taken.missing)
    return (row.title if row else spaced(taken.criterion), result, read or "nothing", missing or "nothing")


def _titled(setting: Setting) -> tuple[Mapping[str, Row], ...]:
    return setting.knowledge.scales, setting.knowledge.entered_scores


def order_facts(setting: Setting, order: Order) -> tuple[tuple[str, str], ...]:
    """Write the arithmetic of an order, every number with its unit."""
    terms = order.terms
    protocol = setting.knowledge.protocols.get(terms.protocol)
    named = f"{protocol.title} ({terms.protocol})" if protocol else terms.protocol
    return (
        ("Protocol", f"{named}; infusion {terms.infusion_number}"),
        (
            "Dose",
            f"{reckoning(terms)} ({terms.weight_basis} weight; "
            f"measured {plain(terms.measured_weight_kg)} kg) = {plain(terms.dose_mg)} mg",
        ),
        (
            "Infusion",
            f"{plain(terms.volume_ml)} mL of {plain(terms.concentration_mg_per_ml)} mg/mL at "
            f"{plain(terms.rate_ml_per_h)} mL/h over {terms.duration_min} min",
        ),
    )


def _order(setting: Setting, found: OrderNow | None) -> tuple[Block, ...]:
    if found is None:
        return (Paragraph(text="Nothing is ordered yet."),)
    order = found.order
    signed, second = order.signed, order.co_signed
    checked = f"{setting.name_of(second.recorded_by)}, {setting.moment(second.at)}" if second else "not co-signed yet"
    signatures = (
        ("Signed", f"{setting.people(signed.recorded_by, signed.co_signed_by)}, {setting.moment(signed.at)}"),
        ("Checked by a second person", checked),
        *(() if found.is_live else (("Stands", found.words(setting.name_of)),)),
    )
    facts = Facts(pairs=(*order_facts(setting, order), *signatures))
    known = setting.knowledge
    limits = tuple(
        (limit_title(each, known), each.severity, limit_value(each, known) or "–", each.reason)
        for each in order.terms.limits
    )
    if not limits:
        return (facts, Paragraph(text="Within every limit of the clinic."))
    return (facts, Table(columns=("Limit gone past", "Kind", "Value", "Reason given"), rows=limits))


def _course(setting: Setting, chart: PersonChart, laid: Course | None) -> tuple[Block, ...]:
    elsewhere = given_elsewhere(setting, chart, laid.runs if laid is not None else ())
    if laid is None:
        return elsewhere
    protocol = laid.protocol
    window = f", all by {setting.day(laid.window_ends)}" if laid.window_ends else ""
    spacing = f"{protocol.title}: at least {protocol.minimum_hours_between} hours apart{window}."
    return (Paragraph(text=spacing), _places(setting, laid), *elsewhere)


def _places(setting: Setting, laid: Course) -> Table:
    rows = tuple(
        (
            str(place.number),
            setting.day(place.planned),
            setting.moment(place.run_at) if place.run_at else "not yet",
            f"{place.milestone} after it" if place.milestone else "–",
        )
        for place in laid.places
    )
    return Table(columns=("Infusion", "Planned", "Run", "What follows"), rows=rows)


def _response(setting: Setting, row: Indication | None) -> tuple[Block, ...]:
    scale = setting.knowledge.scales.get(row.primary_scale) if row else None
    if scale is None:
        return (Paragraph(text="No scale follows this indication; the prescriber writes down what is followed."),)
    return (Paragraph(text=definitions(scale, row)),)


def _so_far(changes: Sequence[str]) -> tuple[Block, ...]:
    return (Bullets(items=tuple(changes)),) if changes else ()


def definitions(scale: Scale, treated: Indication | None) -> str:
    """Say what response, remission and an important change mean on a scale, or why they mean nothing here."""
    if treated is not None and treated.no_response_by_score and scale.id == treated.primary_scale:
        return treated.no_response_by_score
    said = []
    if scale.response_fall_fraction is not None:
        said.append(f"response is a fall of {scale.response_fall_fraction:.0%} or more from before the first infusion")
    if scale.response_difference is not None:
        said.append(f"response is {scale.response_difference} points or more better than before the first infusion")
    if scale.remission_below is not None:
        said.append(f"remission a total below {scale.remission_below}")
    if scale.important_difference is not None:
        said.append(f"an important change {scale.important_difference} points or more")
    if scale.important_fall_fraction is not None:
        said.append(f"an important change {scale.important_fall_fraction:.0%} or more")
    window = f" Each answer looks back {scale.window_days} days." if scale.window_days else ""
    return f"{scale.title}: {', '.join(said) or 'no definition of response is kept'}.{window}"


def spaced(name: str) -> str:
    """Write a name of ours with spaces."""
    return str(name).replace("_", " ")
