/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Toasts: what the board or the page has to say

const MAX_TOASTS = 4;
const TOAST_TIMES = { info: 4000, warning: 8000, alarm: 0 }; // ms; 0: until it is tapped
const toasts = new Map(); // the board's number: the toast
const seen = new Set(); // the board tells of an alarm again after each connect

function toast(text, level, id = null) {
  if (!Object.hasOwn(TOAST_TIMES, level)) level = "info";
  const mark = `${model.boot} ${id}`;
  if (id !== null && seen.has(mark)) return;
  seen.add(mark);
  const area = byId(level === "alarm" ? "alarms" : "toasts");
  const item = make("div", "toast " + level, userText("p", String(text)));
  if (level !== "info") item.prepend(icon("warning"));
  const close = make("button", "tool", icon("close"));
  close.setAttribute("aria-label", t("dismiss"));
  item.append(close);
  item.remove = () => {
    toasts.delete(id);
    HTMLElement.prototype.remove.call(item);
  };
  close.onclick = () => item.remove();
  item.onclick = () => item.remove();
  if (id !== null) toasts.set(id, item);
  area.append(item);
  if (area.children.length > MAX_TOASTS) area.firstElementChild.remove();
  const time = TOAST_TIMES[level];
  if (time) setTimeout(() => item.remove(), time);
}

model.onnotify = ({ notify, level, id }) => notify && toast(notify, level, id ?? null);
model.ondismiss = id => toasts.has(id) && toasts.get(id).remove();
