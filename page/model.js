/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The panel: what the board has said, and what is wished here. docs/page.md describes the messages.

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

  // Set by those who use the model
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

  // The link

  opened() {
    this.online = true;
    this.hello();
  },

  hello() {
    const sent = this.transmit({ panel: 1, boot: this.boot, version: this.version, name: this.name() });
    clearTimeout(this.helloTimer);
    this.helloTimer = setTimeout(() => {
      // Heartbeats are answered, and a panel would be.
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

  // Nothing that has no answer is sent a second time.
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

  // Messages. Returns false for one that is not the panel's.
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
    // Elements that are still there keep their objects, and with them what is being typed or dragged.
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

  // A state is complete: what is missing in it is the default.
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
      // The board's own words on the value may have come first.
      if (!wish.seen && !element.password) element.value = wish.value;
      element.wish = null;
    }
    if (text) this.onnotify({ notify: String(text), level: "info" });
    this.onchange(element);
  },

  // Wishes

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

  // What is shown

  shown(element) {
    return element.wish ? element.wish.value : element.value;
  },

  // The name or number of another page that holds the value
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
    // JSON does not tell 21.0 from 21.
    return element.fraction && !INPUTS.has(element.kind) ? value.toFixed(1) : String(Number(value.toPrecision(12)));
  },
};

// Fields of an element that the board does not describe
const LOCAL = new Set(["wish", "pressed", "timer", "error", "errorTimer", "touched", "time", "fraction", "view"]);
const INPUTS = new Set(["switch", "slider", "number", "select", "text"]);
