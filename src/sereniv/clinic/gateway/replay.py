"""Plays a recording into a session, through the running server's door or, where none runs, as the home's one writer."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sereniv.clinic import clock
from sereniv.clinic.gateway.recording import Recording
from sereniv.clinic.home import Home
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import monitors
from sereniv.clinic.workflows.shell.acting import new_key
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session.chart import FINISHED

DEVICE = "Replay of a recorded monitor"
TIMEOUT_S = 30


class Feed(Protocol):
    """What a replay needs of a home."""

    def now(self) -> datetime:
        """Return the home's time, having made sure that the session is open."""

    def connect(self, recording: Recording) -> None:
        """Declare the monitor."""

    def set_clock(self, at: datetime) -> None:
        """Freeze the home's clock at a moment."""

    def send(self, incoming: Sequence[monitors.Incoming]) -> None:
        """Send samples."""


def replay(recording: Recording, feed: Feed, pace: Callable[[int], None]) -> None:
    """Play a recording step by step; the home's clock follows it.

    `pace` is called after each step with the step's number, to wait and to show progress.
    """
    start = feed.now()
    feed.set_clock(start)
    feed.connect(recording)
    for number, step in enumerate(recording.steps, start=1):
        feed.set_clock(start + step.after)
        feed.send(recording.incoming(step, start))
        pace(number)


class LocalFeed:
    """Writes as the home's one process; the caller holds the home's lock and an injected clock."""

    def __init__(self, session_id: str, ticking: clock.InjectedClock) -> None:
        self._session_id = session_id
        self._clock = ticking

    def now(self) -> datetime:
        """Return the home's time, having made sure that the session is open."""
        chart = chart_store.session_chart_of(self._session_id)
        if chart.opened is None or chart.phase in FINISHED:
            raise Refused("replay", "There is no such open session.")
        return self._clock.now().replace(microsecond=0)

    def connect(self, recording: Recording) -> None:
        """Declare the monitor."""
        monitors.connect(
            self._session_id, DEVICE, recording.interval_s, recording.signals, self._clock.now(), new_key()
        )

    def set_clock(self, at: datetime) -> None:
        """Freeze the home's clock at a moment."""
        self._clock.freeze_at(at)

    def send(self, incoming: Sequence[monitors.Incoming]) -> None:
        """Keep samples and look at them, as the server's door does."""
        monitors.receive(self._session_id, DEVICE, incoming, self._clock.now())
        monitors.watch_session(self._session_id, self._clock.now())


class ServerFeed:
    """Speaks to the running server's door for monitors."""

    def __init__(self, session_id: str, home: Home) -> None:
        self._session = f"/gateway/sessions/{session_id}/"
        self._base = f"http://127.0.0.1:{home.server_port()}"
        self._token = home.gateway_token()

    def now(self) -> datetime:
        """Return the home's time, having made sure that the session is open."""
        told = self._ask(self._session)
        if told["phase"] in {str(phase) for phase in FINISHED}:
            raise Refused("replay", f"This session is {told['phase']}.")
        return datetime.fromisoformat(told["now"]).replace(microsecond=0)

    def connect(self, recording: Recording) -> None:
        """Declare the monitor."""
        content = {
            "device": DEVICE,
            "interval_s": recording.interval_s,
            "signals": list(recording.signals),
            "key": new_key(),
        }
        self._ask(f"{self._session}connect/", content)

    def set_clock(self, at: datetime) -> None:
        """Freeze the home's clock at a moment."""
        self._ask("/gateway/clock/", {"at": at.isoformat()})

    def send(self, incoming: Sequence[monitors.Incoming]) -> None:
        """Send samples."""
        samples = [
            {"signal": each.signal, "value": None if each.value is None else str(each.value), "at": each.at.isoformat()}
            for each in incoming
        ]
        self._ask(f"{self._session}samples/", {"device": DEVICE, "samples": samples})

    def _ask(self, path: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
        body = json.dumps(content).encode() if content is not None else None
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self._base + path, body, headers)  # noqa: S310  our own loopback address
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                told: dict[str, Any] = json.load(answer)
                return told
        except urllib.error.HTTPError as error:
            raise Malformed(_reason(error)) from error
        except OSError as error:
            raise Malformed(f"The server that holds this home does not answer at {self._base}.") from error


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError):
        return f"The server answered {error.code}."
