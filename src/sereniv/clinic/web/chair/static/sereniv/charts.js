// Draws the one time axis of a session with uPlot; every number also stands in a table.
(() => {
  const MINUTE = 60;
  const FRAME = 18; // what the border and the padding of a chart take of its height and of its width
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const offsetSeconds = Number(document.documentElement.dataset.offsetMin || 0) * MINUTE;
  const redraws = [];
  document.addEventListener("DOMContentLoaded", () => { startSession(); });
  const redrawAll = () => redraws.forEach((redraw) => redraw());
  addEventListener("resize", redrawAll);
  addEventListener("DOMContentLoaded", () => document.body.addEventListener("sereniv:theme", redrawAll));
  addEventListener("beforeprint", redrawAll);

  const axis = (extra) => ({ stroke: style("--ink-soft"), grid: { stroke: style("--line"), width: 0.5 }, ticks: { stroke: style("--line") }, font: "12px system-ui", ...extra });

  // Lays several series of [time, value] on one shared, sorted time axis; a null stays a gap.
  function joined(all) {
    const times = [...new Set(all.flatMap((points) => points.map((point) => point[0])))].sort((a, b) => a - b);
    const place = new Map(times.map((time, index) => [time, index]));
    return [times, ...all.map((points) => {
      const values = new Array(times.length).fill(undefined);
      for (const [time, value] of points) values[place.get(time)] = value;
      return values;
    })];
  }

  function mark(context, shape, x, y, size, colour, struck) {
    context.fillStyle = context.strokeStyle = colour;
    context.lineWidth = 1.5 * devicePixelRatio;
    context.beginPath();
    if (shape === "down") { context.moveTo(x - size, y - size); context.lineTo(x + size, y - size); context.lineTo(x, y + size * 0.6); }
    else if (shape === "up") { context.moveTo(x - size, y + size); context.lineTo(x + size, y + size); context.lineTo(x, y - size * 0.6); }
    else context.arc(x, y, size * 0.8, 0, 7);
    context.closePath();
    if (struck) context.stroke(); else context.fill();
    if (struck) { context.beginPath(); context.moveTo(x - size * 1.4, y - size * 1.4); context.lineTo(x + size * 1.4, y + size * 1.4); context.moveTo(x + size * 1.4, y - size * 1.4); context.lineTo(x - size * 1.4, y + size * 1.4); context.stroke(); }
  }

  function nowLine(data) {
    return (plot) => {
      const { ctx, bbox } = plot;
      ctx.save();
      const x = plot.valToPos(data.now, "x", true);
      ctx.fillStyle = style("--paper"); ctx.globalAlpha = 0.55;
      ctx.fillRect(x, bbox.top, bbox.left + bbox.width - x, bbox.height);
      ctx.globalAlpha = 1; ctx.strokeStyle = style("--ink-soft"); ctx.setLineDash([4, 4]);
      ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
      ctx.restore();
    };
  }

  function band({ limit, above }) {
    return (plot) => {
      const { ctx, bbox } = plot;
      const y = plot.valToPos(limit, "y", true);
      const top = above ? bbox.top : Math.max(y, bbox.top);
      const bottom = above ? Math.min(y, bbox.top + bbox.height) : bbox.top + bbox.height;
      if (bottom <= top) return;
      ctx.save(); ctx.fillStyle = style("--warn-soft"); ctx.fillRect(bbox.left, top, bbox.width, bottom - top); ctx.restore();
    };
  }

  function clippedTo(draw) {
    return (plot) => {
      const { ctx, bbox } = plot;
      ctx.save(); ctx.beginPath(); ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height); ctx.clip();
      draw(plot); ctx.restore();
    };
  }

  function pressureMarks(data) {
    return clippedTo((plot) => {
      const { ctx } = plot; const size = 5 * devicePixelRatio; const ink = style("--ink");
      const at = (time) => plot.valToPos(time, "x", true), level = (value) => plot.valToPos(value, "y", true);
      for (const vital of data.vitals) {
        const colour = vital.struck ? style("--ink-soft") : ink;
        const isAsked = (name) => vital.questioned.includes(name);
        if (vital.heart_rate !== null && !isAsked("heart_rate")) mark(ctx, "dot", at(vital.at), level(vital.heart_rate), size, style("--accent"), vital.struck);
        if (isAsked("systolic") || isAsked("diastolic")) {
          // Not used until somebody confirms it, and perhaps off the scale: a mark with its words, never a bar.
          ctx.save(); ctx.fillStyle = style("--ink"); ctx.font = `${12 * devicePixelRatio}px system-ui`; ctx.textAlign = "right"; ctx.textBaseline = "top";
          const y = Math.min(Math.max(level(vital.systolic), plot.bbox.top + 2 * devicePixelRatio), plot.bbox.top + plot.bbox.height - 16 * devicePixelRatio);
          ctx.fillText(`? ${vital.systolic}/${vital.diastolic}${vital.struck ? " struck" : ""}`, at(vital.at) - 6 * devicePixelRatio, y); ctx.restore();
        } else if (vital.systolic !== null && vital.diastolic !== null) {
          ctx.strokeStyle = colour; ctx.lineWidth = devicePixelRatio;
          ctx.beginPath(); ctx.moveTo(at(vital.at), level(vital.systolic)); ctx.lineTo(at(vital.at), level(vital.diastolic)); ctx.stroke();
          mark(ctx, "down", at(vital.at), level(vital.systolic), size, colour, vital.struck);
          mark(ctx, "up", at(vital.at), level(vital.diastolic), size, colour, vital.struck);
        }
      }
      for (const [name, shape] of [["systolic", "down"], ["diastolic", "up"]]) {
        for (const [time, value] of data.monitor[name] || []) if (value !== null) mark(ctx, shape, at(time), level(value), size * 0.6, style("--ink-soft"), false);
      }
    });
  }

  function dotMarks(data, name) {
    return clippedTo((plot) => {
      for (const vital of data.vitals) if (vital[name] !== null && !vital.questioned.includes(name)) mark(plot.ctx, "dot", plot.valToPos(vital.at, "x", true), plot.valToPos(vital[name], "y", true), 5 * devicePixelRatio, vital.struck ? style("--ink-soft") : style("--ink"), vital.struck);
    });
  }

  // One row for each kind of event that stands on the chart; the events in words share what room is left.
  const ROWS = ["Given", "Sedation", "Dissociation", "Distress", "Pain"];
  const MOST_WORDS = 48;

  function eventMarks(data) {
    return (plot) => {
      const { ctx, bbox } = plot; const ratio = devicePixelRatio;
      const own = ROWS.filter((name) => data.events.some((event) => event.row === name));
      const high = Math.min(18 * ratio, bbox.height / (own.length + 1));
      const wordRows = Math.max(1, Math.floor(bbox.height / high) - own.length);
      const ends = new Array(wordRows + own.length).fill(-Infinity);
      ctx.save(); ctx.font = `${12 * ratio}px system-ui`; ctx.textBaseline = "middle";
      ctx.fillStyle = style("--ink-soft"); ctx.textAlign = "right";
      ["Events", ...own].forEach((name, index) => ctx.fillText(name, bbox.left - 6 * ratio, bbox.top + high * ((index ? wordRows + index - 1 : 0) + 0.5)));
      ctx.beginPath(); ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height); ctx.clip();
      ctx.textAlign = "left"; ctx.lineWidth = 0.5 * ratio; ctx.strokeStyle = style("--ink");
      const now = plot.valToPos(data.now, "x", true);
      const told = data.events.map((event) => ({ ...event, x: plot.valToPos(event.at, "x", true) })).filter((event) => event.x <= now);
      for (const { x, struck } of told) {
        ctx.globalAlpha = struck ? 0.5 : 1;
        ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
      }
      for (const event of told) {
        const at = own.indexOf(event.row), all = at < 0 ? event.words : event.short || event.words.replace(/^Given: /, "");
        const words = all.length > MOST_WORDS ? `${all.slice(0, MOST_WORDS - 1)}…` : all;
        const row = at < 0 ? ends.findIndex((end, index) => index < wordRows && end < event.x) : wordRows + at;
        if (row < 0 || ends[row] >= event.x) continue;
        const y = bbox.top + high * (row + 0.5), width = ctx.measureText(words).width;
        // The words stand on a ground of their own: no line of a later event runs through them.
        ctx.globalAlpha = 1; ctx.fillStyle = style("--card");
        ctx.fillRect(event.x + 2 * ratio, y - high / 2, width + 4 * ratio, high);
        ctx.globalAlpha = event.struck ? 0.5 : 1; ctx.fillStyle = style("--ink");
        ctx.fillText(words, event.x + 4 * ratio, y);
        if (event.struck) ctx.fillRect(event.x + 4 * ratio, y, width, ratio);
        ends[row] = event.x + width + 8 * ratio;
      }
      ctx.restore();
    };
  }

  function lane(target, data, spec) {
    const x = { time: true, range: () => [spec.from, spec.to] };
    return new uPlot({
      width: target.clientWidth - FRAME, height: spec.height,
      // The same room at both sides in every lane, or one minute would not stand under itself.
      padding: [6, 24, spec.showTime ? 0 : 6, 0],
      cursor: { sync: { key: "session" }, drag: { x: false, y: false } }, legend: { show: false },
      scales: { x, y: { range: () => spec.range } },
      axes: [axis({ show: spec.showTime, values: (plot, ticks) => ticks.map((tick) => clockWords(tick, data.started)) }), axis({ label: spec.label, labelSize: 16, labelFont: "12px system-ui", size: 60, ...(spec.hideValues && { values: () => [], ticks: { show: false }, grid: { show: false } }) })],
      series: [{}, ...spec.series],
      hooks: { drawClear: spec.behind || [], draw: [nowLine(data), ...(spec.above || []), ...(spec.onTop || [])] },
    }, joined(spec.points), target);
  }

  function clockWords(tick, started) {
    const moment = new Date((tick + offsetSeconds) * 1000);
    const wall = moment.toISOString().slice(11, 16);
    return started ? `${wall}\n${Math.round((tick - started) / MINUTE)} min` : wall;
  }

  const thin = (colour) => ({ stroke: colour, width: 1, points: { show: false }, spanGaps: false });
  const unseen = { stroke: "transparent", points: { show: false } };

  function drawSession(target, data, view) {
    target.replaceChildren();
    const { from, to } = view.span(data);
    const span = { from, to };
    Object.assign(target.dataset, span, { showing: view.showing() });
    const monitor = (name) => data.monitor[name] || [];
    const edge = [[from, null], [to, null]];
    const inside = target.clientHeight - FRAME;
    const share = (part) => Math.floor(inside * part);
    const values = (name) => data.vitals.map((vital) => [vital.at, vital[name]]);
    lane(target, data, { ...span, height: share(0.29), label: "mmHg · /min", range: [20, 220], points: [edge, monitor("heart_rate"), monitor("pulse_rate")], series: [unseen, thin(style("--accent")), thin(style("--low"))], behind: [band(data.limits.systolic)], above: [pressureMarks(data)] });
    lane(target, data, { ...span, height: share(0.16), label: "SpO₂ %", range: [70, 101], points: [edge, monitor("spo2"), values("spo2")], series: [unseen, thin(style("--ink-soft")), unseen], behind: [band(data.limits.spo2)], above: [dotMarks(data, "spo2")] });
    lane(target, data, { ...span, height: share(0.13), label: "breaths", range: [0, 40], points: [edge, monitor("respiratory_rate")], series: [unseen, thin(style("--ink-soft"))], behind: [band(data.limits.respiratory_rate)], above: [dotMarks(data, "respiratory_rate")] });
    const steps = [];
    for (const step of data.rates) steps.push([step.at, step.rate]);
    // Past the ordered volume nothing more counts as given; what the pump does then, nobody has charted.
    const last = data.rates[data.rates.length - 1];
    if (last) steps.push([Math.max(last.at, data.reached ?? data.now), last.rate]);
    if (data.reached) steps.push([data.reached + 0.001, null]);
    const most = Math.max(60, ...data.rates.map((step) => step.rate * 1.15));
    lane(target, data, { ...span, height: share(0.12), label: "mL/h", range: [0, most], points: [edge, steps], series: [unseen, { stroke: style("--ink"), fill: style("--low-soft"), width: 1.5, paths: uPlot.paths.stepped({ align: 1 }), points: { show: false } }], onTop: [(plot) => { const { ctx, bbox } = plot; ctx.save(); ctx.fillStyle = style("--ink"); ctx.font = `${13 * devicePixelRatio}px system-ui`; ctx.textAlign = "right"; ctx.fillText(`${data.mg} mg`, bbox.left + bbox.width - 6, bbox.top + 16 * devicePixelRatio); ctx.restore(); }] });
    lane(target, data, { ...span, height: share(0.3), label: "", range: [0, 1], hideValues: true, showTime: true, points: [edge], series: [unseen], above: [eventMarks(data)] });
  }

  function startSession() {
    const target = document.getElementById("session-chart");
    const source = document.getElementById("session-data");
    if (!target || !source) return;
    let data = JSON.parse(source.textContent), waiting = false;
    const view = window.serenivChartView(target, () => data, () => draw());
    const draw = () => drawSession(target, data, view);
    redraws.push(draw); draw();
    let again = false;
    const refresh = async () => {
      if (waiting) { again = true; return; }
      waiting = true;
      try {
        const answer = await fetch(target.dataset.url, { headers: { Accept: "application/json" } });
        if (answer.ok) { data = await answer.json(); draw(); }
      } catch { /* the stale banner says that the server is lost */ }
      waiting = false;
      if (again) { again = false; refresh(); }
    };
    document.body.addEventListener(`sereniv:${target.dataset.stream.replace("/", "-")}`, refresh);
    setInterval(refresh, 5000);
  }

  // What the charts of other pages share with these.
  window.serenivCharts = { style, axis, joined, mark, offsetSeconds, onRedraw: (draw) => { redraws.push(draw); draw(); } };
})();
