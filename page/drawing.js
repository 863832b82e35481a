/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Board: strokes as the board passes them on. A record is a count, a style, and 4 bytes a point.

const STROKES = 1;
const DRAWING = 2;
const [WIDE, HIGH] = [3000, 4000];
const WIDTHS = [14, 34, 84];
const ERASER = 8;
const FLUSH = 60; // ms between two messages while a finger moves
const MAX_POINTS = 120; // of a record
const MAX_PENDING = 400; // records
const MAX_BYTES = 3000; // of a message
const MAX_DRAWING = 16383; // bytes that the board keeps
const PAINTS = [
  ["#14181f", "#eef1f4"], ["#cf3f35", "#ff7469"], ["#e0761b", "#ff9b4a"], ["#d8a900", "#f5cf45"],
  ["#2c8f57", "#54c985"], ["#2b74c9", "#66adff"], ["#7d53c4", "#b18cf5"], ["#8d5b3a", "#c99470"],
];

function sameBytes(one, other) {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function splitRecords(bytes) {
  const records = [];
  for (let at = 1; at < bytes.length; ) {
    const end = at + 2 + 4 * bytes[at];
    if (!bytes[at] || end > bytes.length) break; // not strokes
    records.push(bytes.slice(at, end));
    at = end;
  }
  return records;
}

const sheet = {
  canvas: byId("drawing"),
  context: byId("drawing").getContext("2d"),
  records: [], // as the board has them, in its order
  pending: [], // this person's own that have not come back yet: { record, sent }
  complete: false, // the board has sent the whole drawing
  style: 1 << 4,
  stroke: null, // the points since the last record
  fresh: 0, // how many of them no record has yet

  unsent() {
    return this.pending.filter(each => !each.sent).length;
  },

  fit() {
    const room = byId("room");
    const width = Math.floor(Math.min(room.clientWidth - 2, ((room.clientHeight - 2) * 3) / 4));
    if (width < 1) return;
    byId("easel").style.width = width + 2 + "px";
    byId("easel").style.height = Math.round((width * 4) / 3) + 2 + "px";
    const ratio = devicePixelRatio || 1;
    const pixels = Math.round(width * ratio);
    if (this.canvas.width === pixels) return;
    this.lift();
    this.canvas.width = pixels;
    this.canvas.height = Math.round((pixels * 4) / 3);
    this.redraw();
  },

  redraw() {
    this.cut(); // or what is under the finger would go
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const record of this.records) this.draw(record);
    for (const { record } of this.pending) this.draw(record);
    this.showBlank();
  },

  showBlank() {
    byId("blank").hidden = this.records.length + this.pending.length > 0 || this.stroke !== null;
  },

  pen(style) {
    const context = this.context;
    const scale = this.canvas.width / WIDE;
    const erases = style & ERASER;
    context.globalCompositeOperation = erases ? "destination-out" : "source-over";
    context.strokeStyle = PAINTS[style & 7][dark.matches ? 1 : 0];
    context.lineWidth = Math.max(1, WIDTHS[Math.min((style >> 4) & 3, 2)] * (erases ? 2.5 : 1) * scale);
    context.lineCap = context.lineJoin = "round";
    return scale;
  },

  draw(record) {
    const scale = this.pen(record[1]);
    const context = this.context;
    const x = index => ((record[2 + 4 * index] << 8) | record[3 + 4 * index]) * scale;
    const y = index => ((record[4 + 4 * index] << 8) | record[5 + 4 * index]) * scale;
    context.beginPath();
    context.moveTo(x(0), y(0));
    if (record[0] === 1) context.lineTo(x(0) + 0.01, y(0)); // a line of no length is not drawn
    for (let index = 1; index < record[0]; index++) context.lineTo(x(index), y(index));
    context.stroke();
  },

  // From the board

  take(bytes) {
    const records = splitRecords(bytes);
    for (const record of records) this.forget(record);
    if (bytes[0] === DRAWING) return this.takeWhole(records);
    this.records.push(...records);
    let size = this.records.reduce((sum, record) => sum + record.length, 0);
    if (size > MAX_DRAWING) {
      // The board forgets the oldest, and all are to see the same.
      while (size > MAX_DRAWING) size -= this.records.shift().length;
      this.redraw();
    } else {
      for (const record of records) this.draw(record);
      this.showBlank();
    }
  },

  forget(record) {
    const index = this.pending.findIndex(each => sameBytes(each.record, record));
    if (index >= 0) this.pending.splice(index, 1);
  },

  takeWhole(records) {
    const wiped = this.complete && !records.length;
    this.records = records;
    if (wiped) this.pending = this.pending.filter(each => !each.sent);
    this.complete = true;
    // Those were lost on the way.
    for (const each of this.pending) each.sent = false;
    this.redraw();
  },

  // To the board

  keep(record) {
    this.pending.push({ record, sent: false });
    if (this.pending.length > MAX_PENDING) {
      this.pending.shift();
      toast(t("stroke_lost"));
    }
    this.flush();
    showBar();
  },

  // One message at a time: what waited in the client would go out twice after a loss.
  flush() {
    if (!isOpen() || !this.complete || board.bufferedAmount) return;
    const message = [STROKES];
    for (const each of this.pending.filter(each => !each.sent)) {
      if (message.length + each.record.length > MAX_BYTES) break;
      each.sent = true;
      message.push(...each.record);
    }
    if (message.length > 1) transmit(Uint8Array.from(message));
  },

  // The finger

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const within = (value, most) => Math.max(0, Math.min(most - 1, Math.round(value * most)));
    return [within((event.clientX - box.left) / box.width, WIDE), within((event.clientY - box.top) / box.height, HIGH)];
  },

  begin(event) {
    if (event.button || this.stroke) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.stroke = [this.point(event)];
    this.fresh = 1;
    this.dab(this.stroke[0], this.stroke[0]);
    this.timer = setInterval(() => this.cut(), FLUSH);
    this.showBlank();
  },

  move(event) {
    if (!this.stroke || event.pointerId !== this.pointer) return;
    const all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const each of all.length ? all : [event]) {
      const last = this.stroke[this.stroke.length - 1];
      const next = this.point(each);
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) < 6) continue;
      this.dab(last, next);
      this.stroke.push(next);
      this.fresh++;
      if (this.stroke.length >= MAX_POINTS) this.cut();
    }
  },

  dab(from, to) {
    const scale = this.pen(this.style);
    this.context.beginPath();
    this.context.moveTo(from[0] * scale, from[1] * scale);
    this.context.lineTo(to[0] * scale + 0.01, to[1] * scale);
    this.context.stroke();
  },

  // The points so far become a record.
  cut() {
    if (!this.fresh) return;
    const record = new Uint8Array(2 + 4 * this.stroke.length);
    record.set([this.stroke.length, this.style]);
    this.stroke.forEach(([x, y], index) => record.set([x >> 8, x & 255, y >> 8, y & 255], 2 + 4 * index));
    this.stroke = this.stroke.slice(-1);
    this.fresh = 0;
    this.keep(record);
  },

  end(event) {
    if (event.pointerId === this.pointer) this.lift();
  },

  lift() {
    clearInterval(this.timer);
    this.cut();
    this.stroke = null;
    this.fresh = 0;
    this.showBlank();
  },
};

sheet.canvas.addEventListener("pointerdown", event => sheet.begin(event));
sheet.canvas.addEventListener("pointermove", event => sheet.move(event));
for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) {
  sheet.canvas.addEventListener(type, event => sheet.end(event));
}
new ResizeObserver(() => sheet.fit()).observe(byId("room"));
