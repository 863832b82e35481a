// SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
// SPDX-License-Identifier: MIT
// built by tools/assets.py from page/: edit there
(() => {

const TICK_INTERVAL = 250; // ms
const HEARTBEAT_INTERVAL = 3000; // ms
const HEARTBEAT_TIMEOUT = 5000; // ms
const WAKE_TIMEOUT = 2000; // ms for the answer after the page was asleep
const CONNECT_TIMEOUT = 8000; // ms for the opening handshake
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

class EspWs extends EventTarget {
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

  _forgetPage() {
    this._page = "";
    try {
      delete sessionStorage[this._storage];
    } catch (error) {}
  }

  _tick() {
    const time = now();
    const late = time - this._tickAt > WAKE_TIMEOUT;
    this._tickAt = time;
    const socket = this._socket;
    if (!socket) {
      if (!this._asleep && time >= this._retryAt) this.open();
      else if (this.retryIn !== this._notifiedRetryIn) this._notify();
      return;
    }
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
      if (this._socket) this._disconnected({ code: 1001, reason: "", wasClean: true });
    } else if (type === "visibilitychange" && document.hidden) {
      this._sendHeartbeat(HEARTBEAT_TIMEOUT);
    } else {
      this._retryDelay = FIRST_RETRY_DELAY;
      if (this.state === "open") this._sendHeartbeat(WAKE_TIMEOUT);
      else this.open();
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


const RS = "\x1e"; // begins every message of the panel
const WISH_INTERVAL = 50; // ms between two wishes for one value
const ANSWER_TIMEOUT = 6000; // ms
const HELLO_TIMEOUT = 3000; // ms, then another program is running
const OWN_TIME = 2000; // ms after the last wish in which a value counts as held by this page

const model = {
  boot: 0, // changes when the board restarts
  version: 0,
  title: "",
  tabs: [],
  elements: new Map(),
  complete: false, // the description has arrived
  foreign: false, // the board does not answer as a panel
  me: 0,
  online: false,
  lastHeard: null,
  number: 0, // of the last wish or press
  waiting: new Map(), // number: the element, for wishes and presses without an answer

  name: () => "",
  send: () => false, // a text, now or never
  canSend: () => false,
  say: key => key,
  onchange() {},
  ondescription() {},
  onnotify() {},
  ondismiss() {},
  onbegin() {},
  onother() {},

  transmit(message) {
    return this.send(RS + JSON.stringify(message));
  },


  opened() {
    this.online = true;
    this.hello();
  },

  hello() {
    const sent = this.transmit({ panel: 1, boot: this.boot, version: this.version, name: this.name() });
    clearTimeout(this.helloTimer);
    this.helloTimer = setTimeout(() => {
      this.foreign = sent !== false && this.online;
      if (this.foreign) this.ondescription();
    }, HELLO_TIMEOUT);
  },

  lost() {
    clearTimeout(this.helloTimer);
    this.online = false;
    this.fail("lost_wish");
    for (const element of this.elements.values()) element.by = element.busy = undefined;
    this.showAll();
  },

  fail(reason) {
    const failed = new Set(this.waiting.values());
    this.waiting.clear();
    for (const element of this.elements.values()) if (element.wish) failed.add(element);
    for (const element of failed) {
      const pressed = element.pressed;
      element.wish = null;
      element.pressed = 0;
      this.refuse(element, this.say(reason), pressed);
    }
  },

  refuse(element, text, aloud) {
    element.error = text;
    clearTimeout(element.errorTimer);
    element.errorTimer = setTimeout(() => {
      element.error = "";
      this.onchange(element);
    }, 10000);
    if (aloud) this.onnotify({ notify: `${element.label}: ${text}`, level: "warning" });
    this.onchange(element);
  },

  received(text) {
    if (typeof text !== "string" || text[0] !== RS) return false;
    let message;
    try {
      message = JSON.parse(text.slice(1));
    } catch (error) {
      return false;
    }
    if (!(message instanceof Object)) return true;
    this.lastHeard = new Date();
    if (message.panel) this.begin(message.panel);
    else if (Array.isArray(message.elements)) this.describe(message);
    else if ("end" in message) this.end(message.end);
    else if ("key" in message && "n" in message === false) this.change(message);
    else if ("n" in message) this.answer(message);
    else if ("notify" in message) this.onnotify(message);
    else if ("dismiss" in message) this.ondismiss(message.dismiss);
    else if (typeof message.error === "string") this.onnotify({ notify: message.error, level: "warning" });
    else this.onother(message);
    return true;
  },

  begin({ boot, title, name, tabs, you }) {
    clearTimeout(this.helloTimer);
    this.foreign = false;
    if (this.boot && boot !== this.boot) this.fail("restart_wish");
    if (boot !== this.boot) this.version = 0;
    this.boot = boot;
    this.title = title || name || "";
    if (Array.isArray(tabs)) this.tabs = tabs;
    this.me = you;
    this.onbegin();
  },

  describe({ elements, from }) {
    if (!from) {
      this.old = this.elements;
      this.elements = new Map();
    }
    for (const described of elements.filter(each => each instanceof Object && typeof each.key === "string")) {
      const known = this.old && this.old.get(described.key);
      const element = known && known.kind === described.kind ? known : {};
      for (const field of Object.keys(element)) if (!LOCAL.has(field)) delete element[field];
      this.elements.set(described.key, Object.assign(element, described));
    }
  },

  end(version) {
    this.version = version;
    this.complete = true;
    this.old = null;
    this.ondescription();
    this.showAll();
  },

  showAll() {
    for (const element of this.elements.values()) this.onchange(element);
  },

  change(message) {
    const element = this.elements.get(message.key);
    if (!element) return;
    this.update(element, message);
    element.time = new Date();
    if (element.wish) element.wish.seen = true;
    if (message.v > this.version && this.complete) this.version = message.v;
    this.onchange(element);
  },

  update(element, { n, v, error, ...state }) {
    const usual = { by: undefined, busy: undefined, stale: undefined, enabled: undefined, visible: undefined };
    Object.assign(element, usual, state);
  },

  answer(message) {
    const { n, error, text } = message;
    const element = this.waiting.get(n);
    if (!element) return;
    for (const [number, other] of this.waiting) if (other === element && number <= n) this.waiting.delete(number);
    const wish = element.wish;
    const pressed = element.pressed === n;
    if (pressed) element.pressed = 0;
    if (error !== undefined) {
      if ("value" in message) this.update(element, message);
      if (wish && wish.n === n) element.wish = null;
      return this.refuse(element, String(error), pressed);
    }
    if (wish && wish.n === n && !wish.drag) {
      if (!wish.seen && !element.password) element.value = wish.value;
      element.wish = null;
    }
    if (text) this.onnotify({ notify: String(text), level: "info" });
    this.onchange(element);
  },


  set(element, value, drag) {
    element.error = "";
    element.touched = performance.now();
    element.wish = { value, drag };
    this.flush(element);
    this.onchange(element);
  },

  flush(element) {
    const wish = element.wish;
    if (element.timer || !wish || wish.sent || !this.online) return;
    if (this.canSend()) {
      wish.n = ++this.number;
      wish.sent = true;
      this.transmit({ set: element.key, value: wish.value, n: wish.n, drag: Boolean(wish.drag), boot: this.boot });
      this.expect(element, wish.n);
    }
    element.timer = setTimeout(() => {
      element.timer = 0;
      this.flush(element);
    }, WISH_INTERVAL);
  },

  press(element) {
    if (element.pressed) return;
    element.error = "";
    if (!this.online || !this.canSend()) return this.refuse(element, this.say("not_sent"), true);
    element.pressed = ++this.number;
    this.transmit({ press: element.key, n: element.pressed, boot: this.boot });
    this.expect(element, element.pressed);
    this.onchange(element);
  },

  expect(element, n) {
    this.waiting.set(n, element);
    setTimeout(() => {
      if (!this.waiting.delete(n)) return;
      const pressed = element.pressed === n;
      if (pressed) element.pressed = 0;
      else if (!element.wish || element.wish.n !== n || element.wish.drag) return;
      element.wish = null;
      this.refuse(element, this.say("no_answer"), pressed);
    }, ANSWER_TIMEOUT);
  },


  shown(element) {
    return element.wish ? element.wish.value : element.value;
  },

  holder(element) {
    const { by } = element;
    if ((typeof by !== "string" && typeof by !== "number") || by === this.me) return null;
    const own = by === this.name() && performance.now() - (element.touched ?? -Infinity) < OWN_TIME;
    return own || (element.wish && element.wish.drag) ? null : by;
  },

  level(element) {
    const beyond = limits =>
      Array.isArray(limits) &&
      typeof element.value === "number" &&
      ((limits[0] !== null && element.value < limits[0]) || (limits[1] !== null && element.value > limits[1]));
    return beyond(element.alarm) ? "alarm" : beyond(element.warn) ? "warn" : "";
  },

  format(element, value = this.shown(element)) {
    if (value === null || value === undefined || value === "" || typeof value === "object") return "-";
    if (typeof value === "boolean") return this.say(value ? "on" : "off");
    if (typeof value !== "number") return String(value);
    if (element.decimals !== undefined) return value.toFixed(element.decimals);
    if (!Number.isInteger(value)) element.fraction = true;
    return element.fraction && !INPUTS.has(element.kind) ? value.toFixed(1) : String(Number(value.toPrecision(12)));
  },
};

const LOCAL = new Set(["wish", "pressed", "timer", "error", "errorTimer", "touched", "time", "fraction", "view"]);
const INPUTS = new Set(["switch", "slider", "number", "select", "text"]);


const TEXTS = {
  on: ["on", "开"],
  off: ["off", "关"],
  not_sent: ["Not sent: there is no connection.", "未发送：没有连接。"],
  no_answer: ["The board has not answered.", "设备没有应答。"],
  lost_wish: ["The connection was lost before the board answered.", "设备应答之前连接已断开。"],
  restart_wish: ["The board has restarted: not done.", "设备已重新启动，未执行。"],
};
const NOTICE_TIMES = { info: 4000, warning: 8000 }; // ms
const missing = new Set();
const moving = new Set(); // inputs under a finger

function keyOf(node) {
  return node.dataset.value ?? node.dataset.press;
}

function isInput(node) {
  return /^(INPUT|SELECT|TEXTAREA)$/.test(node.tagName);
}

function mark(node, name, value) {
  if (value === undefined || value === null || value === false || value === "") node.removeAttribute("data-" + name);
  else node.setAttribute("data-" + name, value === true ? "" : value);
}

function bound() {
  return document.querySelectorAll("[data-value], [data-press]");
}

function showNode(node) {
  const element = model.elements.get(keyOf(node));
  const holder = element ? model.holder(element) : null;
  mark(node, "offline", !model.online || !model.complete);
  mark(node, "unknown", model.complete && !element);
  if (model.complete && !element && !missing.has(keyOf(node))) {
    missing.add(keyOf(node));
    console.warn(`panel.js: the panel has no "${keyOf(node)}"`);
  }
  if (element) {
    mark(node, "owned", holder);
    mark(node, "refused", element.error);
    mark(node, "stale", element.stale);
    mark(node, "wish", Boolean(element.wish));
    mark(node, "busy", Boolean(element.busy || element.pressed));
    mark(node, "level", model.level(element));
    node.hidden = element.visible === false;
  }
  const usable = model.online && model.complete && element && element.enabled !== false && holder === null;
  const typing = document.activeElement === node && /^(text|number|password|search|email|url|tel|textarea)$/.test(node.type);
  if (node.tagName === "BUTTON" || isInput(node)) {
    if (typing) node.readOnly = !usable;
    else node.disabled = !usable && !moving.has(node);
  }
  if (!element || node.dataset.value === undefined) return;
  const value = model.shown(element);
  if (!isInput(node)) {
    const text = model.format(element, value);
    const shown = element.unit && text !== "-" ? `${text} ${element.unit}` : text;
    if (node.textContent !== shown) node.textContent = shown;
  } else if (node.type === "checkbox") node.checked = Boolean(value);
  else if (node.type === "radio") node.checked = node.value === String(value);
  else if (!typing && !moving.has(node)) {
    describeInput(node, element);
    node.value = value ?? "";
  }
}

function describeInput(node, element) {
  if (node.tagName === "SELECT" && !node.options.length) {
    node.append(...(element.options || []).map(option => new Option(option, option)));
  }
  for (const name of node.type === "range" || node.type === "number" ? ["min", "max", "step"] : []) {
    if (!node.hasAttribute(name) && typeof element[name] === "number") node.setAttribute(name, element[name]);
  }
}

function showBound() {
  document.documentElement.setAttribute("data-link", !model.online ? "lost" : model.foreign ? "other" : model.complete ? "open" : "connecting");
  for (const node of bound()) showNode(node);
}

function wish(event, drag) {
  const node = event.target;
  const element = model.elements.get(node.dataset && node.dataset.value);
  if (!element || !isInput(node)) return;
  const text = node.type !== "range" && node.type !== "checkbox" && node.type !== "radio" && node.tagName !== "SELECT";
  if (drag && (node.type !== "range" || element.live === false)) return;
  if (node.type === "checkbox") return model.set(element, node.checked, false);
  if (text && typeof element.value !== "number") return model.set(element, node.value, false);
  const value = typeof element.value === "number" || node.type === "range" ? Number(node.value) : node.value;
  if (typeof value === "number" && (!Number.isFinite(value) || node.value === "")) return showNode(node);
  model.set(element, value, drag);
}

document.addEventListener("pointerdown", event => {
  if (event.target.type === "range") moving.add(event.target);
});
for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, () => moving.clear());
document.addEventListener("input", event => wish(event, true));
document.addEventListener("change", event => {
  moving.clear();
  wish(event, false);
});
document.addEventListener("focusout", event => event.target.dataset && keyOf(event.target) !== undefined && setTimeout(showNode, 0, event.target));
document.addEventListener("click", event => {
  const button = event.target.closest("[data-press]");
  const element = button && model.elements.get(button.dataset.press);
  if (!element) return;
  event.preventDefault();
  if (!element.confirm || confirm(element.confirm)) model.press(element);
});

model.say = key => TEXTS[key][/^zh/i.test(document.documentElement.lang || navigator.language) ? 1 : 0];
model.onchange = element => {
  for (const node of bound()) if (keyOf(node) === element.key) showNode(node);
};
model.ondescription = showBound;
model.onnotify = ({ notify, level = "info" }) => {
  for (const node of document.querySelectorAll("[data-notify]")) {
    node.textContent = notify;
    mark(node, "level", level);
    clearTimeout(node.notifyTimer);
    if (NOTICE_TIMES[level]) node.notifyTimer = setTimeout(() => (node.textContent = ""), NOTICE_TIMES[level]);
  }
};
model.ondismiss = () => {
  for (const node of document.querySelectorAll("[data-notify]")) node.textContent = "";
};
model.onbegin = () => {
  for (const node of document.querySelectorAll("[data-title]")) node.textContent = model.title;
};

const socket = new EspWs("/ws");
model.canSend = () => socket.state === "open" && socket.bufferedAmount === 0;
model.send = text => socket.state === "open" && socket.send(text);
socket.addEventListener("message", event => model.received(event.data));
socket.addEventListener("state", ({ state }) => {
  if (state === "open" && !model.online) model.opened();
  else if (state !== "open" && model.online) {
    model.lost();
    showBound();
  }
});
document.addEventListener("visibilitychange", () => !document.hidden && model.online && model.hello());
showBound();
})();
