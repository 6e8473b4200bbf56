"""What stands in the clinic under a name of its own: added, renamed, retired, put back; never deleted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, Room
from sereniv.clinic.workflows.admin.setting_up import demand_still_permitted, keep_change
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.recording.refusal import Malformed, Refused

PlaceT = TypeVar("PlaceT", Chair, Room)

LONGEST_NAME = 40


def once(act: Act, change: Callable[[], None]) -> None:
    """Let an administrator change the house; a form that comes again changes nothing."""
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        change()


@dataclass(frozen=True, slots=True, kw_only=True)
class Places(Generic[PlaceT]):
    """Chairs, or rooms: their table, what one is called, and what must hold before one is renamed or retired.

    `demand_free` raises Refused with why a place cannot be "renamed" or "retired" now.
    """

    table: type[PlaceT]
    called: str
    demand_free: Callable[[PlaceT, str], None]

    def add(self, name: str, act: Act) -> None:
        """Add one; Malformed or Refused when the name is none, or taken."""

        def change() -> None:
            place = self.table.objects.create(name=self._free_name(name))
            keep_change(act, self.called, place.name, "added", ("name",))

        once(act, change)

    def rename(self, pk: int, name: str, act: Act) -> None:
        """Give one another name; what was charted keeps the name it was charted under."""

        def change() -> None:
            place = self.one(pk)
            if name.strip() == place.name:
                return
            self.demand_free(place, "renamed")
            place.name = self._free_name(name)
            place.save()
            keep_change(act, self.called, place.name, "changed", ("name",))

        once(act, change)

    def retire(self, pk: int, act: Act) -> None:
        """Take one out of use."""

        def change() -> None:
            place = self.one(pk)
            if place.retired_at is not None:
                raise Refused(self.called, f"{place} is retired already.")
            self.demand_free(place, "retired")
            place.retired_at = act.now
            place.save()
            keep_change(act, self.called, place.name, "retired", ("retired_at",))

        once(act, change)

    def reinstate(self, pk: int, act: Act) -> None:
        """Put a retired one back into use."""

        def change() -> None:
            place = self.one(pk)
            if place.retired_at is None:
                raise Refused(self.called, f"{place} is in use already.")
            place.retired_at = None
            place.save()
            keep_change(act, self.called, place.name, "reinstated", ("retired_at",))

        once(act, change)

    def one(self, pk: int) -> PlaceT:
        """Return one, retired or not; Refused where there is none."""
        place = self.table.objects.filter(pk=pk).first()
        if place is None:
            raise Refused(self.called, f"There is no such {self.called}.")
        return place

    def _free_name(self, name: str) -> str:
        wanted = name.strip()
        if not wanted or len(wanted) > LONGEST_NAME:
            raise Malformed(f"Write the {self.called}'s name, at most {LONGEST_NAME} characters.")
        taken = self.table.objects.filter(name__iexact=wanted).first()
        if taken is not None:
            how = "Put the retired one back instead." if taken.retired_at else "Choose another name."
            raise Refused(self.called, f"There is already a {self.called} called {taken}. {how}")
        return wanted
