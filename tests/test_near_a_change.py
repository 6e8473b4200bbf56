"""Which tests stand near a change, as `python3 run.py test --near` asks for them."""

import pytest

from tests.run_tests import ROOT, SHELL_ROOMS, rooms_of


@pytest.mark.parametrize(
    ("changed", "rooms"),
    [
        (["README.md"], []),
        (["src/sereniv/therapy/monitoring/due.py"], ["tests/therapy/monitoring"]),
        (["src/sereniv/clinic/web/chair/templates/chair/sheet.html"], ["tests/web/chair"]),
        (["src/sereniv/clinic/workflows/orders/orders.py"], ["tests/workflows/orders"]),
        (["src/sereniv/knowledge/monitoring.toml"], ["tests/therapy"]),
        (["src/sereniv/knowledge/monitoring.toml", "src/sereniv/therapy/monitoring/due.py"], ["tests/therapy"]),
        (["tests/therapy/monitoring/test_gone.py", "tests/test_verify.py"], ["tests/test_verify.py"]),
    ],
)
def test_the_room_of_what_changed_stands_for_it_and_the_guards_always(changed: list[str], rooms: list[str]) -> None:
    assert rooms_of(changed) == ["tests/guards", *rooms]


def test_the_rooms_that_a_fast_run_passes_over_are_there() -> None:
    assert [room for room in SHELL_ROOMS if not (ROOT / "tests" / room).is_dir()] == []
