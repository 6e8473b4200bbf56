"""Loads our templates, whose lines are broken for whoever reads them and not for whoever is sent them."""

import re

from django.template import Origin
from django.template.loaders import filesystem

BROKEN = re.compile(r"\s*\n\s*")


class Loader(filesystem.Loader):
    """Loads a template of our folders with each line break, and the blanks beside it, as one space.

    A sentence, or the attributes of a tag, may go over several lines of a template: the page is sent no larger for it,
    and reads the same in every place that looks for its words. What people typed comes in later and keeps its lines.
    """

    def get_contents(self, origin: Origin) -> str:
        """Return the text of a template in one line."""
        return BROKEN.sub(" ", str(super().get_contents(origin)))
