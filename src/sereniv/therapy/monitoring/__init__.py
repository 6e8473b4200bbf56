"""What is due and what deserves a prompt, computed from the chart and the monitor's samples at a given time.

Physiological prompts read charted values that a person vouches for. The monitor's samples raise only
technical prompts (no reading) and requests to look, confirm and chart. A lost signal is never a number
and never silence. Of two prompts about one sign the graver stands for both.
"""

from collections.abc import Sequence
from datetime import datetime

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.monitoring.amended import Amended as Amended
from sereniv.therapy.monitoring.amended import amended_since
from sereniv.therapy.monitoring.capnography import carbon_dioxide_unseen
from sereniv.therapy.monitoring.charted import past_the_card, questioned
from sereniv.therapy.monitoring.charted import repeats_due as repeats_due
from sereniv.therapy.monitoring.condition import Condition as Condition
from sereniv.therapy.monitoring.condition import to_confirm as to_confirm
from sereniv.therapy.monitoring.due import Due as Due
from sereniv.therapy.monitoring.due import dissociation_due as dissociation_due
from sereniv.therapy.monitoring.due import dissociation_overdue, vitals_overdue
from sereniv.therapy.monitoring.due import next_vitals_due as next_vitals_due
from sereniv.therapy.monitoring.due import schedule_of as schedule_of
from sereniv.therapy.monitoring.feed import CUFF_SIGNALS as CUFF_SIGNALS
from sereniv.therapy.monitoring.feed import NO_BREATHING as NO_BREATHING
from sereniv.therapy.monitoring.feed import NO_READING as NO_READING
from sereniv.therapy.monitoring.feed import Cuff as Cuff
from sereniv.therapy.monitoring.feed import Sample as Sample
from sereniv.therapy.monitoring.feed import clock_behind as clock_behind
from sereniv.therapy.monitoring.feed import cuff_dated_back, failed_cuff, missing_signals, to_be_confirmed
from sereniv.therapy.monitoring.feed import cuff_gave as cuff_gave
from sereniv.therapy.monitoring.feed import dated_back as dated_back
from sereniv.therapy.monitoring.feed import fresh_numerics as fresh_numerics
from sereniv.therapy.monitoring.feed import held_words as held_words
from sereniv.therapy.monitoring.feed import reading_of as reading_of
from sereniv.therapy.monitoring.medicines import given_all_the_same
from sereniv.therapy.monitoring.pump import bag_differs, left_paused, past_its_volume, volume_differs, volume_unread
from sereniv.therapy.monitoring.pump import volume_due as volume_due
from sereniv.therapy.monitoring.raising import escalated as escalated
from sereniv.therapy.monitoring.raising import gravest
from sereniv.therapy.monitoring.raising import news as news
from sereniv.therapy.monitoring.said import asked_about
from sereniv.therapy.monitoring.suicide_said import suicide_asked_about
from sereniv.therapy.session.chart import FINISHED, SessionChart


def conditions(
    chart: SessionChart,
    samples: Sequence[Sample],
    now: datetime,
    knowledge: Knowledge,
    amended: Sequence[Amended] = (),
    last: Sequence[Sample] = (),
    earlier: Sequence[Sample] = (),
) -> tuple[Condition, ...]:
    """Compute everything that deserves a prompt at `now`.

    Parameters
    ----------
    samples
        The monitor's samples of the last few declared intervals, any order.
    amended
        What the monitor has said since of readings that were charted from it.
    last
        What came last of each signal that gave nothing lately, however far dated back: these are no samples.
    earlier
        What the cuff gave before a pressure that may be the second of two, however long ago.
    """
    if chart.opened is None or chart.phase in FINISHED:
        return ()
    return gravest((
        *past_the_card(chart, knowledge, cuff_gave((*samples, *earlier), knowledge)),
        *questioned(chart, knowledge),
        *asked_about(chart, knowledge),
        *suicide_asked_about(chart, knowledge),
        *given_all_the_same(chart),
        *vitals_overdue(chart, now, knowledge),
        *carbon_dioxide_unseen(chart, now, knowledge),
        *dissociation_overdue(chart, now, knowledge.observations),
        *volume_unread(chart, now, knowledge),
        *volume_differs(chart, knowledge),
        *bag_differs(chart, knowledge),
        *left_paused(chart, now, knowledge),
        *past_its_volume(chart, now, knowledge),
        *missing_signals(chart, samples, last, now, knowledge),
        *cuff_dated_back(chart, last, now, knowledge),
        *failed_cuff(chart, samples, now, knowledge),
        *to_be_confirmed(chart, samples, earlier, now, knowledge),
        *amended_since(chart, amended, knowledge),
    ))  # fmt: skip
