"""What one glance at the chair and the board must not get wrong: age, place, and the other patient."""

import pytest
from playwright.sync_api import FloatRect, expect

from sereniv.clinic.demo.stage import demo_id
from sereniv.knowledge import knowledge
from tests.journeys.conftest import DESK, TABLET, Visitor, VisitorMaker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SESSION, REPLAYED = f"/sessions/{demo_id('infusing-session')}/", f"/sessions/{demo_id('replayed-session')}/"
AS_LONG_AS = """(slot, [title, message]) => {
    const copy = slot.cloneNode(true), [first, second] = copy.querySelectorAll(".prompt p");
    first.innerHTML = "<b>▲ " + title + "</b> <b class=tnum>205/121 mmHg</b> <span class=tnum>12:04:00</span> "
        + "<span class=escalated>→ prescriber and charge nurse</span> "
        + "<span class=repeat>· repeat due in <b>2:30 min</b></span>";
    second.innerHTML = message + " <span class=hint>Rule <a href=#>A-BP2 v2</a></span>";
    copy.style.height = "auto"; slot.after(copy);
    const needs = copy.scrollHeight; copy.remove(); return needs;
}"""
"""How high the place of a prompt must be for this one, drawn in its place."""
SHADED = """(canvases) => canvases.slice(0, 3).map((canvas) => {
    const paint = document.createElement("canvas").getContext("2d");
    paint.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--warn-soft");
    paint.fillRect(0, 0, 1, 1);
    const [red, green, blue] = paint.getImageData(0, 0, 1, 1).data;
    const { width, height } = canvas, { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const isShaded = (at) => data[at] === red && data[at + 1] === green && data[at + 2] === blue;
    const shaded = [...Array(width * height).keys()].filter((pixel) => isShaded(pixel * 4));
    const share = (pixel) => Math.floor(pixel / width) / height;
    return [share(shaded[0]), share(shaded[shaded.length - 1])];
})"""
"""Where the shading of each of the first three lanes begins and ends, as shares of the lane from its top."""
CANDIDATE = f"/people/{demo_id('candidate')}/"


def box_of(visitor: Visitor, selector: str) -> FloatRect:
    """Return where something stands on the screen; asked anew where it was just being drawn anew."""
    locator = visitor.page.locator(selector)
    for _ in range(20):
        expect(locator).to_be_visible()
        box = locator.bounding_box()
        if box is not None:
            return box
    raise AssertionError(f"{selector} never stands still")


def place(visitor: Visitor, selector: str) -> tuple[float, float]:
    """Return where the middle of something stands on the screen."""
    box = box_of(visitor, selector)
    return round(box["x"] + box["width"] / 2), round(box["y"])


def test_nothing_moves_under_the_finger_and_the_other_chair_is_heard(visitor: VisitorMaker) -> None:
    nurse = visitor(TABLET, "dark")
    nurse.sign_in("nurse", SESSION)
    page = nurse.page
    page.locator(".chair-acts").wait_for()
    vitals, call = place(nurse, "a:text-is('Chart vitals')"), place(nurse, ".btn-help")
    nurse.follow("Sedation")
    page.get_by_label("3 only to loud voice").click()
    page.locator(".prompt", has_text="MOAA/S 3").wait_for()
    assert place(nurse, "a:text-is('Chart vitals')") == vitals, "a prompt pushes no button away"
    page.goto(nurse.address + REPLAYED)
    assert "Chair 1" in page.locator(".elsewhere").first.inner_text(), "one nurse, two patients"
    page.goto(nurse.address + SESSION + "vitals/")
    assert place(nurse, ".btn-help") == call, "the call stands on one place"


def test_the_chart_shades_high_pressure_above_and_low_saturation_and_breathing_below(visitor: VisitorMaker) -> None:
    nurse = visitor(TABLET)
    nurse.sign_in("nurse", SESSION)
    lanes = nurse.page.locator(".uplot canvas")
    expect(lanes.nth(2)).to_be_visible()
    pressure, saturation, breathing = lanes.evaluate_all(SHADED)
    assert pressure[1] < 0.5, "a pressure is shaded from its limit up"
    assert saturation[0] > 0.15, "a saturation is shaded below its limit"
    assert saturation[1] > 0.8
    assert breathing[0] > 0.5
    assert breathing[1] > 0.8


