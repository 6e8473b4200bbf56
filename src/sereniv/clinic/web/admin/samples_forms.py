"""What is asked of two who say for how long what monitors sent is kept, or let it go."""

from django import forms

from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.shell.form_parts import ReasonForm, SecondPersonMixin
from sereniv.clinic.web.shell.typed_fields import WholeField
from sereniv.clinic.workflows.chair.letting_go import FEWEST_YEARS, MOST_YEARS


class KeepSamplesForm(SecondPersonMixin, ReasonForm):
    """For how many years samples are kept at least."""

    second_for = TwoPersonAct.SAMPLES_LET_GO
    years = WholeField(
        label="Years",
        required=False,
        min_value=FEWEST_YEARS,
        max_value=MOST_YEARS,
        help_text="Left empty, they are kept for ever.",
    )


class LetSamplesGoForm(SecondPersonMixin, ReasonForm):
    """What the preview showed, let go."""

    second_for = TwoPersonAct.SAMPLES_LET_GO
    shown = forms.RegexField(r"^([0-9a-f]{64})?$", widget=forms.HiddenInput, required=False)
    understood = forms.BooleanField(label="We have kept what the law asks for; this cannot be undone")
