"""The form that anybody may fill in: an enquiry."""

from django import forms

from sereniv.clinic.web.shell.form_parts import ActForm


class EnquiryForm(ActForm):
    """Who asks, how they are reached, and what they want to say."""

    keeps_as_typed = True

    # A damaged key is said so in words where the enquiry is received, not in silence on a hidden field.
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        max_length=120,
        label="Your name",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter a name we may call you by."},
    )
    reach = forms.CharField(
        max_length=200,
        label="How we can reach you",
        help_text="A phone number or an e-mail address, and when it suits you.",
        error_messages={"required": "Enter a phone number or an e-mail address, so that we can answer."},
    )
    born = forms.CharField(
        max_length=40,
        required=False,
        label="Your date of birth (optional)",
        help_text="Such as 2 March 1984. It helps us to find you if you asked, or were treated, here before.",
        widget=forms.TextInput(attrs={"autocomplete": "bday"}),
    )
    referred_by = forms.CharField(
        max_length=200,
        required=False,
        label="Who sent you to us (optional)",
        help_text="Such as your doctor, with the practice or the place. Leave it blank if you found us yourself.",
    )
    message = forms.CharField(
        max_length=2000,
        required=False,
        label="What you would like to ask or tell us (optional)",
        help_text="You need not write about your health here. Up to 2,000 characters.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
