/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Own HTML on the panel's values: docs/page.md. data-value="fan" shows a value and, on an input,
// sets it; data-press="water" presses a button.

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

// Limits and options that the HTML does not give.
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
