// Draws scores, item 9 and mood beside the infusions on one axis of days; every number also stands in the table.
import { axis, mark, offsetSeconds, onRedraw, style } from "./chart_frame.js";
import { joined } from "./reckoning.js";

/** @typedef {import("./chart_frame.js").Draw} Draw */
/** @typedef {import("./reckoning.js").Point} Point */
/** @typedef {{ at: number, total: number | null }} Total  An answered questionnaire; null with blanks in it. */
/** @typedef {{ at: number, answer: number | null }} Answer  To item 9; null where it was left blank. */
/** @typedef {{ at: number, why: string }} Hole  What was never answered. */
/** @typedef {{ id: string, title: string, range: [number, number], points: Total[], safety: Answer[], holes: Hole[],
 *   lines: { level: number, words: string }[] }} Scale */
/** @typedef {{ infusions: { at: number, mg: number, number: number }[], scales: Scale[], mood: Scale }} Response */
/** @typedef {{ height: number, label: string, range: [number, number], points: Point[], colour: string, fill: string,
 *   dash?: number[], above: Draw[] }} Lane */
/** @typedef {Lane & import("./reckoning.js").Span & { showTime: boolean }} PlacedLane */

const DAY = 86400;
const AXIS = 50,
  EDGE = 8,
  FLOOR = 16;
document.addEventListener("DOMContentLoaded", start);

