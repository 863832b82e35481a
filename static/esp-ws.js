/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// A WebSocket that comes back by itself and knows whether it is alive: docs/client.md

const TICK = 250; // ms between two looks at the clock
const BEAT = 3000; // ms from one heartbeat to the next
const PATIENCE = 5000; // ms for the answer
const WAKING = 2000; // ms for the answer after a sleep
const CONNECTING = 8000; // ms for the opening handshake
const FIRST_PAUSE = 1000; // ms to the next try, or down to half of it; then twice as long
const REFUSED_PAUSE = 6000;
const LAST_PAUSE = 10000;
const MAX_MESSAGES = 64; // that wait
const MAX_BYTES = 65536;
const BUSY = 16384; // bytes in the browser's buffer that make the next message wait

const DEAD = { code: 1006, reason: "", wasClean: false };
const ENQ = "\x05";
const ACK = "\x06";

let clients = 0;

const now = () => performance.now();

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => (byte + 256).toString(16).slice(1)).join("");
}

function sendable(data) {
  if (data instanceof Blob || data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return data;
  return data instanceof Object ? JSON.stringify(data) : String(data);
}

// As it is now: a buffer may change while it waits.
function copied(data) {
  if (data instanceof ArrayBuffer) return data.slice(0);
  if (!ArrayBuffer.isView(data)) return data;
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
}

function parsed(data) {
  try {
    if (/^\s*[[{]/.test(data)) return JSON.parse(data);
  } catch (error) {} // a text like any other
}

export class EspWs extends EventTarget {
  constructor(url, protocols = [], { heartbeat = true } = {}) {
    super();
    const address = new URL(url, document.baseURI);
    address.protocol = address.protocol.replace("http", "ws");
    address.hash = "";
    this.url = address.href;
    this.state = "closed";
    this.latency = null;
    for (const type of ["open", "message", "close", "error", "state"]) {
      const name = "on" + type;
      this[name] = null;
      this.addEventListener(type, event => {
        if (typeof this[name] === "function") this[name](event);
      });
    }
    this._protocols = protocols;
    this._heartbeat = heartbeat;
    this._binaryType = "blob";
    this._storage = "esp-ws-page-" + clients++; // a reload makes them in the same order
    this._queue = [];
    this._number = 0; // of the last heartbeat
    this._wake = event => this._woken(event.type);
    this.open();
  }

  get readyState() {
    if (this.state === "closed") return this._socket ? 2 : 3;
    return this.state === "open" ? this._socket.readyState : 0;
  }

  get protocol() {
    return this._socket ? this._socket.protocol : "";
  }

  get extensions() {
    return this._socket ? this._socket.extensions : "";
  }

  get bufferedAmount() {
    const buffered = this._socket ? this._socket.bufferedAmount : 0;
    return this._queue.reduce((sum, item) => sum + item.size, buffered);
  }

  get binaryType() {
    return this._binaryType;
  }

  set binaryType(type) {
    if (type !== "blob" && type !== "arraybuffer") return;
    this._binaryType = type;
    if (this._socket) this._socket.binaryType = type;
  }

  get retryIn() {
    if (this.state === "closed" || this._socket || this._asleep) return null;
    return Math.max(1, Math.ceil((this._retryAt - now()) / 1000));
  }

  // Connect now: after close(), or in place of waiting.
  open() {
    if (this._socket && this.state === "closed") this._lost(DEAD);
    if (this._socket) return;
    const socket = new WebSocket(this._address(), this._protocols);
    this._socket = socket; // never a second one
    socket.binaryType = this._binaryType;
    socket.onopen = () => {
      this._deadline = 0;
      if (this._heartbeat) this._beat(PATIENCE);
      else this._opened();
    };
    socket.onmessage = event => this._received(event);
    socket.onerror = () => this.dispatchEvent(new Event("error"));
    socket.onclose = event => this._lost(event);
    this._deadline = now() + CONNECTING; // when to give up, unless there is a sign of life
    this._early = []; // messages that came before the first answer
    this._first = this._late = this._asleep = false;
    this._buffered = 0;
    if (this.state === "closed") {
      this._pause = FIRST_PAUSE;
      this._code = 0;
      this._reason = "";
      this._ticked = now();
      this._timer = setInterval(() => this._tick(), TICK);
      this._listen("addEventListener");
    }
    this._enter("connecting");
  }

  close(code, reason) {
    if (this.state === "closed") return;
    if (this._socket) this._socket.close(code, reason);
    clearInterval(this._timer);
    this._listen("removeEventListener");
    this._queue = [];
    this._enter("closed");
  }

  send(data, key) {
    if (this.state === "closed") return "refused";
    data = sendable(data);
    const queue = this._queue;
    const place = key == null ? -1 : queue.findIndex(item => item.key === key);
    if (this._isReady() && (this._first || !queue.length)) {
      if (place >= 0) queue.splice(place, 1);
      this._socket.send(data);
      return "sent";
    }
    const item = { key, data: copied(data), size: new Blob([data]).size };
    const others = queue.filter((other, index) => index !== place);
    const bytes = others.reduce((sum, other) => sum + other.size, item.size);
    if (others.length >= MAX_MESSAGES || bytes > MAX_BYTES) return "refused";
    if (place < 0) queue.push(item);
    else queue[place] = item;
    return place < 0 ? "queued" : "replaced";
  }

  _address() {
    const query = new URL(this.url).searchParams;
    if (query.has("page")) return this.url;
    try {
      this._page = this._page || sessionStorage[this._storage];
    } catch (error) {} // storage is switched off
    if (!this._page) {
      this._page = randomId();
      try {
        sessionStorage[this._storage] = this._page;
      } catch (error) {}
    }
    return this.url + (this.url.includes("?") ? "&" : "?") + "page=" + this._page;
  }

  _listen(method) {
    document[method]("visibilitychange", this._wake);
    for (const type of ["pagehide", "pageshow", "online"]) window[method](type, this._wake);
  }

  _enter(state) {
    this.state = state;
    this._tell();
  }

  _tell() {
    this._told = this.retryIn;
    const { state, _code: code, _reason: reason, retryIn, latency } = this;
    const event = Object.assign(new Event("state"), { state, code, reason, retryIn, latency });
    this.dispatchEvent(event);
  }

  _isReady() {
    const socket = this._socket;
    return this.state === "open" && socket.readyState === 1 && socket.bufferedAmount < BUSY;
  }

  _flush() {
    while (this._queue.length && this._isReady()) this._socket.send(this._queue.shift().data);
  }

  _beat(patience) {
    const socket = this._socket;
    if (!this._heartbeat || !socket || socket.readyState !== 1) return;
    this._asked = now();
    if (patience === WAKING) this._deadline = this._asked + Math.max(WAKING, 2 * this.latency);
    else this._deadline = this._deadline || this._asked + patience;
    this._number++;
    socket.send(`${ENQ}${this._number} ${this.latency ?? "-"} ${document.hidden ? 1 : 0}`);
  }

  _opened() {
    this._deadline = 0;
    this._since = now();
    this._code = 0;
    this._reason = "";
    this._first = true; // what handlers send now goes before what waits
    this._enter("open");
    if (this.state === "open") this.dispatchEvent(new Event("open"));
    this._first = false;
    this._flush();
    for (const event of this._early.splice(0)) this._deliver(event);
  }

  _received(event) {
    if (this.state === "closed") return;
    if (this._deadline) this._deadline = now() + PATIENCE;
    this._late = false;
    if (this._heartbeat && /^\x06\d+$/.test(event.data)) {
      if (event.data !== ACK + this._number) return; // of an older one
      this._deadline = 0;
      this.latency = Math.round(now() - this._asked);
      if (this.state === "open") this._tell();
      else this._opened();
    } else if (this.state === "open") this._deliver(event);
    else this._early.push(event);
    this._flush();
  }

  _deliver({ data, origin }) {
    if (this.state !== "open") return;
    const event = new MessageEvent("message", { data, origin });
    event.json = typeof data === "string" ? parsed(data) : undefined;
    this.dispatchEvent(event);
  }

  _lost({ code, reason, wasClean }) {
    const socket = this._socket;
    socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
    socket.close();
    this._socket = null;
    this.latency = null;
    if (this.state !== "closed") {
      const wasOpen = this.state === "open";
      const full = code === 1013 && !wasOpen;
      const refused = code >= 3000 || (reason && code > 1001 && code < 1012);
      // A link that never lasts must not come back every second.
      if (wasOpen && now() - this._since > LAST_PAUSE) this._pause = FIRST_PAUSE;
      if (full || refused) this._pause = Math.max(this._pause, REFUSED_PAUSE);
      this._retryAt = now() + (this._pause * (1 + Math.random())) / 2;
      this._pause = Math.min(this._pause * 2, LAST_PAUSE);
      if (code === 1001 && reason.startsWith("replaced")) this._forget();
      this._code = code;
      this._reason = reason;
      this._enter(full ? "full" : refused ? "refused" : "waiting");
    }
    this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean }));
  }

  // A copy of this tab has the same id: one of the two takes another.
  _forget() {
    this._page = "";
    try {
      delete sessionStorage[this._storage];
    } catch (error) {}
  }

  _tick() {
    const time = now();
    const late = time - this._ticked > WAKING; // answers may still wait behind this timer
    this._ticked = time;
    const socket = this._socket;
    if (!socket) {
      if (!this._asleep && time >= this._retryAt) this.open();
      else if (this.retryIn !== this._told) this._tell();
      return;
    }
    // While much is being sent, the heartbeat waits in the browser behind it.
    const buffered = socket.bufferedAmount;
    if (this._deadline && this._buffered > BUSY && buffered < this._buffered) {
      this._deadline = time + PATIENCE;
    }
    this._buffered = buffered;
    if (this._deadline && time > this._deadline) {
      if (late && !this._late) {
        this._late = true;
        this._deadline = time + WAKING;
        this._beat(WAKING);
      } else {
        this.dispatchEvent(new Event("error"));
        if (this._socket === socket) this._lost(DEAD);
      }
    } else if (this.state === "open" && !this._deadline && time - this._asked >= BEAT) {
      this._beat(PATIENCE);
    }
    this._flush();
  }

  _woken(type) {
    if (type === "pagehide") {
      this._asleep = true;
      // A page with an open socket is not kept for the way back.
      if (this._socket) this._lost({ code: 1001, reason: "", wasClean: true });
    } else if (type === "visibilitychange" && document.hidden) {
      this._beat(PATIENCE);
    } else {
      this._pause = FIRST_PAUSE;
      if (this.state === "open") this._beat(WAKING);
      else this.open();
      // A try that has begun without a network may hang.
      if (type === "online" && this._deadline) this._deadline = Math.min(this._deadline, now() + WAKING);
    }
  }
}

["CONNECTING", "OPEN", "CLOSING", "CLOSED"].forEach((name, value) => {
  for (const target of [EspWs, EspWs.prototype]) {
    Object.defineProperty(target, name, { value, enumerable: true });
  }
});

globalThis.EspWs = EspWs;
