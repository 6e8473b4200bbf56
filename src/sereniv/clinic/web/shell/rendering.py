"""How forms are drawn: label, hint, control and error, in the order a screen reader needs them."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Draws every form with our own field template."""

    form_template_name = "shell/forms/form.html"
    field_template_name = "shell/forms/field.html"
