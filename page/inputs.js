/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Elements with which the board is controlled

const MAX_BUTTONS = 4; // options of a select that are shown as buttons
const MAX_BUTTON_TEXT = 36; // characters of all of them

// True if it can be used: the link is open, the program allows it, and no other client holds it.
function usable(element) {
  return model.online && model.complete && element.enabled !== false && model.holder(element) === null;
}

Object.assign(KINDS, {
  button(element, box) {
    const button = make("button", "press " + (element.color || ""));
    button.append(...(element.icon ? [icon(element.icon)] : []), userText("span", element.label), make("i", "spinner"));
    box.append(button);
    button.onclick = () => {
      if (!element.confirm) return model.press(element);
      ask(element, () => model.press(element));
    };
    return () => {
      const busy = Boolean(element.busy || element.pressed);
      button.disabled = !usable(element) || Boolean(element.busy);
      button.classList.toggle("busy", busy);
      button.setAttribute("aria-busy", busy);
    };
  },

  switch(element, box) {
    const button = make("button", "switch");
    const word = make("span", "");
    button.setAttribute("role", "switch");
    button.setAttribute("aria-label", element.label);
    box.append(make("p", "state", button, word));
    button.onclick = () => model.set(element, !model.shown(element), false);
    return () => {
      const value = model.shown(element);
      button.disabled = !usable(element);
      button.setAttribute("aria-checked", Boolean(value));
      setText(word, model.format(element));
    };
  },

  slider(element, box) {
    const { min = 0, max = 100, step = 1 } = element;
    const slider = make("input", "");
    Object.assign(slider, { type: "range", min, max, step });
    slider.setAttribute("aria-label", element.label);
    box.append(slider);
    let held = false; // a finger is on it
    const moved = drag => {
      element.local = slider.valueAsNumber;
      if (drag && element.live === false) {
        element.wish = { value: slider.valueAsNumber, drag: true, sent: true };
        show();
      } else model.set(element, slider.valueAsNumber, drag);
    };
    slider.addEventListener("pointerdown", () => (held = true));
    slider.addEventListener("pointerup", () => (held = false));
    slider.addEventListener("pointercancel", () => {
      held = false;
      if (element.wish && element.wish.drag) moved(false);
    });
    slider.oninput = () => moved(true);
    slider.onchange = () => {
      held = false;
      moved(false);
    };
    const readout = make("output", "readout");
    box.readout(readout);
    const show = () => {
      const value = model.shown(element);
      if (!held) slider.value = typeof value === "number" ? value : min;
      slider.disabled = !usable(element) && !held;
      slider.setAttribute("aria-valuetext", withUnit(element));
      slider.style.setProperty("--part", (slider.value - min) / (max - min || 1));
      setText(readout, withUnit(element));
    };
    return show;
  },

  number(element, box) {
    const field = make("input", "field");
    field.inputMode = typeof element.min === "number" && element.min >= 0 && Number.isInteger(element.step ?? 1) ? "numeric" : "decimal";
    field.setAttribute("aria-label", element.label);
    const step = direction => {
      const button = make("button", "button", direction < 0 ? "−" : "+");
      button.type = "button";
      button.setAttribute("aria-label", `${element.label}: ${t(direction < 0 ? "less" : "more")}`);
      button.onclick = () => {
        const from = Number(model.shown(element)) || 0;
        const size = element.step || 1;
        const places = Math.max(decimalsOf(size), decimalsOf(from));
        const to = Math.min(element.max ?? Infinity, Math.max(element.min ?? -Infinity, from + direction * size));
        if (to !== from) model.set(element, Number(to.toFixed(places)), false);
      };
      return button;
    };
    const [less, more] = [step(-1), step(1)];
    const entry = make("div", "entry", field);
    if (element.unit) entry.append(make("small", "", element.unit));
    box.append(make("div", "stepper", less, entry, more));
    const typed = typing(element, field, text => {
      const number = Number(text.replace(",", "."));
      if (!text || !Number.isFinite(number)) return model.refuse(element, t("not_number"));
      model.set(element, number, false);
    });
    return () => {
      const value = model.shown(element);
      typed(typeof value === "number" ? model.format(element) : "");
      less.disabled = !usable(element) || value <= (element.min ?? -Infinity);
      more.disabled = !usable(element) || value >= (element.max ?? Infinity);
    };
  },

  select(element, box) {
    const options = element.options || [];
    const few = options.length <= MAX_BUTTONS && options.join("").length <= MAX_BUTTON_TEXT;
    return few ? choice(element, box, options) : list(element, box, options);
  },

  text(element, box) {
    const field = make("input", "field");
    field.type = element.password ? "password" : "text";
    field.maxLength = element.length || 200;
    field.autocomplete = element.password ? "new-password" : "off";
    field.enterKeyHint = "send";
    field.dir = "auto";
    if (element.password) field.placeholder = "••••••••";
    field.setAttribute("aria-label", element.label);
    const form = make("form", "", field);
    form.onsubmit = event => event.preventDefault();
    box.append(form);
    const typed = typing(element, field, text => model.set(element, text, false));
    return () => typed(element.password ? "" : String(model.shown(element) ?? ""));
  },
});

