/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The panel's elements in boxes and tabs. A remote has few of them, and shows them large on one screen.

const MAX_REMOTE = 8; // elements
const WIDE = new Set(["slider", "number", "select", "text", "bar"]);
const OWN_VIEWS = { chat: "chat", sketch: "drawing" }; // kinds of elements with a view of their own

let shape = ""; // of the elements on the screen: what cannot change without building them again

function describePanel() {
  const all = [...model.elements.values()];
  const elements = all.filter(element => !(element.kind in OWN_VIEWS));
  const next = JSON.stringify([model.tabs, ...all.map(({ value, stale, by, busy, visible, enabled, ...rest }) =>
    Object.entries(rest).filter(([name]) => !LOCAL.has(name) && name !== "old"))]);
  setText(byId("title"), model.title);
  save("title", model.title);
  showTitle();
  if (next === shape) return showForeign();
  shape = next;
  const tabs = [...model.tabs.keys()].map(index => elements.filter(element => element.tab === index));
  const above = elements.filter(element => !(element.tab in model.tabs));
  const pages = tabs.length ? tabs : [above];
  document.body.classList.toggle("remote", elements.length <= MAX_REMOTE && !elements.some(isApart));
  byId("panel").replaceChildren(
    ...(tabs.length && above.length ? [makeBoxes(above, "boxes above")] : []),
    ...pages.map(makeBoxes),
  );
  setViews([
    ...(elements.length || !all.length ? pages.map((_, index) => ({ id: String(index), name: model.tabs[index] || t("panel") })) : []),
    ...all.filter(each => each.kind in OWN_VIEWS).map(each => ({ id: each.kind, name: ownName(each), icon: each.kind })),
  ]);
  showForeign();
}

function isApart({ tab, group }) {
  return tab !== undefined || group !== undefined;
}

function ownName({ kind, label }) {
  return !label || label === WORDS[kind][0] ? t(kind) : label;
}

function makeBoxes(elements, name) {
  const boxes = make("div", typeof name === "string" ? name : "boxes");
  let group;
  let inner = null;
  for (const element of elements) {
    if (element.group !== undefined && element.group !== group) {
      inner = make("section", "group");
      if (typeof element.group === "string") {
        inner.append(userText("h2", element.group));
        inner.setAttribute("aria-label", element.group);
      }
      boxes.append(inner);
    }
    group = element.group;
    (group === undefined ? boxes : inner).append(makeElement(element));
  }
  for (const each of [boxes, ...boxes.querySelectorAll(".group")]) pairUp(each);
  return boxes;
}

// In two columns, the first of an odd number of small ones has a row for itself.
function pairUp(box) {
  let run = [];
  const end = () => {
    if (run.length % 2) run[0].classList.add("alone");
    run = [];
  };
  for (const child of box.children) {
    if (child.matches(".small")) run.push(child);
    else end();
  }
  end();
}

function makeElement(element) {
  const label = userText(typeof element.group === "string" ? "h3" : "h2", element.label ?? element.key);
  const aside = make("span", "aside");
  const head = make("div", "head", ...(element.icon ? [icon(element.icon)] : []), label, aside);
  const box = make("div", "element " + element.kind);
  const note = make("p", "note");
  const help = make("p", "help-text", element.help || "");
  help.dir = "auto";
  box.dataset.key = element.key;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", element.label || element.key);
  const wide = WIDE.has(element.kind) || (element.kind === "label" && (!element.label || String(element.value).length > 24));
  box.classList.add(wide ? "wide" : "small");
  if (element.label && element.kind !== "button") box.append(head);
  box.readout = node => aside.after(node);
  const show = (KINDS[element.kind] || KINDS.value)(element, box);
  if (element.help) {
    const button = make("button", "help", "?");
    button.setAttribute("aria-label", `${element.label}: ${t("help")}`);
    button.setAttribute("aria-expanded", "false");
    button.onclick = () => {
      help.hidden = !help.hidden;
      button.setAttribute("aria-expanded", !help.hidden);
    };
    help.hidden = true;
    if (head.parentElement) label.after(button);
    else box.append(button);
    box.append(help);
  }
  note.setAttribute("role", "status");
  box.append(note);
  element.view = () => {
    show();
    showMarks(element, box, aside, note);
  };
  element.view();
  return box;
}

// What every kind shows: hidden, offline, owned, wished, refused, old, beyond its limits
function showMarks(element, box, aside, note) {
  const holder = model.holder(element);
  const level = model.level(element);
  const input = INPUTS.has(element.kind);
  const offline = !model.online;
  box.hidden = element.visible === false;
  box.classList.toggle("offline", offline);
  box.classList.toggle("off", element.enabled === false);
  box.classList.toggle("stale", Boolean(element.stale));
  box.classList.toggle("wish", Boolean(element.wish));
  box.classList.toggle("owned", holder !== null);
  box.classList.toggle("refused", Boolean(element.error));
  for (const each of ["warn", "alarm"]) box.classList.toggle(each, level === each);
  const heard = model.lastHeard ? timeOfDay(model.lastHeard) : "";
  let text = "";
  if (offline && model.complete) text = input ? t("offline") : heard && t("as_of", { time: heard });
  else if (holder !== null) text = t("held", { name: typeof holder === "number" ? t("unnamed", { n: holder }) : holder });
  else if (element.wish && !element.wish.drag) text = t("wished");
  else if (element.stale && element.value !== null) text = element.time ? t("as_of", { time: timeOfDay(element.time) }) : t("old");
  else if (level) text = t(level);
  setText(aside, text);
  setText(note, element.error || (element.kind === "button" && holder !== null ? text : ""));
}

function showForeign() {
  showNotice();
}

model.onchange = element => {
  if (element.view) element.view();
  markTabs();
};
model.ondescription = describePanel;

// A tab says that something on it is beyond its limits.
function markTabs() {
  if (!model.tabs.length) return;
  const alarmed = new Set();
  for (const element of model.elements.values()) if (model.level(element) === "alarm") alarmed.add(String(element.tab));
  for (const tab of byId("tabs").children) tab.classList.toggle("alarm", alarmed.has(tab.dataset.view));
}
