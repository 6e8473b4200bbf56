// What every chart of ours stands in: the colours of the page, its axes and marks, and when it is drawn anew.
import { MINUTE } from "./reckoning.js";

export const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
export const offsetSeconds = Number(document.documentElement.dataset.offsetMin || 0) * MINUTE;
const redraws = [];
const redrawAll = () => {
  for (const redraw of redraws) redraw();
};
addEventListener("resize", redrawAll);
addEventListener("DOMContentLoaded", () => document.body.addEventListener("sereniv:theme", redrawAll));
addEventListener("beforeprint", redrawAll);

export const axis = (extra) => ({
  stroke: style("--ink-soft"),
  grid: { stroke: style("--line"), width: 0.5 },
  ticks: { stroke: style("--line") },
  font: "12px system-ui",
  ...extra,
});

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