// A field that is sent with Enter or when it is left. While it has the focus it is never overwritten.
function typing(element, field, send) {
  let base = "";
  const done = again => {
    if ((field.value === base && !again) || !usable(element)) return;
    const text = field.value.trim();
    base = field.value;
    send(text);
    if (element.password) base = field.value = "";
  };
  field.addEventListener("keydown", event => {
    if (event.key === "Enter") done(Boolean(element.error)); // the same again
    else if (event.key === "Escape") field.value = base;
  });
  field.addEventListener("focus", () => (base = field.value));
  field.addEventListener("blur", () => {
    done(false);
    model.onchange(element);
  });
  return text => {
    field.readOnly = !usable(element);
    field.setAttribute("aria-disabled", field.readOnly);
    const own = document.activeElement === field;
    if (!own && (usable(element) || model.online)) field.value = base = text;
  };
}

function choice(element, box, options) {
  const group = make("div", "choice");
  group.setAttribute("role", "radiogroup");
  group.setAttribute("aria-label", element.label);
  const radios = options.map(option => {
    const radio = make("input", "");
    Object.assign(radio, { type: "radio", name: "radio-" + element.key, value: option });
    radio.onchange = () => model.set(element, option, false);
    group.append(make("label", "", radio, userText("span", option)));
    return radio;
  });
  box.append(group);
  return () => {
    for (const radio of radios) {
      radio.checked = radio.value === model.shown(element);
      radio.disabled = !usable(element);
    }
  };
}

function list(element, box, options) {
  const select = make("select", "field");
  select.setAttribute("aria-label", element.label);
  select.append(...options.map(option => new Option(option, option)));
  select.onchange = () => model.set(element, select.value, false);
  select.onblur = () => model.onchange(element);
  box.append(make("div", "list", select));
  return () => {
    select.disabled = !usable(element);
    // With a keyboard, the choice is under way as long as it has the focus.
    if (select.matches(":focus-visible") && !element.error) return;
    select.value = model.shown(element);
  };
}

function decimalsOf(number) {
  return (String(number).split(".")[1] || "").length;
}

function withUnit(element) {
  const text = model.format(element);
  return element.unit && text !== "-" ? `${text}\u00a0${element.unit}` : text;
}

let asked = null;
function ask(element, action) {
  asked = action;
  setText(byId("confirm-text"), element.confirm === true ? element.label : element.confirm);
  setText(byId("confirm-yes"), element.label);
  byId("confirm-dialog").returnValue = "";
  byId("confirm-dialog").showModal();
}
byId("confirm-dialog").addEventListener("close", () => {
  if (byId("confirm-dialog").returnValue === "yes") asked();
});
