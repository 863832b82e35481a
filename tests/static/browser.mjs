/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// A fake browser for esp-ws.js: the test controls its clock, its events and the board.

const ENQ = "\x05";
const ACK = "\x06";

let browser;

class FakeWebSocket {
  constructor(url, protocols) {
    Object.assign(this, { url, protocols, made: browser.time });
    this.readyState = 0;
    this.bufferedAmount = 0;
    this.binaryType = "blob";
    this.protocol = "";
    this.extensions = "";
    this.sent = [];
    this.beats = []; // heartbeats, and the time of each
    this.answers = true; // answers heartbeats at once
    browser.sockets.push(this);
  }

  send(data) {
    if (this.readyState === 0) throw new DOMException("still connecting", "InvalidStateError");
    if (this.readyState > 1) return;
    if (typeof data !== "string" || data[0] !== ENQ) {
      this.sent.push(data);
      return;
    }
    this.beats.push({ time: browser.time, text: data.slice(1) });
    if (this.answers) this.answer();
  }

  close(code, reason) {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code < 5000)) {
      throw new DOMException("bad code", "InvalidAccessError");
    }
    if (this.readyState > 1) return;
    this.closed = { code, reason };
    this.readyState = 2;
  }

  // What the board does

  accept() {
    this.readyState = 1;
    this.onopen?.(new Event("open"));
  }

  answer(beat = this.beats[this.beats.length - 1]) {
    this.push(ACK + beat.text.split(" ")[0]);
  }

  push(data) {
    this.onmessage?.(new MessageEvent("message", { data, origin: "ws://board" }));
  }

  end(code = 1006, reason = "") {
    this.readyState = 3;
    if (code === 1006) this.onerror?.(new Event("error"));
    const wasClean = code !== 1006;
    this.onclose?.(new CloseEvent("close", { code, reason, wasClean }));
  }
}

class Browser {
  constructor() {
    this.time = 1000;
    this.sockets = [];
    this.timers = new Set();
    this.slowest = 0; // minimum ms between two runs of a timer, as in a hidden page
    this.chance = 0.5;
  }

  get last() {
    return this.sockets[this.sockets.length - 1];
  }

  /** The number of sockets that are neither closing nor closed. */
  get alive() {
    return this.sockets.filter(socket => socket.readyState < 2).length;
  }

  /** Let time pass. */
  run(milliseconds) {
    const end = this.time + milliseconds;
    for (;;) {
      const [next] = [...this.timers].sort((one, other) => one.due - other.due);
      if (!next || next.due > end) break;
      this.time = Math.max(this.time, next.due);
      next.due = this.time + Math.max(next.pause, this.slowest);
      next.action();
    }
    this.time = Math.max(this.time, end);
  }

  /** Let time pass without running timers. */
  sleep(milliseconds) {
    this.time += milliseconds;
  }

  hide(hidden) {
    document.hidden = hidden;
    document.dispatchEvent(new Event("visibilitychange"));
  }

  event(type) {
    window.dispatchEvent(new Event(type));
  }

  /** Let time pass until a condition is true; returns ms. */
  until(condition, longest = 60_000) {
    const start = this.time;
    while (!condition()) {
      if (this.time - start > longest) throw new Error(`timeout: ${condition}`);
      this.run(1);
    }
    return this.time - start;
  }

  /** Let time pass until there is another socket; returns ms. */
  nextTry() {
    const count = this.sockets.length;
    return this.until(() => this.sockets.length > count);
  }

  /** Let time pass until there is another heartbeat; returns ms. */
  nextBeat() {
    const { beats } = this.last;
    const count = beats.length;
    return this.until(() => beats.length > count);
  }
}

/** Start with a new browser: no page, no storage, no socket. */
export function open() {
  browser = new Browser();
  const storage = {};
  const globals = {
    WebSocket: FakeWebSocket,
    window: new EventTarget(),
    document: Object.assign(new EventTarget(), {
      hidden: false,
      baseURI: "http://192.168.4.1/index.html",
    }),
    sessionStorage: storage,
    performance: { now: () => browser.time },
    setInterval(action, pause) {
      const timer = { action, pause, due: browser.time + pause };
      browser.timers.add(timer);
      return timer;
    },
    clearInterval: timer => browser.timers.delete(timer),
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  Math.random = () => browser.chance;
  return browser;
}

/** Record events: the data of messages, the state of state events, the type of others. */
export function record(socket, ...types) {
  const events = [];
  for (const type of types) {
    socket.addEventListener(type, event => {
      events.push(type === "state" ? event.state : type === "message" ? event.data : type);
    });
  }
  return events;
}

/** The page id in a socket's URL. */
export const pageOf = socket => new URL(socket.url).searchParams.get("page");
