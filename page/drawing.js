/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Drawing: the sheet. docs/page.md describes the records.

const SHEET = 0x1e; // the first byte of all messages
const STROKES = 1;
const DRAWING = 2;
const UNDO = 3;
const [SHEET_WIDTH, SHEET_HEIGHT] = [3000, 4000];
const WIDTHS = [14, 34, 84];
const ERASER = 8;
const STROKE_INTERVAL = 60; // ms between two records of a stroke
const MAX_POINTS = 120; // in a record
const MAX_PENDING = 400; // records
const MAX_UNDO = 20; // strokes
const MAX_BYTES = 3000; // in a message
const MAX_DRAWING = 16383; // bytes, the board's limit
const INKS = [
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
  canvas: byId("sheet"),
  context: byId("sheet").getContext("2d"),
  records: [], // as the board has them, in the same order
  pending: [], // drawn here, not echoed by the board yet: { record, sent }
  complete: false, // the board has sent the whole drawing
  style: 1 << 4,
  strokes: [], // drawn here: the records of each
  stroke: null, // points of the stroke in progress, from the last one of the last record
  newPoints: 0, // points that are in no record yet

  unsent() {
    return this.pending.filter(each => !each.sent).length;
  },

  fit() {
    const area = byId("sheet-area");
    const width = Math.floor(Math.min(area.clientWidth - 2, ((area.clientHeight - 2) * 3) / 4));
    if (width < 1) return;
    byId("sheet-frame").style.width = width + 2 + "px";
    byId("sheet-frame").style.height = Math.round((width * 4) / 3) + 2 + "px";
    const ratio = devicePixelRatio || 1;
    const pixels = Math.round(width * ratio);
    if (this.canvas.width === pixels) return;
    this.endStroke();
    this.canvas.width = pixels;
    this.canvas.height = Math.round((pixels * 4) / 3);
    this.redraw();
  },

  redraw() {
    this.endRecord(); // so that the stroke in progress is redrawn too
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const record of this.records) this.draw(record);
    for (const { record } of this.pending) this.draw(record);
    this.showEmpty();
  },

  showEmpty() {
    byId("sheet-empty").hidden = this.records.length + this.pending.length > 0 || this.stroke !== null;
  },

  usePen(style) {
    const context = this.context;
    const scale = this.canvas.width / SHEET_WIDTH;
    const erasing = style & ERASER;
    context.globalCompositeOperation = erasing ? "destination-out" : "source-over";
    context.strokeStyle = INKS[style & 7][darkScheme.matches ? 1 : 0];
    context.lineWidth = Math.max(1, WIDTHS[Math.min((style >> 4) & 3, 2)] * (erasing ? 2.5 : 1) * scale);
    context.lineCap = context.lineJoin = "round";
    return scale;
  },

  draw(record) {
    const scale = this.usePen(record[1]);
    const context = this.context;
    const x = index => ((record[2 + 4 * index] << 8) | record[3 + 4 * index]) * scale;
    const y = index => ((record[4 + 4 * index] << 8) | record[5 + 4 * index]) * scale;
    context.beginPath();
    context.moveTo(x(0), y(0));
    if (record[0] === 1) context.lineTo(x(0) + 0.01, y(0)); // a line without a length is not drawn
    for (let index = 1; index < record[0]; index++) context.lineTo(x(index), y(index));
    context.stroke();
  },

  // From the board

  apply(bytes) {
    const records = splitRecords(bytes);
    for (const record of records) this.confirm(record);
    if (bytes[0] === DRAWING) return this.applyDrawing(records);
    if (bytes[0] === UNDO) {
      for (const record of records) this.remove(this.records, each => sameBytes(each, record));
      return this.redraw();
    }
    this.records.push(...records);
    let size = this.records.reduce((sum, record) => sum + record.length, 0);
    if (size > MAX_DRAWING) {
      // The board drops the oldest too.
      while (size > MAX_DRAWING) size -= this.records.shift().length;
      this.redraw();
    } else {
      for (const record of records) this.draw(record);
      this.showEmpty();
    }
  },

  confirm(record) {
    return this.remove(this.pending, each => sameBytes(each.record, record));
  },

  remove(list, matches) {
    const index = list.findIndex(matches);
    return index < 0 ? null : list.splice(index, 1)[0];
  },

  undo() {
    let message = [SHEET, UNDO];
    for (const record of this.strokes.pop() || []) {
      const pending = this.pending.find(each => sameBytes(each.record, record));
      if (pending && !pending.sent) this.confirm(record);
      else message.push(...record);
      if (message.length > MAX_BYTES - 600) {
        transmit(Uint8Array.from(message));
        message = [SHEET, UNDO];
      }
    }
    if (message.length > 2) transmit(Uint8Array.from(message));
    this.redraw();
    showTools();
  },

  applyDrawing(records) {
    const cleared = this.complete && !records.length;
    this.records = records;
    if (cleared) this.pending = this.pending.filter(each => !each.sent);
    this.complete = true;
    // What is still pending did not arrive.
    for (const each of this.pending) each.sent = false;
    this.redraw();
  },

  // To the board

  add(record) {
    this.pending.push({ record, sent: false });
    this.strokes[this.strokes.length - 1].push(record);
    if (this.pending.length > MAX_PENDING) {
      this.pending.shift();
      toast(t("stroke_dropped"));
    }
    this.flush();
    showBar();
  },

  // One message at a time: one that waits in esp-ws.js would be sent again from here after a loss.
  flush() {
    if (!isOpen() || !this.complete || socket.bufferedAmount) return;
    const message = [SHEET, STROKES];
    for (const each of this.pending.filter(each => !each.sent)) {
      if (message.length + each.record.length > MAX_BYTES) break;
      each.sent = true;
      message.push(...each.record);
    }
    if (message.length > 2) transmit(Uint8Array.from(message));
  },

  // Pointer events

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const scaled = (value, limit) => Math.max(0, Math.min(limit - 1, Math.round(value * limit)));
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return [scaled(x, SHEET_WIDTH), scaled(y, SHEET_HEIGHT)];
  },

  begin(event) {
    if (event.button || this.stroke) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.stroke = [this.point(event)];
    this.newPoints = 1;
    this.strokes.push([]);
    if (this.strokes.length > MAX_UNDO) this.strokes.shift();
    this.drawSegment(this.stroke[0], this.stroke[0]);
    this.timer = setInterval(() => this.endRecord(), STROKE_INTERVAL);
    this.showEmpty();
  },

  move(event) {
    if (!this.stroke || event.pointerId !== this.pointer) return;
    const all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const each of all.length ? all : [event]) {
      const last = this.stroke[this.stroke.length - 1];
      const next = this.point(each);
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) < 6) continue;
      this.drawSegment(last, next);
      this.stroke.push(next);
      this.newPoints++;
      if (this.stroke.length >= MAX_POINTS) this.endRecord();
    }
  },

  drawSegment(from, to) {
    const scale = this.usePen(this.style);
    this.context.beginPath();
    this.context.moveTo(from[0] * scale, from[1] * scale);
    this.context.lineTo(to[0] * scale + 0.01, to[1] * scale);
    this.context.stroke();
  },

  // Make a record of the points so far.
  endRecord() {
    if (!this.newPoints) return;
    const record = new Uint8Array(2 + 4 * this.stroke.length);
    record.set([this.stroke.length, this.style]);
    this.stroke.forEach(([x, y], index) => record.set([x >> 8, x & 255, y >> 8, y & 255], 2 + 4 * index));
    this.stroke = this.stroke.slice(-1);
    this.newPoints = 0;
    this.add(record);
  },

  end(event) {
    if (event.pointerId === this.pointer) this.endStroke();
  },

  endStroke() {
    clearInterval(this.timer);
    this.endRecord();
    this.stroke = null;
    this.newPoints = 0;
    this.showEmpty();
    showTools();
  },
};

sheet.canvas.addEventListener("pointerdown", event => sheet.begin(event));
sheet.canvas.addEventListener("pointermove", event => sheet.move(event));
for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) {
  sheet.canvas.addEventListener(type, event => sheet.end(event));
}
new ResizeObserver(() => sheet.fit()).observe(byId("sheet-area"));
