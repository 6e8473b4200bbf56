"""The volume that the pump shows as infused, held against what the charted rates amount to."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sereniv.knowledge.rows import VolumeRule
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeCheck:
    """One reading of the pump's screen beside the charted rates at the same moment, in mL."""

    at: datetime
    read_ml: Decimal
    charted_ml: Decimal
    agrees: bool

    @property
    def words(self) -> str:
        """Say both."""
        return f"{plain(self.read_ml)} mL on the pump, {self.charted_ml:.1f} mL by charted rates"


def volume_check(chart: SessionChart, rule: VolumeRule) -> VolumeCheck | None:
    """Hold the newest reading against the charted rates; None where nobody has read the volume."""
    newest = chart.volume_shown
    if newest is None:
        return None
    read = newest.event.volume_ml
    charted = delivered(chart, newest.at).volume_ml if chart.rates else Decimal(0)
    tolerance = max(rule.tolerance_ml, rule.tolerance_share * max(read, charted))
    return VolumeCheck(at=newest.at, read_ml=read, charted_ml=charted, agrees=abs(read - charted) <= tolerance)