function start() {
  const target = document.getElementById("response-chart");
  const source = document.getElementById("response-data");
  if (!target || !source) return;
  /** @type {Response} */
  const data = JSON.parse(source.textContent);
  const buttons = [
    .../** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("#response-scales button")),
  ];
  let chosen = data.scales[0];
  const draw = () => drawResponse(target, data, chosen);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      chosen = data.scales.find((scale) => scale.id === button.value) ?? chosen;
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
      draw();
    });
  }
  onRedraw(draw);
}

/** @param {HTMLElement} target @param {Response} data @param {Scale} scale */
function drawResponse(target, data, scale) {
  target.replaceChildren();
  const shown = [
    ...scale.points,
    ...scale.holes,
    ...scale.safety,
    ...data.mood.points,
    ...data.mood.holes,
    ...data.infusions,
  ];
  if (!shown.length) {
    target.textContent = "Scores and infusions will be drawn here.";
    return;
  }
  const times = shown.map((each) => each.at);
  const span = { from: Math.min(...times) - DAY, to: Math.max(...times) + DAY };
  /** @param {Scale} each @returns {Point[]} */
  const totals = (each) => each.points.map((point) => [point.at, point.total]);
  /** @type {Lane[]} */
  const lanes = [
    {
      height: 240,
      label: scale.title,
      range: scale.range,
      points: totals(scale),
      colour: style("--accent"),
      fill: style("--accent"),
      above: [infusionMarks(data, true), lineMarks(scale.lines), holeMarks(scale)],
    },
  ];
  if (scale.safety.length)
    lanes.push({
      height: 74,
      label: "item 9",
      range: [0, 3],
      points: scale.safety.map((each) => [each.at, each.answer]),
      colour: style("--ink"),
      fill: style("--ink"),
      dash: [2, 3],
      above: [infusionMarks(data, false), blankMarks(scale.safety)],
    });
  lanes.push({
    height: 110,
    label: "mood",
    range: data.mood.range,
    points: totals(data.mood),
    colour: style("--ink-soft"),
    fill: style("--ink-soft"),
    above: [infusionMarks(data, false), holeMarks(data.mood)],
  });
  for (const [number, lane] of lanes.entries())
    drawLane(target, { ...lane, ...span, showTime: number === lanes.length - 1 });
}

/** @param {HTMLElement} target @param {PlacedLane} lane */
function drawLane(target, lane) {
  const day = (/** @type {number} */ tick) =>
    new Date((tick + offsetSeconds) * 1000).toLocaleDateString("en-GB", {
      day: "numeric",
      month: "short",
      timeZone: "UTC",
    });
  const room = (lane.range[1] - lane.range[0]) * 0.06;
  // What is missing stands below the lowest value, or it would be read as one.
  const drawn = lane.height - EDGE - (lane.showTime ? AXIS : EDGE);
  const below = ((lane.range[1] + room - lane.range[0]) * FLOOR) / (drawn - FLOOR);
  new uPlot(
    {
      width: target.clientWidth - 18,
      height: lane.height,
      legend: { show: false },
      cursor: { show: false },
      // The same room at both sides in every lane, or one day would not stand under itself.
      padding: [EDGE, 24, lane.showTime ? 0 : EDGE, 0],
      scales: {
        x: { time: true, range: () => [lane.from, lane.to] },
        y: { range: () => [lane.range[0] - below, lane.range[1] + room] },
      },
      axes: [
        axis({
          show: lane.showTime,
          size: AXIS,
          values: (_plot, ticks) => ticks.map(day),
          incrs: [DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY],
        }),
        axis({
          incrs: [1, 2, 3, 5, 10, 20, 50],
          label: lane.label,
          size: 52,
          labelSize: 16,
          labelFont: "12px system-ui",
        }),
      ],
      series: [
        {},
        {
          stroke: lane.colour,
          width: 2,
          dash: lane.dash,
          spanGaps: false,
          points: { show: true, size: 9, fill: lane.fill, stroke: lane.colour },
        },
      ],
      hooks: { draw: lane.above },
    },
    joined([lane.points.length ? lane.points : [[lane.from, null]]]),
    target,
  );
}

/** @param {Response} data @param {boolean} withWords @returns {Draw} */
function infusionMarks(data, withWords) {
  return (plot) => {
    const { ctx, bbox } = plot;
    const pixel = devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = style("--ink-soft");
    ctx.fillStyle = style("--ink");
    ctx.lineWidth = pixel;
    ctx.font = `${11 * pixel}px system-ui`;
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    let end = -Infinity;
    for (const infusion of data.infusions) {
      const x = plot.valToPos(infusion.at, "x", true);
      ctx.globalAlpha = 0.45;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.globalAlpha = 1;
      const words = `${infusion.number}: ${infusion.mg} mg`;
      if (withWords && x > end) {
        ctx.fillText(words, x + 3 * pixel, bbox.top + 10 * pixel);
        end = x + ctx.measureText(words).width + 8 * pixel;
      }
    }
    ctx.restore();
  };
}

/** @param {Scale["lines"]} lines @returns {Draw} */
function lineMarks(lines) {
  return (plot) => {
    const { ctx, bbox } = plot;
    const pixel = devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = style("--ink-soft");
    ctx.setLineDash([5 * pixel, 5 * pixel]);
    ctx.lineWidth = pixel;
    ctx.font = `${11 * pixel}px system-ui`;
    ctx.textAlign = "right";
    ctx.textBaseline = "alphabetic";
    for (const { level, words } of lines) {
      const y = plot.valToPos(level, "y", true);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.fillText(words, bbox.left + bbox.width - 4 * pixel, y - 4 * pixel);
    }
    ctx.restore();
  };
}

/** @param {uPlot} plot */
const floorOf = (plot) => plot.bbox.top + plot.bbox.height - (FLOOR / 2) * devicePixelRatio;

/** What was never answered is an empty ring below the scale of the lane; what was answered with blanks is a crossed one.
 * @param {Scale} scale @returns {Draw} */
function holeMarks(scale) {
  return (plot) => {
    const { ctx } = plot;
    const pixel = devicePixelRatio;
    const floor = floorOf(plot);
    ctx.save();
    ctx.strokeStyle = style("--ink-soft");
    ctx.lineWidth = 1.5 * pixel;
    for (const hole of scale.holes) {
      ctx.beginPath();
      ctx.arc(plot.valToPos(hole.at, "x", true), floor, 4 * pixel, 0, 7);
      ctx.stroke();
    }
    for (const point of scale.points)
      if (point.total === null)
        mark(ctx, "dot", plot.valToPos(point.at, "x", true), floor, 5 * pixel, style("--ink-soft"), true);
    ctx.restore();
  };
}

/** @param {Answer[]} answers @returns {Draw} */
function blankMarks(answers) {
  return (plot) => {
    for (const each of answers)
      if (each.answer === null)
        mark(
          plot.ctx,
          "dot",
          plot.valToPos(each.at, "x", true),
          floorOf(plot),
          5 * devicePixelRatio,
          style("--ink-soft"),
          true,
        );
  };
}
