/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Live: the charts

const TIME_SPAN = 90000; // ms from the left edge to the right edge
const DELAY = 1100; // ms by which the right edge is late, so that its value is known
const MAX_GAP = 4000; // ms between two points that a line joins

class Chart {
  constructor(id, minSpan, fromZero) {
    this.canvas = byId(id).closest(".gauge").querySelector("canvas");
    this.range = byId(id).closest(".gauge").querySelector(".range");
    this.minSpan = minSpan; // of the vertical axis, so that noise stays small
    this.fromZero = fromZero;
    this.points = [];
    this.low = this.high = null;
    new ResizeObserver(() => this.fit()).observe(this.canvas);
  }

  add(value) {
    if (!isNumber(value, 2 ** 40)) return;
    const now = performance.now();
    this.points.push([now, value]);
    while (this.points.length > 2 && this.points[1][0] < now - TIME_SPAN - DELAY) this.points.shift();
    if (this.range) {
      const values = this.points.map(point => point[1]);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      setText(this.range, `${low.toFixed(1)} – ${high.toFixed(1)} · ${t("time_span", { s: TIME_SPAN / 1000 })}`);
    }
    animateCharts();
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
    const padding = Math.max(this.minSpan - (high - low), 0) / 2;
    low -= padding;
    high += padding;
    if (this.fromZero) [low, high] = [0, Math.max(high, this.minSpan)];
    const ease = this.low === null || reducedMotion.matches ? 1 : 0.12;
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
    const end = reducedMotion.matches ? this.points[this.points.length - 1][0] : now - DELAY;
    const pad = 6 * ratio;
    const x = time => width + ((time - end) / TIME_SPAN) * width;
    const y = value => height - pad - ((value - this.low) / (this.high - this.low)) * (height - 2 * pad);
    context.lineWidth = 2 * ratio;
    context.lineJoin = "round";
    context.strokeStyle = accentColor;
    let from = 0;
    for (let index = 1; index <= this.points.length; index++) {
      const ends = index === this.points.length || this.points[index][0] - this.points[index - 1][0] > MAX_GAP;
      if (!ends) continue;
      this.drawRun(context, this.points.slice(from, index).map(([time, value]) => [x(time), y(value)]), height);
      from = index;
    }
  }

  drawRun(context, run, height) {
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
    context.fillStyle = accentColor;
    context.fill(area);
    context.globalAlpha = 1;
    context.stroke(curve);
  }
}

let accentColor = cssColor("--accent");
const temperatureChart = new Chart("temperature", 3, false);
const memoryChart = new Chart("memory", 16384, false);
const latencyChart = new Chart("latency", 40, true);
const charts = [temperatureChart, memoryChart, latencyChart];

let frame = 0;
function animateCharts() {
  if (!frame && document.body.dataset.view === "live" && !document.hidden) frame = requestAnimationFrame(animate);
}

function animate() {
  frame = 0;
  for (const chart of charts) chart.draw(performance.now());
  if (isOpen() && !reducedMotion.matches) animateCharts();
}

document.addEventListener("visibilitychange", () => {
  animateCharts();
  updateUnread();
});
darkScheme.addEventListener("change", () => {
  accentColor = cssColor("--accent");
  animateCharts();
  sheet.redraw();
});
