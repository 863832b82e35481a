/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Live: the charts

const WINDOW = 90000; // ms from the left edge to the right one
const LAG = 1100; // ms: the right edge's point is known
const GAP = 4000; // between two points that are not joined

class Chart {
  constructor(id, least, fromZero) {
    this.canvas = byId(id).closest(".gauge").querySelector("canvas");
    this.range = byId(id).closest(".gauge").querySelector(".range");
    this.least = least; // height, so that noise is no mountain
    this.fromZero = fromZero;
    this.points = [];
    this.low = this.high = null;
    new ResizeObserver(() => this.fit()).observe(this.canvas);
  }

  add(value) {
    if (!isNumber(value, 2 ** 40)) return;
    const now = performance.now();
    this.points.push([now, value]);
    while (this.points.length > 2 && this.points[1][0] < now - WINDOW - LAG) this.points.shift();
    if (this.range) {
      const values = this.points.map(point => point[1]);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      put(this.range, `${low.toFixed(1)} – ${high.toFixed(1)} · ${t("span", { s: WINDOW / 1000 })}`);
    }
    wake();
  }

  fit() {
    const ratio = devicePixelRatio || 1;
    this.canvas.width = Math.round(this.canvas.clientWidth * ratio);
    this.canvas.height = Math.round(this.canvas.clientHeight * ratio);
    this.draw(performance.now());
  }

  scale() {
    const values = this.points.map(point => point[1]);
    let low = Math.min(...values);
    let high = Math.max(...values);
    const room = Math.max(this.least - (high - low), 0) / 2;
    low -= room;
    high += room;
    if (this.fromZero) [low, high] = [0, Math.max(high, this.least)];
    const ease = this.low === null || calm.matches ? 1 : 0.12;
    this.low = this.low === null ? low : this.low + (low - this.low) * ease;
    this.high = this.high === null ? high : this.high + (high - this.high) * ease;
  }

  draw(now) {
    const { width, height } = this.canvas;
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    if (!this.points.length || !width) return;
    this.scale();
    const ratio = devicePixelRatio || 1;
    const end = calm.matches ? this.points[this.points.length - 1][0] : now - LAG;
    const pad = 6 * ratio;
    const x = time => width + ((time - end) / WINDOW) * width;
    const y = value => height - pad - ((value - this.low) / (this.high - this.low)) * (height - 2 * pad);
    context.lineWidth = 2 * ratio;
    context.lineJoin = "round";
    context.strokeStyle = inks.accent;
    let from = 0;
    for (let index = 1; index <= this.points.length; index++) {
      const whole = index === this.points.length || this.points[index][0] - this.points[index - 1][0] > GAP;
      if (!whole) continue;
      this.trace(context, this.points.slice(from, index).map(([time, value]) => [x(time), y(value)]), height);
      from = index;
    }
  }

  trace(context, run, height) {
    const [first, last] = [run[0], run[run.length - 1]];
    const curve = new Path2D();
    curve.moveTo(...first);
    for (let index = 1; index < run.length - 1; index++) {
      const [point, next] = [run[index], run[index + 1]];
      curve.quadraticCurveTo(...point, (point[0] + next[0]) / 2, (point[1] + next[1]) / 2);
    }
    curve.lineTo(...last);
    const area = new Path2D(curve);
    area.lineTo(last[0], height);
    area.lineTo(first[0], height);
    context.globalAlpha = 0.1;
    context.fillStyle = inks.accent;
    context.fill(area);
    context.globalAlpha = 1;
    context.stroke(curve);
  }
}

const inks = { accent: colorOf("--accent") };
const temperatureChart = new Chart("temperature", 3, false);
const memoryChart = new Chart("memory", 16384, false);
const latencyChart = new Chart("latency", 40, true);
const charts = [temperatureChart, memoryChart, latencyChart];

let frame = 0;
function wake() {
  if (!frame && document.body.dataset.view === "live" && !document.hidden) frame = requestAnimationFrame(animate);
}

function animate() {
  frame = 0;
  for (const chart of charts) chart.draw(performance.now());
  if (isOpen() && !calm.matches) wake();
}

document.addEventListener("visibilitychange", () => {
  wake();
  seen();
});
dark.addEventListener("change", () => {
  inks.accent = colorOf("--accent");
  wake();
  sheet.redraw();
});
