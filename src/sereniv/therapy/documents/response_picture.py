"""The picture of a course: the scores of the scale that follows it, by day, beside the infusions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sereniv.knowledge.rows import Indication, Scale
from sereniv.therapy.documents.picture import Curve, Drawn, Panel, Picture
from sereniv.therapy.documents.setting import Setting
from sereniv.therapy.followup import response
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import SessionChart

DAY = timedelta(days=1)
TICK_STEPS_DAYS = (1, 2, 7, 14, 28, 56, 91, 182, 364)
MOST_TICKS = 9
KEY = (
    "● complete totals, joined in the order they were taken: between two of them nothing was measured. Numbers above: "
    "infusions."
)


def response_picture(
    setting: Setting,
    chart: PersonChart,
    scale: Scale | None,
    sessions: Sequence[SessionChart],
    treated: Indication | None,
    began: datetime | None,
) -> Picture | None:
    """Draw up every complete score of the scale with the infusions; None where there is no score to be drawn.

    The lines are reckoned from the baseline of the course whose first infusion `began`, none without one.
    """
    if scale is None:
        return None
    points = [each for each in response.points(chart, scale) if each.at <= setting.now]
    starts = [
        (each.started_at, str(each.plan.infusion_number) if each.opened else "?")
        for each in sessions
        if each.started_at
    ]
    if not points:
        return None
    moments = [each.at for each in points] + [at for at, _ in starts]
    origin = min(moments) - DAY
    last = (max(moments) + DAY - origin) / DAY

    def place(at: datetime) -> float:
        return (at - origin) / DAY

    low, high = scale.total_range
    first = response.baseline(chart, scale, began)
    limits = tuple((float(each.level), each.words) for each in response.lines(scale, first, treated))
    scores = Curve(
        name=scale.title, points=tuple((place(each.at), float(each.total)) for each in points), drawn=Drawn.JOINED
    )
    told = ", ".join(f"{plain(each.total)} on {setting.day(each.at)}" for each in points)
    return Picture(
        title=f"{scale.title} beside the infusions",
        summary=f"{scale.title} totals: {told}; {len(starts)} infusion{'' if len(starts) == 1 else 's'}.",
        key=KEY,
        first=0,
        last=last,
        ticks=_ticks(setting, origin, last),
        panels=(
            Panel(
                title=scale.title,
                low=float(low),
                high=float(high),
                curves=(scores,),
                limits=limits,
                share=5,
            ),
        ),
        marks=tuple((place(at), number) for at, number in starts),
    )


def _ticks(setting: Setting, origin: datetime, last: float) -> tuple[tuple[float, str], ...]:
    step = next((each for each in TICK_STEPS_DAYS if last / each <= MOST_TICKS), TICK_STEPS_DAYS[-1])
    return tuple(
        (
            float(day),
            setting.day(origin + day * DAY).rpartition(" ")[0]
            if step < TICK_STEPS_DAYS[3]
            else setting.day(origin + day * DAY),
        )
        for day in range(0, int(last) + 1, step)
    )
