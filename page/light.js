/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Control: the state is the board's; the finger wins while it moves

const PACE = 50; // ms between two values
const EDGE = 14; // pixels that mean the pad's very edge
const SETTLE = 1500; // ms for the board to take a value over
const COLORS = ["#ffa757", "#ffffff", "#ff2a12", "#ff8800", "#00e04b", "#00c8e6", "#2244ff"];

const pad = byId("pad");

// The light's values, and what they may be
const VALUES = {
  on: value => typeof value === "boolean",
  color: value => /^#[\da-f]{6}$/.test(value),
  brightness: value => isNumber(value, 100),
};

const light = {
  truth: { on: false, color: "#ffffff", brightness: 0 },
  known: false,
  held: {},
  own: {}, // values that the finger has set, until the board says the same
  queued: new Set(),
  timers: {}, // for the next message
  settling: {},

  value(key) {
    return key in this.own ? this.own[key].value : this.truth[key];
  },

  take(next) {
    this.held = next.held || {};
    for (const key in VALUES) {
      if (!VALUES[key](next[key])) continue;
      this.known = true;
      this.truth[key] = next[key];
      const own = this.own[key];
      if (own && (this.holder(key) || (!own.moving && own.value === next[key]))) delete this.own[key];
    }
    this.show();
  },

  // Whoever else is moving a value
  holder(key) {
    const id = this.held[key];
    return isOpen() && id && id !== me ? id : 0;
  },

  move(key, value, moving) {
    if (this.holder(key)) return this.show();
    this.own[key] = { value, moving };
    this.show();
    this.settle(key);
    if (this.timers[key]) return;
    const send = () => {
      this.timers[key] = 0;
      if (!(key in this.own) || this.own[key].sent === this.own[key].value) return;
      this.own[key].sent = this.own[key].value;
      const result = transmit({ light: { [key]: this.own[key].value } }, "light." + key);
      if (!isOpen() && result !== "refused") this.queued.add(key);
      showBar();
      this.timers[key] = setTimeout(send, PACE);
    };
    send();
  },

  release(key) {
    if (this.own[key]) this.own[key].moving = false;
    this.settle(key);
  },

  // Nothing waits any longer: it is sent, or given up.
  emptied() {
    this.queued.clear();
    for (const key in this.own) this.settle(key);
  },

  // Soon the value is the board's again.
  settle(key) {
    clearTimeout(this.settling[key]);
    this.settling[key] = setTimeout(() => {
      if (this.own[key] && !this.own[key].moving && !this.queued.has(key)) delete this.own[key];
      this.show();
    }, SETTLE);
  },

  show() {
    const on = this.value("on");
    const color = this.value("color");
    const brightness = this.value("brightness");
    const { hue, saturation } = fromHex(color);
    byId("view-control").style.setProperty("--lamp", color);
    const shade = `color-mix(in srgb, ${color} ${75 + brightness / 4}%, var(--sheet))`;
    byId("lamp").style.setProperty("--lamp", on ? shade : "transparent");
    byId("lamp").style.setProperty("--glow", on ? `${8 + brightness * 0.5}px` : "0");
    put(byId("lamp-state"), this.known ? t(on ? "on" : "off") : "–");
    byId("on").setAttribute("aria-checked", on);
    byId("thumb").style.transform = `translate(${hue / 3.6}%, ${100 - saturation * 100}%)`;
    pad.setAttribute("aria-valuenow", Math.round(hue));
    pad.setAttribute("aria-valuetext", t("degrees", { n: Math.round(hue), s: Math.round(saturation * 100) }));
    byId("slider").value = brightness;
    byId("slider").style.setProperty("--part", `calc(16px + (100% - 32px) * ${brightness / 100})`);
    for (const swatch of byId("swatches").querySelectorAll("button")) {
      swatch.setAttribute("aria-pressed", swatch.dataset.color === color);
    }
    byId("any").value = color;
    this.showHolder("color", color);
    this.showHolder("brightness", `${brightness} %`);
    pad.setAttribute("aria-disabled", byId("color").disabled);
    byId("on").disabled = !this.known || Boolean(this.holder("on"));
  },

  showHolder(key, text) {
    const holder = this.holder(key);
    const said = byId(key + "-said");
    put(said, !this.known ? "" : holder ? t("moving", { name: nameOf(holder).replace(/^(.{15}).+/u, "$1…") }) : text);
    said.classList.toggle("held", Boolean(holder));
    byId(key).disabled = !this.known || Boolean(holder);
  },
};

function fromHex(hex) {
  const [r, g, b] = [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16) / 255);
  const high = Math.max(r, g, b);
  const span = high - Math.min(r, g, b);
  let hue = 0;
  if (span) hue = high === r ? ((g - b) / span + 6) % 6 : high === g ? (b - r) / span + 2 : (r - g) / span + 4;
  return { hue: hue * 60, saturation: high ? span / high : 0 };
}

function toHex(hue, saturation) {
  const part = shift => {
    const k = (shift + hue / 60) % 6;
    const value = 1 - saturation * Math.max(0, Math.min(k, 4 - k, 1));
    return Math.round(value * 255).toString(16).padStart(2, "0");
  };
  return "#" + part(5) + part(3) + part(1);
}

function padMoved(event) {
  const box = pad.getBoundingClientRect();
  const within = value => Math.max(0, Math.min(1, value));
  const part = (at, length) => within((at - EDGE) / (length - 2 * EDGE));
  const hue = part(event.clientX - box.left, box.width) * 359;
  light.move("color", toHex(hue, 1 - part(event.clientY - box.top, box.height)), true);
}

pad.addEventListener("pointerdown", event => {
  if (byId("color").disabled || event.button) return;
  pad.setPointerCapture(event.pointerId);
  padMoved(event);
});
pad.addEventListener("pointermove", event => {
  if (pad.hasPointerCapture(event.pointerId)) padMoved(event);
});
pad.addEventListener("lostpointercapture", () => light.release("color"));
pad.addEventListener("keydown", event => {
  const step = { ArrowLeft: [-5, 0], ArrowRight: [5, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] }[event.key];
  if (!step || byId("color").disabled) return;
  event.preventDefault();
  const { hue, saturation } = fromHex(light.value("color"));
  light.move("color", toHex((hue + step[0] + 360) % 360, Math.max(0, Math.min(1, saturation + step[1]))), false);
});

for (const color of COLORS) {
  const swatch = make("button", "swatch");
  swatch.type = "button";
  swatch.dataset.color = color;
  swatch.style.setProperty("--swatch", color);
  swatch.onclick = () => light.move("color", color, false);
  byId("swatches").append(swatch);
}
const any = make("input", "");
any.type = "color";
any.id = "any";
any.oninput = () => light.move("color", any.value, false);
byId("swatches").append(make("label", "swatch", icon("close"), any));

byId("on").onclick = () => light.move("on", !light.value("on"), false);
byId("slider").oninput = event => light.move("brightness", Number(event.target.value), true);
byId("slider").onchange = () => light.release("brightness");
