"""The command `hazards`: how people could be hurt, what the program does about it, and what is still open."""

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import fill

import click

from sereniv.knowledge.hazards import Hazard, HazardState, hazards
from sereniv.knowledge.tables import KnowledgeError

WIDTH = 110


@click.command(name="hazards")
@click.option("--open", "only_open", is_flag=True, help="Only what is open, wholly or in part.")
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", help="How to print.")
def print_hazards(only_open: bool, form: str) -> None:
    r"""Print the hazard register: cause, severity, control, tests, and what remains.

    Severity runs from 1 (a nuisance) to 5 (death or lasting harm), however rare. A hazard is "held" where tests that
    run with every change hold its control, "partly" where some of the control is missing, "open" where the program
    does nothing yet and the clinic must. Read what is open before you treat anybody:

    \b
        sereniv hazards --open
        sereniv hazards --format markdown > hazards.md

    The register is docs/hazards.toml of the source, where each test's id can be run by pytest.
    """
    try:
        every = hazards()
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from error
    shown = [each for each in every if not only_open or each.state is not HazardState.HELD]
    click.echo("\n".join(_as_markdown(shown, every) if form == "markdown" else _as_text(shown, every)))


def _in_sum(every: Sequence[Hazard]) -> str:
    count = Counter(each.state for each in every)
    held, partly, still = (count[each] for each in (HazardState.HELD, HazardState.PARTLY, HazardState.OPEN))
    return f"{len(every)} hazards: {held} held, {partly} partly, {still} open."


def _parts(hazard: Hazard) -> Iterator[tuple[str, str]]:
    yield "Cause", hazard.cause
    yield "Control", hazard.control
    if hazard.open:
        yield "Open", hazard.open
    yield "Residual", hazard.residual


def _as_text(shown: Sequence[Hazard], every: Sequence[Hazard]) -> Iterator[str]:
    yield _in_sum(every)
    for hazard in shown:
        yield f"\n{hazard.number}. {hazard.title}  [severity {hazard.severity}, {hazard.state}]  {hazard.id}"
        for name, words in _parts(hazard):
            yield fill(f"{name}: {words}", WIDTH, initial_indent="   ", subsequent_indent="      ")
        yield from (f"   Test: {test}" for test in hazard.tests)


def _as_markdown(shown: Sequence[Hazard], every: Sequence[Hazard]) -> Iterator[str]:
    yield f"# Hazards\n\n{_in_sum(every)}"
    for hazard in shown:
        yield f"\n## {hazard.number}. {hazard.title}\n\n`{hazard.id}`, severity {hazard.severity}, **{hazard.state}**\n"
        yield from (f"- **{name}:** {words}" for name, words in _parts(hazard))
        yield from (f"- Test: `{test}`" for test in hazard.tests)
