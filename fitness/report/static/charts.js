// Charts for the page and the report, drawn by uPlot from the JSON in an element's data-chart attribute. A plain script: the
// report carries it inline. globalThis.charts.drawAll(root) draws every chart below root; they follow size, theme and paper.
(() => {
  const DAY_S = 86400, GROUP_GAP = 0.12, WIDEST_BAR = 44, NARROWEST_BAR = 3, LABEL_ROOM = 22;
  const drawn = new Map(); // element -> uPlot
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim() || "#888888";
  const ink = (name) => () => colour(name);

  // 75 -> "1:15". Steps below one second keep their digits.
  function clock(seconds) {
    const whole = Math.floor(seconds + 1e-9), rest = seconds - whole, two = (n) => String(n).padStart(2, "0");
    const text = whole >= 3600 ? `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
      : `${Math.floor(whole / 60)}:${two(whole % 60)}`;
    return rest > 0.005 ? text + rest.toFixed(1).slice(1) : text;
  }
  const number = (value) => (Number.isInteger(value) ? value.toLocaleString("en-GB") : String(Number(value.toPrecision(3))));
  const day = (seconds, withYear) => new Date(seconds * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC",
    ...(withYear ? { year: "numeric" } : {}) });

  // spec: kind "lines" | "bars"; x: numbers (seconds for "clock", seconds since 1970 for "date", else places 0, 1, ...);
  // axis: "clock" | "date" | "names"; names: of the places; series: [{label, colour, values, dots}]; unit; low; high;
  // limits: values of dashed lines; bands: [start, end, text] of shaded stretches; marks: x of upright lines;
  // breaks: places before which a dashed line stands; width_x: how wide a bar's place is, in x.
  function make(box, spec) {
    const bars = spec.kind === "bars", step = spec.width_x ?? 1;
    const unit = spec.unit ?? "", value = (v) => (v === null || v === undefined ? "–" : number(v) + unit);
    const where = (x) => (x === null || x === undefined ? "" : spec.axis === "names" ? spec.names[x] ?? "" : spec.axis === "date" ? spec.names?.[spec.x.indexOf(x)] ?? day(x, true) : clock(x));
    const years = spec.axis === "date" && new Date(spec.x[0] * 1000).getUTCFullYear() !== new Date(spec.x.at(-1) * 1000).getUTCFullYear();
    const first = spec.x[0], last = spec.x.at(-1), pad = bars ? step / 2 : 0;
    const options = {
      width: Math.max(200, box.clientWidth), height: spec.height ?? 230, padding: [LABEL_ROOM, 12, 0, 0],
      cursor: { drag: { x: !bars, y: false }, points: { show: !bars } },
      legend: { live: true, markers: { width: 0, fill: (u, i) => (i ? colour(spec.series[i - 1].colour) : "transparent") } },
      scales: {
        x: { time: false, range: spec.axis === "date" || bars ? [(spec.from ?? first) - pad, (spec.to ?? last) + pad] : undefined },
        y: { range: (u, least, most) => span(spec, least, most, bars) },
      },
      axes: [{
        stroke: ink("dim"), grid: { show: !bars, stroke: ink("line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif",
        space: spec.axis === "names" ? 30 : 70, size: 32,
        ...(spec.axis === "names" ? { splits: (u) => places(u, spec), values: (u, at) => at.map((x) => spec.names[x] ?? "") } : {}),
        ...(spec.axis === "date" ? { splits: (u) => dates(u, spec), values: (u, at) => at.map((x) => day(x, years)) } : {}),
        ...(spec.axis === "clock" ? { incrs: [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600], values: (u, at) => at.map(clock) } : {}),
      }, {
        stroke: ink("dim"), grid: { stroke: ink("line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif", space: 36, size: 58,
        incrs: spec.whole ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] : undefined, values: (u, at) => at.map((v) => number(v) + unit),
      }],
      series: [{ label: spec.x_label ?? "", value: (u, x) => where(x) }, ...spec.series.map((one) => ({
        label: one.label || spec.y_label || "", stroke: ink(one.colour), width: bars ? 0 : 2, value: (u, v, i, at) => (at === null ? "" : value(v)), spanGaps: !!one.dots,
        ...(bars ? { paths: () => null, points: { show: false } } : { points: { show: !!one.dots, size: 8, fill: ink(one.colour) } }),
      }))],
      hooks: { drawAxes: [(u) => behind(u, spec)], draw: bars ? [(u) => drawBars(u, spec, step)] : [] },
    };
    return new uPlot(options, [spec.x, ...spec.series.map((one) => one.values)], box);
  }

  function span(spec, least, most, bars) {
    let low = spec.low ?? (bars ? Math.min(0, least ?? 0) : least ?? 0), high = spec.high ?? (bars ? Math.max(0, most ?? 1) : most ?? 1);
    if (spec.high !== undefined && most > high) high = most;
    if (spec.low !== undefined && least < low) low = least;
    if (high <= low) high = low + 1;
    const room = (high - low) * 0.06;
    return [low === 0 || spec.low !== undefined ? low : low - room, spec.high !== undefined ? high : high + room];
  }

  // As many names as have room.
  function places(u, spec) {
    const longest = Math.max(...spec.names.map((name) => name.length)) * 7 + 10, room = u.bbox.width / devicePixelRatio / spec.names.length;
    const every = Math.max(1, Math.ceil(longest / room));
    return spec.x.filter((x) => x % every === 0);
  }

  // Dates that stand on days with something to show where there are few, else on even steps.
  function dates(u, spec) {
    const most = Math.max(2, Math.floor(u.bbox.width / devicePixelRatio / 80)), [low, high] = [u.scales.x.min, u.scales.x.max];
    const room = (high - low) / most, kept = [];
    for (const x of spec.x) if (x >= low && x <= high && (!kept.length || x - kept.at(-1) >= room)) kept.push(x);
    return kept;
  }

  function stroke(u, style, dash, x0, y0, x1, y1) {
    const { ctx } = u;
    ctx.save();
    ctx.strokeStyle = style;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash(dash.map((d) => d * devicePixelRatio));
    ctx.beginPath();
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
    ctx.stroke();
    ctx.restore();
  }

  function behind(u, spec) {
    const { left, top, width, height } = u.bbox;
    bands(u, spec.bands ?? []);
    for (const limit of spec.limits ?? []) {
      const y = u.valToPos(limit, "y", true);
      if (y >= top && y <= top + height) stroke(u, colour("warn"), [5, 4], left, y, left + width, y);
    }
    for (const [list, shift, style] of [[spec.marks ?? [], 0, "c1"], [spec.breaks ?? [], -0.5, "dim"]]) {
      for (const at of list) {
        const x = u.valToPos(at + shift, "x", true);
        if (x >= left && x <= left + width) stroke(u, colour(style), [2, 3], x, top, x, top + height);
      }
    }
  }

  function bands(u, list) {
    const { ctx } = u, { left, top, width, height } = u.bbox, ratio = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, 0, width, top + height);
    ctx.clip();
    ctx.font = `600 ${12 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    let free = -Infinity;
    for (const [from, to, text] of list) {
      const x0 = u.valToPos(from, "x", true), x1 = u.valToPos(to, "x", true), middle = (x0 + x1) / 2, half = ctx.measureText(text ?? "").width / 2;
      ctx.globalAlpha = 0.16;
      ctx.fillStyle = colour("c0");
      ctx.fillRect(x0, top, Math.max(ratio, x1 - x0), height);
      ctx.globalAlpha = 1;
      if (!text || middle - half < free) continue;
      ctx.fillStyle = colour("text");
      ctx.fillText(text, middle, top - 6 * ratio);
      free = middle + half + 4 * ratio;
    }
    ctx.restore();
  }

  // Bars of one place stand side by side; each has its value above it where there is room.
  function drawBars(u, spec, step) {
    const { ctx } = u, ratio = devicePixelRatio, shown = spec.series.map((_, i) => i).filter((i) => u.series[i + 1].show);
    const most = Math.max(1, ...spec.x.map((_, p) => shown.filter((i) => spec.series[i].values[p] !== null).length));
    const place = Math.abs(u.valToPos(step, "x", true) - u.valToPos(0, "x", true));
    const wide = Math.max(NARROWEST_BAR * ratio, Math.min(WIDEST_BAR * ratio, place * (1 - 2 * GROUP_GAP) / most));
    const zero = u.valToPos(0, "y", true);
    ctx.save();
    ctx.font = `600 ${12 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    const widest = Math.max(...shown.flatMap((i) => spec.series[i].values.filter((v) => v !== null).map((v) => ctx.measureText(number(v)).width)));
    const labelled = widest + 6 * ratio <= (most === 1 ? place * 0.98 : wide); // all values are written, or none
    spec.x.forEach((x, p) => {
      const here = shown.filter((i) => spec.series[i].values[p] !== null), middle = u.valToPos(x, "x", true);
      here.forEach((i, k) => {
        const v = spec.series[i].values[p], y = u.valToPos(v, "y", true), left = middle + (k - here.length / 2) * wide;
        const top = Math.min(y, zero), high = Math.max(ratio, Math.abs(zero - y)), round = Math.min(4 * ratio, wide / 3, high / 2);
        ctx.fillStyle = colour(spec.series[i].colour);
        ctx.beginPath();
        ctx.roundRect(left + 0.5 * ratio, top, wide - ratio, high, v >= 0 ? [round, round, 0, 0] : [0, 0, round, round]);
        ctx.fill();
        if (!labelled) return;
        ctx.fillStyle = colour("text");
        ctx.fillText(number(v), left + wide / 2, v >= 0 ? top - 5 * ratio : top + high + 14 * ratio);
      });
    });
    ctx.restore();
    if (u.scales.y.min < 0) stroke(u, colour("dim"), [], u.bbox.left, zero, u.bbox.left + u.bbox.width, zero);
  }

  const sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const plot = drawn.get(target);
      if (plot && contentRect.width > 0 && Math.abs(contentRect.width - plot.width) >= 1) plot.setSize({ width: contentRect.width, height: plot.height });
    }
  });

  function draw(box, spec) {
    drawn.get(box)?.destroy();
    box.replaceChildren();
    drawn.set(box, make(box, spec));
    sizes.observe(box);
    return drawn.get(box);
  }

  function drawAll(root = document) {
    for (const box of drawn.keys()) if (!box.isConnected) { sizes.unobserve(box); drawn.get(box).destroy(); drawn.delete(box); }
    for (const box of root.querySelectorAll("[data-chart]")) draw(box, JSON.parse(box.dataset.chart));
  }

  function redraw() {
    for (const plot of drawn.values()) {
      plot.redraw(false, true);
      plot.root.querySelectorAll(".u-series .u-marker").forEach((marker, i) => { if (i) marker.style.background = plot.series[i].stroke(); });
    }
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  addEventListener("beforeprint", () => {
    document.documentElement.dataset.paper = "";
    for (const [box, plot] of drawn) if (box.clientWidth) plot.setSize({ width: Math.min(box.clientWidth, 660), height: plot.height });
    redraw();
  });
  addEventListener("afterprint", () => {
    delete document.documentElement.dataset.paper;
    for (const [box, plot] of drawn) if (box.clientWidth) plot.setSize({ width: box.clientWidth, height: plot.height });
    redraw();
  });
  globalThis.charts = { draw, drawAll, clock, DAY_S };
})();
