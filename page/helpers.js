/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Helpers

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const darkScheme = matchMedia("(prefers-color-scheme: dark)");

function make(name, className, ...content) {
  const element = document.createElement(name);
  element.className = className;
  element.append(...content);
  return element;
}

// Text from a user has a direction of its own.
function userText(name, text) {
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

// An unchanged text is not laid out or announced again.
function setText(element, text) {
  text = String(text);
  if (element.textContent !== text) element.textContent = text;
}

function timeOfDay(date = new Date(), seconds = false) {
  return date.toTimeString().slice(0, seconds ? 8 : 5);
}

function isNumber(value, limit) {
  return typeof value === "number" && Math.abs(value) <= limit;
}
