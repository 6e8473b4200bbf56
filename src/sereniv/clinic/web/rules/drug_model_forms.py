"""The form that asks the published models about somebody who is nobody's patient."""

from decimal import Decimal

from django import forms

from sereniv.clinic.web.shell.form_parts import CODE_WIDGET
from sereniv.clinic.web.shell.typed_fields import DECIMAL_WIDGET, ExactField, WholeField, decimal_field


class DrugModelsForm(forms.Form):
    """A weight, an age and one infusion; looked at, never kept."""

    use_required_attribute = False

    weight_kg = ExactField(
        label="Weight (kg)",
        min_value=Decimal(30),
        max_value=Decimal(250),
        max_digits=5,
        widget=forms.TextInput(attrs=DECIMAL_WIDGET),
        error_messages={"invalid": "Enter a plain number in kg."},
    )
    age_years = WholeField(label="Age (years)", min_value=18, max_value=110, widget=forms.TextInput(attrs=CODE_WIDGET))
    dose_mg_per_kg = decimal_field("Dose", "mg/kg", max_value=Decimal(3), decimal_places=2)
    over_min = WholeField(
        label="Infused over (min)", min_value=1, max_value=1440, widget=forms.TextInput(attrs=CODE_WIDGET)
    )
