// What every chart of ours stands in: the colours of the page, its axes and marks, and when it is drawn anew.
import { MINUTE } from "./reckoning.js";

/** @typedef {(plot: uPlot) => void} Draw  Draws into one lane, on its canvas. */

/** @param {string} name */
export const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
export const offsetSeconds = Number(document.documentElement.dataset.offsetMin || 0) * MINUTE;
/** @type {(() => void)[]} */
const redraws = [];
const redrawAll = () => {
  for (const redraw of redraws) redraw();
};
addEventListener("resize", redrawAll);
addEventListener("DOMContentLoaded", () => document.body.addEventListener("sereniv:theme", redrawAll));
addEventListener("beforeprint", redrawAll);

/** @param {uPlot.Axis} extra @returns {uPlot.Axis} */
export const axis = (extra) => ({
  stroke: style("--ink-soft"),
  grid: { stroke: style("--line"), width: 0.5 },
  ticks: { stroke: style("--line") },
  font: "12px system-ui",
  ...extra,
});

/** Draws one value: a triangle that points down or up, or a dot; what is struck is crossed and not filled.
 * @param {CanvasRenderingContext2D} context @param {string} shape @param {number} x @param {number} y
 * @param {number} size @param {string} colour @param {boolean} struck */
export function mark(context, shape, x, y, size, colour, struck) {
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = 1.5 * devicePixelRatio;
  context.beginPath();
  if (shape === "down") {
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y - size);
    context.lineTo(x, y + size * 0.6);
  } else if (shape === "up") {
    context.moveTo(x - size, y + size);
    context.lineTo(x + size, y + size);
    context.lineTo(x, y - size * 0.6);
  } else context.arc(x, y, size * 0.8, 0, 7);
  context.closePath();
  if (struck) context.stroke();
  else context.fill();
  if (struck) {
    context.beginPath();
    context.moveTo(x - size * 1.4, y - size * 1.4);
    context.lineTo(x + size * 1.4, y + size * 1.4);
    context.moveTo(x + size * 1.4, y - size * 1.4);
    context.lineTo(x - size * 1.4, y + size * 1.4);
    context.stroke();
  }
}

/** Draws now, and again whenever the page turns dark, narrow or to paper.
 * @param {() => void} draw */
export function onRedraw(draw) {
  redraws.push(draw);
  draw();
}