@pytest.mark.parametrize("size", [DESK, TABLET])
def test_the_highest_pressure_stands_within_its_own_card(visitor: VisitorMaker, size: tuple[int, int]) -> None:
    """At a desk the unit of 186/114 ran over the card of the heart rate beside it."""
    nurse = visitor(size)
    nurse.sign_in("nurse", SESSION)
    card = nurse.page.locator(".figure").first
    expect(card).to_be_visible()
    over = card.evaluate(
        "(card) => { card.querySelector('.figure-value').firstChild.data = '286/144';"
        " return card.scrollWidth - card.clientWidth; }"
    )
    assert over <= 0


def test_numbers_say_how_old_they_are_and_grow_old(visitor: VisitorMaker) -> None:
    nurse = visitor(TABLET)
    nurse.sign_in("nurse")
    page = nurse.page
    ages = page.locator(".tile", has_text="Chair 4").locator(".tile-age").all_inner_texts()
    assert len(ages) == 3, "pressure, heart rate, saturation"
    assert all(ages), "each number of a tile has its age"
    page.get_by_role("button", name="+10 min", exact=True).click()
    page.locator(".tile", has_text="Chair 4").locator(".tile-age", has_text="old").first.wait_for()
    page.goto(nurse.address + REPLAYED)
    page.locator(".figure.old", has_text="old").first.wait_for()
    due = page.locator(".due").all_inner_texts()
    assert due, "what comes next is said"
    assert "−" not in " ".join(due), "late by a length of time, not by less than nothing"


def test_a_questioned_value_warns_where_it_was_typed_and_where_it_would_be_used(visitor: VisitorMaker) -> None:
    prescriber = visitor()
    prescriber.sign_in("prescriber", f"{CANDIDATE}measure/")
    page = prescriber.page
    prescriber.fill(weight_kg="128.3")
    prescriber.press("Record")
    page.locator(".notice-warn", has_text="Stored. Please confirm").wait_for()
    assert page.locator(".notice-good").count() == 0
    page.goto(f"{prescriber.address}{CANDIDATE}order/")
    page.locator(".notice-warn", has_text="128.3 kg waits").wait_for()
    expect(page.locator(".notice-warn", has_text="128.3 kg").get_by_role("link", name="Answer")).to_be_visible()
    expect(page.locator("[name=dose_mg_per_kg]")).to_have_count(0)


def test_the_keyboard_keeps_its_place_when_the_numbers_are_drawn_anew(visitor: VisitorMaker) -> None:
    one, two = visitor(), visitor()
    one.sign_in("nurse", SESSION)
    one.page.locator("a:text-is('Distress')").focus()
    two.sign_in("nurse2", f"{SESSION}note-down/")
    with one.page.expect_response(lambda answer: answer.url.endswith("/status/")):
        two.fill(text="music louder")
        two.press("Chart")
    one.page.locator("#log tr", has_text="music louder").wait_for()
    one.page.wait_for_function("() => document.activeElement.textContent === 'Distress'")


@pytest.mark.parametrize("size", [DESK, (1101, 800), (1024, 768), TABLET, (768, 1024)])
def test_the_longest_prompt_is_whole_in_its_place(visitor: VisitorMaker, size: tuple[int, int]) -> None:
    """Every row of the card as it stands once it has gone up: what lay below the edge was "measure again"."""
    nurse = visitor(size)
    nurse.sign_in("nurse", f"{SESSION}observe/")
    nurse.page.locator('button[value="chest pain 1"]').click()
    expect(nurse.page.locator(".chair-acts")).to_be_visible()
    slot = nurse.page.locator(".prompt-slot")
    expect(slot.locator(".prompt")).to_be_visible()
    # What is drawn anew between finding it and measuring it has no height.
    room = nurse.page.wait_for_function("() => document.querySelector('.prompt-slot')?.clientHeight").json_value()
    for row in knowledge().alerts.values():
        for message in filter(None, (row.message, row.message_at_rest)):
            needs = slot.evaluate(AS_LONG_AS, [row.title, message])
            assert needs <= room, f"{row.id} needs {needs} px of {room} at {size}"


@pytest.mark.parametrize("size", [DESK, TABLET])
def test_the_whole_chart_and_every_act_are_in_sight_at_once(visitor: VisitorMaker, size: tuple[int, int]) -> None:
    nurse = visitor(size)
    nurse.sign_in("nurse", SESSION)
    page = nurse.page
    expect(page.locator("#session-chart canvas")).to_have_count(5)
    for what in (".prompt-slot", ".figures", ".drug-line", "#session-chart", ".chart-views", ".chair-acts"):
        box = box_of(nurse, what)
        assert box["y"] + box["height"] <= size[1], f"{what} ends below the screen at {size}"
        assert box["x"] + box["width"] <= size[0], f"{what} is cut at {size}"


