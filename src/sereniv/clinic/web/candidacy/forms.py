"""Forms on which a concern is evaluated and a candidate decided on."""

from django import forms

from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.shell.form_parts import CODE_WIDGET, ActForm, SecondPersonMixin
from sereniv.clinic.web.shell.typed_fields import WholeField
from sereniv.therapy.person import events as pe


class EvaluationForm(ActForm):
    """An evaluation of a concern, made here or by somebody outside."""

    conclusion = forms.ChoiceField(
        label="Conclusion",
        widget=forms.RadioSelect,
        choices=[
            (pe.Conclusion.PROCEED, "Proceed"),
            (pe.Conclusion.PROCEED_WITH_CONDITIONS, "Proceed, with the conditions written in the finding"),
            (pe.Conclusion.DO_NOT_PROCEED, "Do not proceed"),
        ],
    )
    finding = forms.CharField(max_length=2000, label="Finding", widget=forms.Textarea(attrs={"rows": 3}))
    valid_days = WholeField(
        label="Holds for (days)",
        initial=90,
        widget=forms.TextInput(attrs=CODE_WIDGET),
        min_value=1,
        max_value=365,
    )
    evaluator = forms.CharField(
        max_length=120, required=False, label="Evaluated by", help_text="Blank is you. Somebody outside: name and role."
    )


class DecideForm(SecondPersonMixin, ActForm):
    """The prescriber's decision."""

    second_for = TwoPersonAct.ELIGIBLE_DESPITE_CONCERN
    second_asked = "Only where a concern asks for two."

    decision = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        choices=[
            (pe.Decision.ELIGIBLE, "Eligible"),
            (pe.Decision.NEEDS_EVALUATION, "Needs evaluation first"),
            (pe.Decision.DECLINED, "Declined"),
        ],
    )
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label="Reason",
        help_text="Needed unless eligible with nothing in the way.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("decision", "reason", "second_person", "second_secret")
