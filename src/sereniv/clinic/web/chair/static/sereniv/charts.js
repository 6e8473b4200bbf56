// Draws the one time axis of a session with uPlot; every number also stands in a table.
import { axis, offsetSeconds, onRedraw, style } from "./chart_frame.js";
import { band, dotMarks, eventMarks, nowLine, pressureMarks } from "./chart_marks.js";
import { chartView } from "./chart_view.js";
import { clockWords, joined, rateSteps } from "./reckoning.js";

const FRAME = 18; // what the border and the padding of a chart take of its height and of its width

document.addEventListener("DOMContentLoaded", () => {
  startSession();
});

/** @typedef {import("./chart_frame.js").Draw} Draw */
/** @typedef {import("./reckoning.js").Session} Session */
/** @typedef {import("./reckoning.js").Point} Point */
/** @typedef {{ from: number, to: number, height: number, label: string, range: [number, number], points: Point[][],
 *   series: uPlot.Series[], showTime?: boolean, hideValues?: boolean, behind?: Draw[], above?: Draw[],
 *   onTop?: Draw[] }} Lane */

/** @param {HTMLElement} target @param {Session} data @param {Lane} spec */
function lane(target, data, spec) {
  const x = { time: true, range: () => /** @type {[number, number]} */ ([spec.from, spec.to]) };
  return new uPlot(
    {
      width: target.clientWidth - FRAME,
      height: spec.height,
      // The same room at both sides in every lane, or one minute would not stand under itself.
      padding: [6, 24, spec.showTime ? 0 : 6, 0],
      cursor: { sync: { key: "session" }, drag: { x: false, y: false } },
      legend: { show: false },
      scales: { x, y: { range: () => spec.range } },
      axes: [
        axis({
          show: spec.showTime,
          values: (_plot, ticks) => ticks.map((tick) => clockWords(tick, data.started, offsetSeconds)),
        }),
        axis({
          label: spec.label,
          labelSize: 16,
          labelFont: "12px system-ui",
          size: 60,
          ...(spec.hideValues && { values: () => [], ticks: { show: false }, grid: { show: false } }),
        }),
      ],
      series: [{}, ...spec.series],
      hooks: { drawClear: spec.behind || [], draw: [nowLine(data), ...(spec.above || []), ...(spec.onTop || [])] },
    },
    joined(spec.points),
    target,
  );
}

/** @param {string} colour @returns {uPlot.Series} */
const thin = (colour) => ({ stroke: colour, width: 1, points: { show: false }, spanGaps: false });
const unseen = { stroke: "transparent", points: { show: false } };

/** @param {HTMLElement} target @param {Session} data @param {ReturnType<typeof chartView>} view */
function drawSession(target, data, view) {
  target.replaceChildren();
  const { from, to } = view.span(data);
  const span = { from, to };
  Object.assign(target.dataset, span, { showing: view.showing() });
  const monitor = (/** @type {string} */ name) => data.monitor[name] || [];
  /** @type {Point[]} */
  const edge = [
    [from, null],
    [to, null],
  ];
  const inside = target.clientHeight - FRAME;
  const share = (/** @type {number} */ part) => Math.floor(inside * part);
  /** @param {import("./reckoning.js").Sign} name @returns {Point[]} */
  const values = (name) => data.vitals.map((vital) => [vital.at, vital[name]]);
  lane(target, data, {
    ...span,
    height: share(0.29),
    label: "mmHg · /min",
    range: [20, 220],
    points: [edge, monitor("heart_rate"), monitor("pulse_rate")],
    series: [unseen, thin(style("--accent")), thin(style("--low"))],
    behind: [band(data.limits.systolic)],
    above: [pressureMarks(data)],
  });
  lane(target, data, {
    ...span,
    height: share(0.16),
    label: "SpO₂ %",
    range: [70, 101],
    points: [edge, monitor("spo2"), values("spo2")],
    series: [unseen, thin(style("--ink-soft")), unseen],
    behind: [band(data.limits.spo2)],
    above: [dotMarks(data, "spo2")],
  });
  lane(target, data, {
    ...span,
    height: share(0.13),
    label: "breaths",
    range: [0, 40],
    points: [edge, monitor("respiratory_rate")],
    series: [unseen, thin(style("--ink-soft"))],
    behind: [band(data.limits.respiratory_rate)],
    above: [dotMarks(data, "respiratory_rate")],
  });
  const steps = rateSteps(data);
  const most = Math.max(60, ...data.rates.map((step) => step.rate * 1.15));
  lane(target, data, {
    ...span,
    height: share(0.12),
    label: "mL/h",
    range: [0, most],
    points: [edge, steps],
    series: [
      unseen,
      {
        stroke: style("--ink"),
        fill: style("--low-soft"),
        width: 1.5,
        paths: uPlot.paths.stepped?.({ align: 1 }),
        points: { show: false },
      },
    ],
    onTop: [
      (plot) => {
        const { ctx, bbox } = plot;
        ctx.save();
        ctx.fillStyle = style("--ink");
        ctx.font = `${13 * devicePixelRatio}px system-ui`;
        ctx.textAlign = "right";
        ctx.fillText(`${data.mg} mg`, bbox.left + bbox.width - 6, bbox.top + 16 * devicePixelRatio);
        ctx.restore();
      },
    ],
  });
  lane(target, data, {
    ...span,
    height: share(0.3),
    label: "",
    range: [0, 1],
    hideValues: true,
    showTime: true,
    points: [edge],
    series: [unseen],
    above: [eventMarks(data)],
  });
}

function startSession() {
  const target = document.getElementById("session-chart");
  const source = document.getElementById("session-data");
  const { url, stream } = target?.dataset ?? {};
  if (!target || !source || !url || !stream) return;
  /** @type {Session} */
  let data = JSON.parse(source.textContent);
  let waiting = false;
  const view = chartView(
    target,
    () => data,
    () => draw(),
  );
  const draw = () => drawSession(target, data, view);
  onRedraw(draw);
  let again = false;
  const refresh = async () => {
    if (waiting) {
      again = true;
      return;
    }
    waiting = true;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        data = await answer.json();
        draw();
      }
    } catch {
      /* the stale banner says that the server is lost */
    }
    waiting = false;
    if (again) {
      again = false;
      refresh();
    }
  };
  document.body.addEventListener(`sereniv:${stream.replace("/", "-")}`, refresh);
  setInterval(refresh, 5000);
}