def span_of(visitor: Visitor) -> tuple[float, float]:
    """Return from when to when the chart shows, in Unix seconds."""
    chart = visitor.page.locator("#session-chart")
    # In one look: the chart goes on between two.
    begun, ended = chart.evaluate("each => [Number(each.dataset.from ?? 0), Number(each.dataset.to ?? 0)]")
    return begun, ended


def test_the_chart_shows_the_last_quarter_of_an_hour_and_moves_with_the_finger(visitor: VisitorMaker) -> None:
    nurse = visitor(TABLET)
    nurse.sign_in("nurse", SESSION)
    page, chart = nurse.page, nurse.page.locator("#session-chart")
    expect(chart).to_have_attribute("data-showing", "whole")
    begun, ended = span_of(nurse)
    page.locator('[data-view="last"]').click()
    expect(chart).to_have_attribute("data-showing", "last")
    last = span_of(nurse)
    assert last[1] - last[0] == 15 * 60 + 30, "fifteen minutes, and half a one ahead"
    assert begun < last[0]
    assert last[1] < ended
    box = box_of(nurse, "#session-chart")
    page.mouse.move(box["x"] + 200, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 100, steps=4)
    page.mouse.up()
    expect(chart).to_have_attribute("data-showing", "own")
    assert span_of(nurse)[0] < last[0], "what was before comes into sight"
    page.locator('[data-view="whole"]').click()
    expect(chart).to_have_attribute("data-showing", "whole")
    assert span_of(nurse)[0] == begun


@pytest.mark.parametrize("size", [DESK, TABLET])
@pytest.mark.parametrize("form", ["vitals/", "observe/", "medicine/", "stopped/"])
def test_somebody_who_charts_goes_on_seeing_the_patient(
    visitor: VisitorMaker, size: tuple[int, int], form: str
) -> None:
    """Numbers, chart and prompts stay beside the form, its button is in sight, and nothing there leads away."""
    nurse = visitor(size)
    nurse.sign_in("nurse", SESSION + form)
    page = nurse.page
    expect(page.locator("#session-chart canvas")).to_have_count(5)
    for what in (".figures", "#session-chart", ".chair-sheet .actions"):
        box = box_of(nurse, what)
        assert box["y"] + box["height"] <= size[1], f"{what} ends below the screen at {size}"
    beside = page.locator(".prompt a, .prompt button, .chair-side .besides a, .chair-acts")
    expect(beside).to_have_count(0)  # a press beside the form would lose what is typed in it


def test_a_prompt_comes_into_sight_beside_a_form_and_leaves_what_is_typed(visitor: VisitorMaker) -> None:
    one, two = visitor(TABLET), visitor(TABLET)
    one.sign_in("nurse", f"{SESSION}vitals/")
    one.page.get_by_label("Systolic (mmHg)").fill("141")
    two.sign_in("nurse2", f"{SESSION}observe/")
    two.page.locator('button[value="hives 1"]').click()
    expect(one.page.locator("#status .prompt", has_text="Hives")).to_be_visible()
    expect(one.page.get_by_label("Systolic (mmHg)")).to_have_value("141")


@pytest.mark.parametrize("size", [DESK, TABLET])
def test_what_answers_a_call_from_another_chair_is_in_sight(visitor: VisitorMaker, size: tuple[int, int]) -> None:
    """The words of the call pushed its buttons out of sight at a chair."""
    one, two = visitor(size), visitor(size)
    one.sign_in("nurse", SESSION)
    two.sign_in("nurse2", REPLAYED)
    two.page.locator(".btn-help").click()
    two.page.get_by_text("The call stands on every screen").wait_for()
    one.page.locator(".call-banner", has_text="HELP at Chair 4").wait_for()
    sheet = ("Emergency sheet",) if size == DESK else ()  # on a tablet it is one tap from the chair that calls
    whole = box_of(one, "#calls")
    for name in ("Go to Chair 4", *sheet, "I am coming", "Help has come"):
        box = box_of(one, f".call-banner :is(a, button):text-is('{name}')")
        assert box["x"] + box["width"] <= whole["x"] + whole["width"], f"{name} is cut at {size}"
        assert whole["y"] <= box["y"], f"{name} is cut above at {size}"
        assert box["y"] + box["height"] <= whole["y"] + whole["height"], f"{name} is cut below at {size}"
    two.page.goto(f"{two.address}{REPLAYED}help/answered/")
    two.fill(who="Ben Okoro")
    two.press("Help has come")
    expect(one.page.locator(".call-banner")).to_have_count(0)
