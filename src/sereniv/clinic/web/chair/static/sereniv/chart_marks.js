// What is drawn into the lanes of a session: now, limits, pressures, single values and events.
import { mark, style } from "./chart_frame.js";
import { askedPressure, shaded, shortened, wordsFrom } from "./reckoning.js";

/** @typedef {import("./chart_frame.js").Draw} Draw */
/** @typedef {import("./reckoning.js").Session} Session */

/** @param {Session} data @returns {Draw} */
export function nowLine(data) {
  return (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    const x = plot.valToPos(data.now, "x", true);
    ctx.fillStyle = style("--paper");
    ctx.globalAlpha = 0.55;
    ctx.fillRect(x, bbox.top, bbox.left + bbox.width - x, bbox.height);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = style("--ink-soft");
    ctx.setLineDash([4, 4]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  };
}

/** @param {import("./reckoning.js").Limit} limit @returns {Draw} */
export function band({ limit, above }) {
  return (plot) => {
    const { ctx, bbox } = plot;
    const y = plot.valToPos(limit, "y", true);
    const ground = shaded(y, bbox, above);
    if (!ground) return;
    ctx.save();
    ctx.fillStyle = style("--warn-soft");
    ctx.fillRect(ground.left, ground.top, ground.width, ground.height);
    ctx.restore();
  };
}

/** @param {Draw} draw @returns {Draw} */
function clippedTo(draw) {
  return (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    draw(plot);
    ctx.restore();
  };
}

/** @param {Session} data */
export function pressureMarks(data) {
  return clippedTo((plot) => {
    const { ctx } = plot;
    const size = 5 * devicePixelRatio;
    const ink = style("--ink");
    const at = (/** @type {number} */ time) => plot.valToPos(time, "x", true),
      level = (/** @type {number} */ value) => plot.valToPos(value, "y", true);
    for (const vital of data.vitals) {
      const colour = vital.struck ? style("--ink-soft") : ink;
      const isAsked = (/** @type {string} */ name) => vital.questioned.includes(name);
      if (vital.heart_rate !== null && !isAsked("heart_rate"))
        mark(ctx, "dot", at(vital.at), level(vital.heart_rate), size, style("--accent"), vital.struck);
      if (isAsked("systolic") || isAsked("diastolic")) {
        const asked = askedPressure(vital);
        if (!asked) continue;
        // Not used until somebody confirms it, and perhaps off the scale: a mark with its words, never a bar.
        ctx.save();
        ctx.fillStyle = style("--ink");
        ctx.font = `${12 * devicePixelRatio}px system-ui`;
        ctx.textAlign = "right";
        ctx.textBaseline = "top";
        const y = Math.min(
          Math.max(level(asked.level), plot.bbox.top + 2 * devicePixelRatio),
          plot.bbox.top + plot.bbox.height - 16 * devicePixelRatio,
        );
        ctx.fillText(asked.words, at(vital.at) - 6 * devicePixelRatio, y);
        ctx.restore();
      } else if (vital.systolic !== null && vital.diastolic !== null) {
        ctx.strokeStyle = colour;
        ctx.lineWidth = devicePixelRatio;
        ctx.beginPath();
        ctx.moveTo(at(vital.at), level(vital.systolic));
        ctx.lineTo(at(vital.at), level(vital.diastolic));
        ctx.stroke();
        mark(ctx, "down", at(vital.at), level(vital.systolic), size, colour, vital.struck);
        mark(ctx, "up", at(vital.at), level(vital.diastolic), size, colour, vital.struck);
      }
    }
    for (const [name, shape] of [
      ["systolic", "down"],
      ["diastolic", "up"],
    ]) {
      for (const [time, value] of data.monitor[name] || [])
        if (value !== null) mark(ctx, shape, at(time), level(value), size * 0.6, style("--ink-soft"), false);
    }
  });
}

/** @param {Session} data @param {import("./reckoning.js").Sign} name */
export function dotMarks(data, name) {
  return clippedTo((plot) => {
    for (const vital of data.vitals)
      if (vital[name] !== null && !vital.questioned.includes(name))
        mark(
          plot.ctx,
          "dot",
          plot.valToPos(vital.at, "x", true),
          plot.valToPos(vital[name], "y", true),
          5 * devicePixelRatio,
          vital.struck ? style("--ink-soft") : style("--ink"),
          vital.struck,
        );
  });
}

// One row for each kind of event that stands on the chart; the events in words share what room is left.
const ROWS = ["Given", "Sedation", "Dissociation", "Distress", "Pain"];
const MOST_WORDS = 48;

/** @param {Session} data @returns {Draw} */
export function eventMarks(data) {
  return (plot) => {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const own = ROWS.filter((name) => data.events.some((event) => event.row === name));
    const high = Math.min(18 * ratio, bbox.height / (own.length + 1));
    const wordRows = Math.max(1, Math.floor(bbox.height / high) - own.length);
    const ends = new Array(wordRows + own.length).fill(-Infinity);
    ctx.save();
    ctx.font = `${12 * ratio}px system-ui`;
    ctx.textBaseline = "middle";
    ctx.fillStyle = style("--ink-soft");
    ctx.textAlign = "right";
    ["Events", ...own].forEach((name, index) => {
      ctx.fillText(name, bbox.left - 6 * ratio, bbox.top + high * ((index ? wordRows + index - 1 : 0) + 0.5));
    });
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.textAlign = "left";
    ctx.lineWidth = 0.5 * ratio;
    ctx.strokeStyle = style("--ink");
    const now = plot.valToPos(data.now, "x", true);
    const told = data.events
      .map((event) => ({ ...event, x: plot.valToPos(event.at, "x", true) }))
      .filter((event) => event.x <= now);
    for (const { x, struck } of told) {
      ctx.globalAlpha = struck ? 0.5 : 1;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    for (const event of told) {
      const at = own.indexOf(event.row),
        all = at < 0 ? event.words : event.short || event.words.replace(/^Given: /, "");
      const words = shortened(all, MOST_WORDS);
      const width = ctx.measureText(words).width,
        start = wordsFrom(event.x, width, { left: bbox.left, right: bbox.left + bbox.width }, 4 * ratio),
        from = Math.min(event.x, start);
      const row = at < 0 ? ends.findIndex((end, index) => index < wordRows && end < from) : wordRows + at;
      if (row < 0 || ends[row] >= from) continue;
      const y = bbox.top + high * (row + 0.5);
      // The words stand on a ground of their own: no line of a later event runs through them.
      ctx.globalAlpha = 1;
      ctx.fillStyle = style("--card");
      ctx.fillRect(start - 2 * ratio, y - high / 2, width + 4 * ratio, high);
      ctx.globalAlpha = event.struck ? 0.5 : 1;
      ctx.fillStyle = style("--ink");
      ctx.fillText(words, start, y);
      if (event.struck) ctx.fillRect(start, y, width, ratio);
      ends[row] = Math.max(event.x, start + width) + 4 * ratio;
    }
    ctx.restore();
  };
}
