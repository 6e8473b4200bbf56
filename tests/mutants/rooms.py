"""The rooms in which faults are tried, and the tests that are to notice."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "sereniv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Files of one subject, the tests that stand beside them, and further ones that survivors are held against."""

    files: tuple[str, ...]
    near: tuple[str, ...]
    wider: tuple[str, ...]

    def sources(self) -> tuple[Path, ...]:
        """Return the files of the room."""
        return tuple(path for each in self.files for path in sorted(PACKAGE.glob(each)))

    def tests(self, *, wider: bool) -> tuple[Path, ...]:
        """Return the folders and modules of tests."""
        return tuple(ROOT / "tests" / each for each in (self.wider if wider else self.near))


ROOMS = {
    "dose": Room(
        files=("therapy/treatment/dose*.py", "therapy/treatment/order_limits.py", "therapy/session/dosing.py"),
        near=("therapy/treatment", "therapy/session/test_dosing.py", "therapy/session/test_any_order.py",
              "therapy/chair/test_gate.py"),
        wider=("workflows/orders", "workflows/rules/test_standard.py", "workflows/test_path.py",
               "web/chair/test_words.py"),
    ),
    "gate": Room(
        files=("therapy/chair/gate*.py",),
        near=("therapy/chair", "therapy/candidacy"),
        wider=("workflows/test_path.py", "workflows/course/test_decisions.py", "workflows/candidacy",
               "web/intake/test_unplaced_allergy.py", "web/chair/test_red_flags.py"),
    ),
    "custody": Room(
        files=("therapy/custody/*.py",),
        near=("therapy/custody", "workflows/stock/test_stock.py"),
        wider=("workflows/stock", "workflows/test_path.py", "workflows/chair/test_striking.py"),
    ),
    "session": Room(
        files=("therapy/session/*.py", "therapy/chair/decide.py"),
        near=("therapy/session", "therapy/chair", "therapy/documents", "therapy/monitoring"),
        wider=("workflows/test_path.py", "workflows/stock/test_drug_of_a_session.py", "workflows/chair",
               "web/chair/test_typed_times.py", "web/chair/test_status.py"),
    ),
    "permissions": Room(
        files=("clinic/accounts/permissions.py", "clinic/accounts/seconds.py", "clinic/accounts/idle.py",
               "clinic/accounts/chairside.py"),
        near=("workflows/test_permissions.py", "web/shell/test_seconds.py", "web/shell/test_lock.py"),
        wider=("workflows/admin", "workflows/ledger", "web/shell/test_ways_in.py", "web/admin/test_setting_up.py"),
    ),
    "monitoring": Room(
        files=("therapy/monitoring/*.py",),
        near=("therapy/monitoring", "therapy/session/test_incidents.py", "therapy/documents"),
        wider=("workflows/chair", "gateway", "web/chair/test_repeats.py", "web/chair/test_status.py",
               "web/chair/test_red_flags.py"),
    ),
}  # fmt: skip
