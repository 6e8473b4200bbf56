"""How the house runs, as numbers for a monitoring system: counts and ages, and never a name, a value or an id."""

from collections.abc import Iterator, Sequence

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric, StateSetMetricFamily
from prometheus_client.openmetrics import exposition

from sereniv import __version__
from sereniv.clinic.backup import state as backups
from sereniv.clinic.operating import house, pulse
from sereniv.clinic.operating.findings import Finding, Moment, State
from sereniv.clinic.operating.machine import free_bytes
from sereniv.clinic.operating.reached import Reached
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import OPEN_PHASES, SessionRow

CONTENT_TYPE = exposition.CONTENT_TYPE_LATEST


class _Collected:
    """What the exposition asks for its metrics."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Sequence[Metric]:
        """Return them."""
        return self._metrics


def page(moment: Moment, findings: Sequence[Finding], reached: Reached) -> bytes:
    """Return the metrics in the OpenMetrics text format."""
    # The library leaves this function's types open; it returns the text as UTF-8.
    text: bytes = exposition.generate_latest(_Collected(list(_metrics(moment, findings, reached))))  # type: ignore[no-untyped-call]
    return text


def _metrics(moment: Moment, findings: Sequence[Finding], reached: Reached) -> Iterator[Metric]:
    yield InfoMetricFamily("sereniv", "The program that serves.", value={"version": __version__})
    states = StateSetMetricFamily("sereniv_finding", "How each part of the house stands.", labels=["topic"])
    for each in findings:
        states.add_metric([each.topic], {str(state): each.state is state for state in State})
    yield states
    yield _gauge("ledger_entries", "The last entry of the ledger.", chart_store.head().seq)
    yield _gauge("open_sessions", "Infusions that are open.", SessionRow.objects.filter(phase__in=OPEN_PHASES).count())
    connected, silent = house.count_of_monitors(moment.here)
    yield _gauge("monitors_connected", "Monitors connected to open sessions.", connected)
    yield _gauge("monitors_silent", "Of these, without a reading now.", silent)
    yield _gauge("disk_free_bytes", "Room where the home lies.", free_bytes(moment.home.folder))
    known = backups.state_of(moment.home)
    ages = {
        "backup_age_seconds": ("Since the last backup.", known.made_at),
        "restore_trial_age_seconds": ("Since a backup was last restored and read.", known.restored_at),
        "checkpoint_age_seconds": ("Since the ledger's head was last signed.", house.last_signed_at(moment)),
        "watch_age_seconds": ("Since the watch last went round.", pulse.last(house.WATCH)),
    }
    for name, (words, at) in ages.items():
        if at is not None:
            now = moment.here if name.startswith("checkpoint") else moment.real
            yield _gauge(name, words, (now - at).total_seconds())
    if reached.certificate_ends is not None:
        left = (reached.certificate_ends - moment.real).total_seconds()
        yield _gauge("certificate_left_seconds", "Until the proxy's certificate ends.", left)
    if reached.clock_offset_s is not None:
        yield _gauge("clock_offset_seconds", "What this computer's clock lacks.", reached.clock_offset_s)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"sereniv_{name}", words, value=value)
