/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Small helpers

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

function make(name, className, ...content) {
  const element = document.createElement(name);
  element.className = className;
  element.append(...content);
  return element;
}

// What people have written runs in its own direction.
function writing(name, text) {
  const element = make(name, "", text);
  element.dir = "auto";
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#i-" + name);
  svg.append(use);
  return svg;
}

// Only changes are laid out and read aloud.
function put(element, text) {
  text = String(text);
  if (element.textContent !== text) element.textContent = text;
}

function colorOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function clock(date = new Date(), seconds = false) {
  return date.toTimeString().slice(0, seconds ? 8 : 5);
}

let toastTimer;
function toast(text) {
  put(byId("toast"), text);
  byId("toast").classList.add("on");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    byId("toast").classList.remove("on");
    put(byId("toast"), "");
  }, 5000);
}
