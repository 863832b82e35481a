/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Live: the figures

const MAX_DOTS = 7; // as many as there is room for

let status = null;

function isNumber(value, most) {
  return typeof value === "number" && Math.abs(value) <= most;
}

function showFigures() {
  const known = status !== null && isOpen();
  const figure = (id, value, most, shown) => put(byId(id), known && isNumber(value, most) ? shown(value) : "–");
  const { temperature, free_memory: memory, uptime, max } = status || {};
  const large = memory >= 2 ** 20;
  document.body.classList.toggle("known", known);
  figure("temperature", temperature, 999, value => value.toFixed(1));
  figure("memory", memory, 2 ** 40, value => (large ? (value / 2 ** 20).toFixed(2) : Math.round(value / 1024)));
  put(byId("memory-unit"), large ? "MB" : "KB");
  figure("latency", board && board.latency, 1e5, value => value);
  figure("uptime", uptime, 1e9, value => {
    const days = Math.floor(value / 86400);
    const time = new Date((value % 86400) * 1000).toISOString().slice(11, 19);
    return days > 0 ? `${days} ${t("day")} ${time}` : time;
  });
  put(byId("since"), known && isNumber(uptime, 1e9) ? t("since", { time: clock(new Date(started)) }) : "");
  put(byId("taken"), known ? clients.length : "–");
  put(byId("places-of"), known && isNumber(max, 99) ? t("of", { n: max }) : "");
  const dot = (_, index) => make("i", index < clients.length ? "on" : "");
  byId("places").replaceChildren(...Array.from({ length: max <= MAX_DOTS ? max : 0 }, dot));
}

let started = 0; // when the board began, by this phone's clock

function takeStatus(next) {
  status = next;
  clients = Array.isArray(next.clients) ? next.clients.filter(Array.isArray) : [];
  const begun = Date.now() - next.uptime * 1000;
  // Otherwise it would waver with the delay.
  if (!(Math.abs(begun - started) < 5000)) started = begun;
  temperatureChart.add(next.temperature);
  memoryChart.add(next.free_memory);
  latencyChart.add(board.latency);
  showFigures();
  showPeople();
  light.show();
}
