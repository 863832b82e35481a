/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Control: the board has the light's state; a value that is moved here does not jump back to it

const LIGHT_INTERVAL = 50; // ms between two messages
const PAD_MARGIN = 14; // pixels that count as the edge of the pad
const SETTLE_TIMEOUT = 1500; // ms until a local value gives way to the board's
const COLORS = ["#ffa757", "#ffffff", "#ff2a12", "#ff8800", "#00e04b", "#00c8e6", "#2244ff"];

const pad = byId("pad");

// The light's values, and the check of each
const VALUES = {
  on: value => typeof value === "boolean",
  color: value => /^#[\da-f]{6}$/.test(value),
  brightness: value => isNumber(value, 100),
};

const light = {
  reported: { on: false, color: "#ffffff", brightness: 0 },
  known: false,
  held: {},
  local: {}, // values set here that the board has not reported yet
  queued: new Set(), // values that wait for the link
  sendTimers: {},
  settleTimers: {},

  value(key) {
    return key in this.local ? this.local[key].value : this.reported[key];
  },

  apply(next) {
    this.held = next.held || {};
    for (const key in VALUES) {
      if (!VALUES[key](next[key])) continue;
      this.known = true;
      this.reported[key] = next[key];
      const local = this.local[key];
      if (local && (this.holder(key) || (!local.moving && local.value === next[key]))) delete this.local[key];
    }
    this.show();
  },

  // The other client that holds a value, or 0
  holder(key) {
    const id = this.held[key];
    return isOpen() && id && id !== myId ? id : 0;
  },

  set(key, value, moving) {
    if (this.holder(key)) return this.show();
    this.local[key] = { value, moving };
    this.show();
    this.settle(key);
    if (this.sendTimers[key]) return;
    const send = () => {
      this.sendTimers[key] = 0;
      if (!(key in this.local) || this.local[key].sent === this.local[key].value) return;
      this.local[key].sent = this.local[key].value;
      const result = transmit({ light: { [key]: this.local[key].value } }, "light." + key);
      if (!isOpen() && result !== "refused") this.queued.add(key);
      showBar();
      this.sendTimers[key] = setTimeout(send, LIGHT_INTERVAL);
    };
    send();
  },

  release(key) {
    if (this.local[key]) this.local[key].moving = false;
    this.settle(key);
  },

  // What waited has been sent or dropped.
  queueEmptied() {
    this.queued.clear();
    for (const key in this.local) this.settle(key);
  },

  // Go back to the board's value, once it has had time to report the one set here.
  settle(key) {
    clearTimeout(this.settleTimers[key]);
    this.settleTimers[key] = setTimeout(() => {
      if (this.local[key] && !this.local[key].moving && !this.queued.has(key)) delete this.local[key];
      this.show();
    }, SETTLE_TIMEOUT);
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
    setText(byId("lamp-state"), this.known ? t(on ? "on" : "off") : "–");
    byId("on").setAttribute("aria-checked", on);
    byId("thumb").style.transform = `translate(${hue / 3.6}%, ${100 - saturation * 100}%)`;
    pad.setAttribute("aria-valuenow", Math.round(hue));
    pad.setAttribute("aria-valuetext", t("degrees", { n: Math.round(hue), s: Math.round(saturation * 100) }));
    byId("slider").value = brightness;
    byId("slider").style.setProperty("--part", `calc(16px + (100% - 32px) * ${brightness / 100})`);
    for (const swatch of byId("swatches").querySelectorAll("button")) {
      swatch.setAttribute("aria-pressed", swatch.dataset.color === color);
    }
    byId("other-color").value = color;
    this.showHolder("color", color);
    this.showHolder("brightness", `${brightness}%`);
    pad.setAttribute("aria-disabled", byId("color").disabled);
    byId("on").disabled = !this.known || Boolean(this.holder("on"));
  },

  showHolder(key, text) {
    const holder = this.holder(key);
    const label = byId(key + "-value");
    const name = nameOf(holder).replace(/^(.{15}).+/u, "$1…");
    setText(label, !this.known ? "" : holder ? t("held", { name }) : text);
    label.classList.toggle("busy", Boolean(holder));
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
  const part = (at, length) => within((at - PAD_MARGIN) / (length - 2 * PAD_MARGIN));
  const hue = part(event.clientX - box.left, box.width) * 359;
  light.set("color", toHex(hue, 1 - part(event.clientY - box.top, box.height)), true);
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
  light.set("color", toHex((hue + step[0] + 360) % 360, Math.max(0, Math.min(1, saturation + step[1]))), false);
});

for (const color of COLORS) {
  const swatch = make("button", "swatch");
  swatch.type = "button";
  swatch.dataset.color = color;
  swatch.style.setProperty("--swatch", color);
  swatch.onclick = () => light.set("color", color, false);
  byId("swatches").append(swatch);
}
const otherColor = make("input", "");
otherColor.type = "color";
otherColor.id = "other-color";
otherColor.oninput = () => light.set("color", otherColor.value, false);
byId("swatches").append(make("label", "swatch", icon("close"), otherColor));

byId("on").onclick = () => light.set("on", !light.value("on"), false);
byId("slider").oninput = event => light.set("brightness", Number(event.target.value), true);
byId("slider").onchange = () => light.release("brightness");
