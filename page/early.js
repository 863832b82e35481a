/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

const byId = id => document.getElementById(id);

// What the browser stores

function load(key, storage = "localStorage") {
  try {
    return window[storage].getItem("esp_ws_ap." + key);
  } catch (error) {
    return null;
  }
}

function save(key, value, storage = "localStorage") {
  try {
    window[storage].setItem("esp_ws_ap." + key, value);
  } catch (error) {} // storage is turned off
}

// The language

let language = load("language");
if (language !== "en" && language !== "zh") {
  const first = navigator.languages.find(tag => /^(en|zh)\b/i.test(tag));
  language = /^zh/i.test(first) ? "zh" : "en";
}

function t(key, values = {}) {
  const text = WORDS[key][language === "zh" ? 1 : 0];
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name]);
}

function words(key) {
  return t(key).split(" ");
}

function translate() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-t], [data-t-label], [data-t-placeholder]")) {
    const { t: text, tLabel: label, tPlaceholder: placeholder } = element.dataset;
    if (text) element.textContent = t(text);
    if (label) element.setAttribute("aria-label", t(label));
    if (placeholder) element.placeholder = t(placeholder);
  }
  byId("language").textContent = t("other_language");
  byId("language").setAttribute("aria-label", t("switch_language"));
}

translate();
// As long as the board has not said it, the name that it had the last time.
byId("title").textContent = document.title = load("title") || location.hostname;
