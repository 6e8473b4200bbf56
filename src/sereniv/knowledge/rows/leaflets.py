"""Leaflets: what a patient takes home or signs, made of the guide's claims and of claims of their own."""

import hashlib
from dataclasses import dataclass

from sereniv.knowledge.rows.wording import GuideRow, GuideSection

SHOWN_OF_HASH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaflet:
    """A leaflet: its sections in the order printed; `own` holds the claims that the guide does not make.

    `printed` holds every version that a signature may name, today's last; of a leaflet that nobody signs, none.
    """

    id: str
    title: str
    edition: int
    sections: tuple[GuideSection, ...]
    own: tuple[GuideRow, ...]
    printed: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The edition, and a mark that changes with every word: what a signature under the leaflet names."""
        written = [self.title]
        for section in self.sections:
            written += [section.title, *(row.text for row in section.rows)]
        return f"{self.edition}-{hashlib.sha256(chr(0).join(written).encode()).hexdigest()[:SHOWN_OF_HASH]}"

    def rows(self) -> tuple[GuideRow, ...]:
        """Return every claim, in the order printed."""
        return tuple(row for section in self.sections for row in section.rows)

    def section(self, name: str) -> GuideSection:
        """Return a section by its name.

        Raises
        ------
        KeyError
            When the leaflet has no such section.
        """
        found = next((each for each in self.sections if each.id == name), None)
        if found is None:
            raise KeyError(f"The leaflet {self.id} has no section {name}.")
        return found
