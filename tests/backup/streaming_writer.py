"""Charts into a home and lets it be streamed after every few acts, saying up to which entry: to be killed.

python streaming_writer.py HOME FIRST
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

ACTS = 400
TURN_EVERY = 3


def main(folder: Path, first: int) -> None:
    """Chart and stream from act `first` on, until killed."""
    from sereniv.cli.serve import configure
    from sereniv.clinic import home as homes

    home = homes.open_home(folder)
    with home.lock():
        configure(home)
        from sereniv.clinic.accounts.models import Staff
        from sereniv.clinic.backup import rounds
        from sereniv.clinic.demo.people import demo_id
        from sereniv.clinic.records import chart_store, over_streams
        from sereniv.clinic.workflows.chair import charting
        from sereniv.clinic.workflows.shell.acting import Act
        from sereniv.therapy.session import events as ev

        nurse, turns = Staff.objects.get(username="nurse"), rounds.Turns(home)
        start = over_streams.last_moment()
        assert start is not None
        for number in range(first, first + ACTS):
            act = Act(by=nurse, now=start + timedelta(seconds=number), key=f"stream-{number:05d}")
            charting.chart_fact(demo_id("infusing-session"), ev.RemarkCharted(text=f"looked at {number}"), act)
            if number % TURN_EVERY == 0:
                head = chart_store.head()
                turns.take(head, act.now)
                print(f"streamed {head.seq}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
