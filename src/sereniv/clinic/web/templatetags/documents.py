"""How templates draw the blocks of a document."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from sereniv.clinic.web.documents.drawing import svg
from sereniv.therapy.documents.model import Block, Table
from sereniv.therapy.documents.picture import Picture

register = template.Library()


@register.filter
def kind_of_block(block: Block) -> str:
    """Name the kind of a block, so that the template picks its drawing."""
    return type(block).__name__


@register.filter
def drawing(picture: Picture) -> SafeString:
    """Draw a picture; its texts are escaped where they are put in."""
    return mark_safe(svg(picture))  # noqa: S308


@register.filter
def blanks(table: Table) -> range:
    """Return as many turns as the table has rows to be written on by hand."""
    return range(table.blank_rows)
