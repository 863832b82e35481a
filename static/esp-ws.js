/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// A WebSocket that reconnects by itself and detects dead links: docs/client.md

const TICK_INTERVAL = 250; // ms
const HEARTBEAT_INTERVAL = 3000; // ms
const HEARTBEAT_TIMEOUT = 5000; // ms
const WAKE_TIMEOUT = 2000; // ms for the answer after the page was asleep
const CONNECT_TIMEOUT = 8000; // ms for the opening handshake
// Each delay is twice the one before, and shortened by up to half at random.
const FIRST_RETRY_DELAY = 1000; // ms
const REFUSED_RETRY_DELAY = 6000; // ms
const MAX_RETRY_DELAY = 10000; // ms
const MAX_QUEUED_MESSAGES = 64;
const MAX_QUEUED_BYTES = 65536;
const MAX_BUFFERED = 16384; // bytes in the browser's buffer from which on messages are queued

const ABNORMAL_CLOSURE = { code: 1006, reason: "", wasClean: false };
const ENQ = "\x05";
const ACK = "\x06";

let instances = 0;

const now = () => performance.now();

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => (byte + 256).toString(16).slice(1)).join("");
}

function serialize(data) {
  if (data instanceof Blob || data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return data;
  return data instanceof Object ? JSON.stringify(data) : String(data);
}

// The program may change a buffer while it is queued.
function copy(data) {
  if (data instanceof ArrayBuffer) return data.slice(0);
  if (!ArrayBuffer.isView(data)) return data;
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
}

function parseJson(data) {
  try {
    if (/^\s*[[{]/.test(data)) return JSON.parse(data);
  } catch (error) {} // not JSON
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
    this._storage = "esp-ws-page-" + instances++; // the same for each instance after a reload
    this._queue = [];
    this._heartbeatNumber = 0;
    this._listener = event => this._pageEvent(event.type);
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

  // Connect now: after close(), or without waiting for the next retry.
  open() {
    if (this._socket && this.state === "closed") this._disconnected(ABNORMAL_CLOSURE);
    if (this._socket) return;
    const socket = new WebSocket(this._address(), this._protocols);
    this._socket = socket;
    socket.binaryType = this._binaryType;
    socket.onopen = () => {
      this._deadline = 0;
      if (this._heartbeat) this._sendHeartbeat(HEARTBEAT_TIMEOUT);
      else this._opened();
    };
    socket.onmessage = event => this._received(event);
    socket.onerror = () => this.dispatchEvent(new Event("error"));
    socket.onclose = event => this._disconnected(event);
    this._deadline = now() + CONNECT_TIMEOUT; // when to give up, unless something arrives
    this._early = []; // messages that arrived before the answer to the first heartbeat
    this._opening = this._late = this._asleep = false;
    this._buffered = 0;
    if (this.state === "closed") {
      this._retryDelay = FIRST_RETRY_DELAY;
      this._code = 0;
      this._reason = "";
      this._tickAt = now();
      this._timer = setInterval(() => this._tick(), TICK_INTERVAL);
      this._listen("addEventListener");
    }
    this._setState("connecting");
  }

  close(code, reason) {
    if (this.state === "closed") return;
    if (this._socket) this._socket.close(code, reason);
    clearInterval(this._timer);
    this._listen("removeEventListener");
    this._queue = [];
    this._setState("closed");
  }

  send(data, key) {
    if (this.state === "closed") return "refused";
    data = serialize(data);
    const queue = this._queue;
    const place = key == null ? -1 : queue.findIndex(item => item.key === key);
    if (this._isReady() && (this._opening || !queue.length)) {
      if (place >= 0) queue.splice(place, 1);
      this._socket.send(data);
      return "sent";
    }
    const item = { key, data: copy(data), size: new Blob([data]).size };
    const others = queue.filter((other, index) => index !== place);
    const bytes = others.reduce((sum, other) => sum + other.size, item.size);
    if (others.length >= MAX_QUEUED_MESSAGES || bytes > MAX_QUEUED_BYTES) return "refused";
    if (place < 0) queue.push(item);
    else queue[place] = item;
    return place < 0 ? "queued" : "replaced";
  }

  _address() {
    const query = new URL(this.url).searchParams;
    if (query.has("page")) return this.url;
    try {
      this._page = this._page || sessionStorage[this._storage];
    } catch (error) {} // storage is turned off
    if (!this._page) {
      this._page = randomId();
      try {
        sessionStorage[this._storage] = this._page;
      } catch (error) {}
    }
    return this.url + (this.url.includes("?") ? "&" : "?") + "page=" + this._page;
  }

  _listen(method) {
    document[method]("visibilitychange", this._listener);
    for (const type of ["pagehide", "pageshow", "online"]) window[method](type, this._listener);
  }

  _setState(state) {
    this.state = state;
    this._notify();
  }

  _notify() {
    this._notifiedRetryIn = this.retryIn;
    const { state, _code: code, _reason: reason, retryIn, latency } = this;
    const event = Object.assign(new Event("state"), { state, code, reason, retryIn, latency });
    this.dispatchEvent(event);
  }

  _isReady() {
    const socket = this._socket;
    return this.state === "open" && socket.readyState === 1 && socket.bufferedAmount < MAX_BUFFERED;
  }

  _flush() {
    while (this._queue.length && this._isReady()) this._socket.send(this._queue.shift().data);
  }

  _sendHeartbeat(timeout) {
    const socket = this._socket;
    if (!this._heartbeat || !socket || socket.readyState !== 1) return;
    this._heartbeatAt = now();
    if (timeout === WAKE_TIMEOUT) this._deadline = this._heartbeatAt + Math.max(WAKE_TIMEOUT, 2 * this.latency);
    else this._deadline = this._deadline || this._heartbeatAt + timeout;
    this._heartbeatNumber++;
    socket.send(`${ENQ}${this._heartbeatNumber} ${this.latency ?? "-"} ${document.hidden ? 1 : 0}`);
  }

  _opened() {
    this._deadline = 0;
    this._openAt = now();
    this._code = 0;
    this._reason = "";
    this._opening = true; // what handlers send now goes ahead of the queue
    this._setState("open");
    if (this.state === "open") this.dispatchEvent(new Event("open"));
    this._opening = false;
    this._flush();
    for (const event of this._early.splice(0)) this._deliver(event);
  }

  _received(event) {
    if (this.state === "closed") return;
    if (this._deadline) this._deadline = now() + HEARTBEAT_TIMEOUT;
    this._late = false;
    if (this._heartbeat && /^\x06\d+$/.test(event.data)) {
      if (event.data !== ACK + this._heartbeatNumber) return; // the answer to an older one
      this._deadline = 0;
      this.latency = Math.round(now() - this._heartbeatAt);
      if (this.state === "open") this._notify();
      else this._opened();
    } else if (this.state === "open") this._deliver(event);
    else this._early.push(event);
    this._flush();
  }

  _deliver({ data, origin }) {
    if (this.state !== "open") return;
    const event = new MessageEvent("message", { data, origin });
    event.json = typeof data === "string" ? parseJson(data) : undefined;
    this.dispatchEvent(event);
  }

  _disconnected({ code, reason, wasClean }) {
    const socket = this._socket;
    socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
    socket.close();
    this._socket = null;
    this.latency = null;
    if (this.state !== "closed") {
      const wasOpen = this.state === "open";
      const full = code === 1013 && !wasOpen && reason.startsWith("all ");
      const refused = code >= 3000 || (reason && code > 1001 && code < 1012) || (code === 1013 && !wasOpen);
      // Only a link that has lasted starts over with short delays.
      if (wasOpen && now() - this._openAt > MAX_RETRY_DELAY) this._retryDelay = FIRST_RETRY_DELAY;
      if (full || refused) this._retryDelay = Math.max(this._retryDelay, REFUSED_RETRY_DELAY);
      this._retryAt = now() + (this._retryDelay * (1 + Math.random())) / 2;
      this._retryDelay = Math.min(this._retryDelay * 2, MAX_RETRY_DELAY);
      if (code === 1001 && reason.startsWith("replaced")) this._forgetPage();
      this._code = code;
      this._reason = reason;
      this._setState(full ? "full" : refused ? "refused" : "waiting");
    }
    this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean }));
  }

  // A duplicate of this tab has the same id: one of the two needs a new one.
  _forgetPage() {
    this._page = "";
    try {
      delete sessionStorage[this._storage];
    } catch (error) {}
  }

  _tick() {
    const time = now();
    // Then the answer may have arrived, and its event comes after this timer.
    const late = time - this._tickAt > WAKE_TIMEOUT;
    this._tickAt = time;
    const socket = this._socket;
    if (!socket) {
      if (!this._asleep && time >= this._retryAt) this.open();
      else if (this.retryIn !== this._notifiedRetryIn) this._notify();
      return;
    }
    // The heartbeat waits in the browser's buffer while a long message is being sent.
    const buffered = socket.bufferedAmount;
    if (this._deadline && this._buffered > MAX_BUFFERED && buffered < this._buffered) {
      this._deadline = time + HEARTBEAT_TIMEOUT;
    }
    this._buffered = buffered;
    if (this._deadline && time > this._deadline) {
      if (late && !this._late) {
        this._late = true;
        this._deadline = time + WAKE_TIMEOUT;
        this._sendHeartbeat(WAKE_TIMEOUT);
      } else {
        this.dispatchEvent(new Event("error"));
        if (this._socket === socket) this._disconnected(ABNORMAL_CLOSURE);
      }
    } else if (this.state === "open" && !this._deadline && time - this._heartbeatAt >= HEARTBEAT_INTERVAL) {
      this._sendHeartbeat(HEARTBEAT_TIMEOUT);
    }
    this._flush();
  }

  _pageEvent(type) {
    if (type === "pagehide") {
      this._asleep = true;
      // Browsers do not keep a page with an open socket for the back button.
      if (this._socket) this._disconnected({ code: 1001, reason: "", wasClean: true });
    } else if (type === "visibilitychange" && document.hidden) {
      this._sendHeartbeat(HEARTBEAT_TIMEOUT);
    } else {
      this._retryDelay = FIRST_RETRY_DELAY;
      if (this.state === "open") this._sendHeartbeat(WAKE_TIMEOUT);
      else this.open();
      // An attempt that began without a network may hang.
      if (type === "online" && this._deadline) this._deadline = Math.min(this._deadline, now() + WAKE_TIMEOUT);
    }
  }
}

["CONNECTING", "OPEN", "CLOSING", "CLOSED"].forEach((name, value) => {
  for (const target of [EspWs, EspWs.prototype]) {
    Object.defineProperty(target, name, { value, enumerable: true });
  }
});

globalThis.EspWs = EspWs;
