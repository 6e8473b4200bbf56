"""What the published models say of the drug: levels, effects, the proposed mechanism, exposure; nobody's patient."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from sereniv.clinic.web.rules.drug_model_forms import DrugModelsForm
from sereniv.clinic.web.shell.acts import UNPROCESSABLE
from sereniv.knowledge.models import Quantity, Reference, Unknown, reference
from sereniv.pharmacology import Dosing, Subject
from sereniv.pharmacology.band import PlanBand, plan_band
from sereniv.pharmacology.interactions import exposure_changes, unknown_changes
from sereniv.pharmacology.mechanism import CAUTION, TITLE, proposed_mechanism
from sereniv.pharmacology.receptor import receptor_occupancy
from sereniv.pharmacology.svg import render_band, render_effect
from sereniv.pharmacology.views import EffectView, blood_pressure_rise, perceptual_effect, published_outcomes

USUAL: dict[str, float] = {"weight_kg": 70, "age_years": 40, "dose_mg_per_kg": 0.5, "over_min": 40}
"""What the page shows before anybody asks: the infusion that most was published about."""
KEPT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One figure with what belongs under it."""

    view: EffectView
    drawing: SafeString
    folded: tuple[str, ...]
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The figures of one infusion in people of one weight and age."""

    band: PlanBand
    drawing: SafeString
    rows: list[dict[str, float | None]]
    effects: tuple[Drawn, ...]


@require_GET
def drug_models(request: HttpRequest) -> HttpResponse:
    """Show what the models say of an infusion that is only looked at."""
    form = DrugModelsForm(request.GET or None, initial=USUAL)
    asked = _asked(form)
    context = {
        "form": form,
        "panel": None if asked is None else shown(**asked),
        "mechanism": {"title": TITLE, "caution": CAUTION, "steps": proposed_mechanism()},
        "changes": exposure_changes(),
        "unknown": unknown_changes(),
        "outcomes": published_outcomes(),
        "sources": _sources(),
    }
    return render(request, "rules/drug_models.html", context, status=UNPROCESSABLE if asked is None else 200)


def _asked(form: DrugModelsForm) -> dict[str, float] | None:
    """Return the numbers asked for, the usual ones where nobody asked, None where they cannot be."""
    if not form.is_bound:
        return USUAL
    return {name: float(value) for name, value in form.cleaned_data.items()} if form.is_valid() else None


@lru_cache(maxsize=KEPT)
def shown(*, weight_kg: float, age_years: float, dose_mg_per_kg: float, over_min: float) -> Shown:
    """Work out the figures; the same question is answered from memory."""
    dosing = Dosing.infusion(dose_mg_per_kg * weight_kg, over_min)
    band = plan_band(dosing, weight_kg=weight_kg, age_years=age_years)
    subject = Subject(weight_kg=weight_kg, age_years=age_years)
    minutes = np.array(band.time_min)
    views = {
        "perception": perceptual_effect(dosing, minutes, subject=subject),
        "pressure": blood_pressure_rise(dosing, minutes, subject=subject),
        "receptors": receptor_occupancy(dosing, minutes, subject=subject),
    }
    # Our own drawings of our own numbers; their texts are escaped where they are put in.
    return Shown(
        band=band,
        drawing=mark_safe(render_band(band, name="level")),  # noqa: S308
        rows=band.table(every_min=20),
        effects=tuple(
            Drawn(
                view=view,
                drawing=mark_safe(render_effect(view, name=name)),  # noqa: S308
                folded=tuple(each for each in view.warnings if each not in view.limits),
                citations=tuple(view.cite().splitlines()),
            )
            for name, view in views.items()
        ),
    )


def _sources() -> list[Reference]:
    """Return the references behind the tables and the mechanism, each once."""
    rows: tuple[Quantity | Unknown, ...] = (*exposure_changes(), *unknown_changes(), *published_outcomes())
    of_steps = (each for step in proposed_mechanism() for each in step.sources)
    return [reference(each) for each in dict.fromkeys([*(row.provenance.source for row in rows), *of_steps])]
