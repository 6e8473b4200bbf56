"""What comes before any next infusion, and the step that tells of it: death, safety, a red answer, a lost ground."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.urls import reverse

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.calendar.deaths_and_transfers import deaths_and_transfers_of, goes_on_in_question
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.followup.aftercare import red_answers_open
from sereniv.therapy.person.deaths import died
from sereniv.therapy.safety import suicide
from sereniv.therapy.safety.closing import LEVEL_OF_CARE
from sereniv.therapy.treatment.course import Course, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """Where care stands, and the one thing that comes next: `who` has it to do, and `button` leads there."""

    stage: str
    what: str = ""
    who: str = ""
    button: str = ""
    address: str = ""
    needs: str = ""
    """The name of the permission without which the button is not offered."""
    reads: Permission | None = None
    """The part of the record that its words tell of; who may not read it is told `plainly` instead."""
    plainly: tuple[str, str] = ("", "")
    """Where care stands and what comes next, in words that tell of no such part."""

    def for_whom(self, shows: Callable[[Permission], bool]) -> "Next":
        """Return it as somebody is told it who reads the parts that `shows` says."""
        if self.reads is None or shows(self.reads):
            return self
        stage, what = self.plainly
        return replace(self, stage=stage, what=what)


def death_words(story: Story) -> str:
    """Say when they died, at a chair or as somebody recorded it; "" where they did not."""
    recorded = died(story.chart)
    here = next((chart.died for _, chart in story.sessions if chart.died is not None), None)
    return recorded[1] if recorded else f"Died here on {here.at:%d %b %Y}." if here else ""


def after_death(story: Story, course: Course | None, words: str) -> Next:
    """Return what is left: nothing is asked of them or planned; a course that goes on in the books is ended."""
    if course is None or course.standing is Standing.ENDED:
        return Next(stage="Died", what=words)
    return Next(
        stage="Died",
        what=f"{words} The course is still to be ended",
        who="a prescriber",
        button="End the course",
        address=reverse("person_review", args=[story.person_id]),
        needs="sign_order",
    )


def to_ask(story: Story) -> Next | None:
    """Return what comes before everything else: thoughts of suicide to take up, or what the risk found asks for."""
    found = suicide.waiting(story.chart, rules_in_force(story.now))
    if not found:
        return None
    first = found[0]
    decides = first.left == (LEVEL_OF_CARE,)
    page, arguments = ("person_level_of_care", []) if decides else ("person_safety", [first.entry])
    return Next(
        stage="Thoughts of suicide to take up",
        what=first.words(),
        who="a prescriber" if decides else "a nurse or prescriber",
        button="Decide the level of care" if decides else "Ask, and write it down",
        address=reverse(page, args=[story.person_id, *arguments]),
        needs="decide_candidacy" if decides else "chart",
        reads=Permission.READ_ANSWERS,
        plainly=("Something to take up in person", "It comes before anything else"),
    )


def to_tell(story: Story) -> Next | None:
    """Return what comes next of a red answer at a check-in of which nobody has written down who was told."""
    found = red_answers_open(story.chart)
    if not found:
        return None
    said = ", ".join(knowledge().aftercare.question_title(name) for name in found[0].event.red)
    return Next(
        stage="A red answer at the check-in",
        what=f"{said}: tell the prescriber, and write down what was done",
        who="a nurse or prescriber",
        button="Write down who was told",
        address=reverse("person_red_answer", args=[story.person_id, found[0].stream_seq]),
        needs="chart",
        reads=Permission.READ_SESSIONS,
        plainly=("Something said at the check-in to take up", "It comes before anything is booked or ordered"),
    )


def to_decide_anew(story: Story, course: Course | None, stage: str) -> Next | None:
    """Return the question whether treatment goes on: consent was taken back, or a chair was left for a hospital."""
    left = deaths_and_transfers_of([story.person_id]).get(str(story.person_id))
    said = goes_on_in_question(story.chart, story.now, left)
    if not said or (course is not None and course.standing is Standing.ENDED):
        return None
    return Next(
        stage=stage,
        what=f"Does treatment go on? {' '.join(said)}",
        who="a prescriber",
        button="Decide anew" if course is None else "Record the review",
        address=reverse("person_decide" if course is None else "person_review", args=[story.person_id]),
        needs="decide_candidacy" if course is None else "sign_order",
        reads=Permission.READ_ORDERS,
        plainly=(stage, "Whether treatment goes on is a prescriber's to decide: nothing is booked until then"),
    )
