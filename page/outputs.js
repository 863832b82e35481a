/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Elements that show a value

const SVG = "http://www.w3.org/2000/svg";
const GAUGE_ARC = "M10 54 A44 44 0 0 1 98 54";

// What each kind makes: a function that shows the element's state
const KINDS = {
  label(element, box) {
    const text = userText("p", "");
    text.className = "text";
    box.append(text);
    return () => setText(text, element.value ?? "");
  },

  value(element, box) {
    const show = figure(element, box);
    return () => show();
  },

  led(element, box) {
    const lamp = make("i", "lamp");
    const word = make("span", "");
    box.append(make("p", "state", lamp, word));
    return () => {
      lamp.className = "lamp " + (element.value ? element.color || "green" : "");
      setText(word, model.format(element));
    };
  },

  bar(element, box) {
    const show = figure(element, box);
    const track = make("div", "track", make("i", ""));
    box.append(track);
    return () => {
      show();
      showMeter(track, element);
      track.style.setProperty("--part", part(element) * 100 + "%");
    };
  },

  gauge(element, box) {
    const dial = document.createElementNS(SVG, "svg");
    dial.setAttribute("viewBox", "0 0 108 62");
    dial.setAttribute("class", "dial");
    for (const name of ["rim", "hand"]) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", GAUGE_ARC);
      path.setAttribute("pathLength", "100");
      path.setAttribute("class", name);
      dial.append(path);
    }
    const show = figure(element, box);
    box.insertBefore(dial, box.lastChild);
    return () => {
      show();
      showMeter(dial, element);
      dial.lastChild.style.strokeDasharray = `${part(element) * 100} 200`;
      dial.classList.toggle("empty", typeof element.value !== "number");
    };
  },
};

function figure(element, box) {
  const number = make("b", "");
  const unit = make("small", "", element.unit || "");
  number.dir = "auto";
  box.append(make("p", "figure", number, unit));
  return () => {
    const text = model.format(element);
    setText(number, text);
    setText(unit, text === "-" ? "" : element.unit || "");
    number.parentElement.classList.toggle("long", text.length > 8);
  };
}

// Where the value is between its limits, 0 to 1
function part({ value, min = 0, max = 100 }) {
  return typeof value === "number" ? Math.max(0, Math.min(1, (value - min) / (max - min || 1))) : 0;
}

function showMeter(node, element) {
  const { min = 0, max = 100, value, label, key } = element;
  node.setAttribute("role", "meter");
  node.setAttribute("aria-label", label || key);
  node.setAttribute("aria-valuemin", min);
  node.setAttribute("aria-valuemax", max);
  node.setAttribute("aria-valuenow", typeof value === "number" ? value : min);
  node.setAttribute("aria-valuetext", `${model.format(element)} ${element.unit || ""}`.trim());
}
