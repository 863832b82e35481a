/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Live: the figures

const MAX_DOTS = 7; // more do not fit

let status = null;
let bootTime = 0; // when the board started, by this phone's clock

function showFigures() {
  const known = status !== null && isOpen();
  const figure = (id, value, limit, format) =>
    setText(byId(id), known && isNumber(value, limit) ? format(value) : "–");
  const { temperature, free_memory: memory, uptime, max } = status || {};
  const large = memory >= 2 ** 20;
  document.body.classList.toggle("known", known);
  figure("temperature", temperature, 999, value => value.toFixed(1));
  figure("memory", memory, 2 ** 40, value => (large ? (value / 2 ** 20).toFixed(2) : Math.round(value / 1024)));
  setText(byId("memory-unit"), large ? "MB" : "KB");
  figure("latency", socket && socket.latency, 1e5, value => value);
  figure("uptime", uptime, 1e9, value => {
    const days = Math.floor(value / 86400);
    const time = new Date((value % 86400) * 1000).toISOString().slice(11, 19);
    return days > 0 ? `${days} ${t("day")} ${time}` : time;
  });
  const since = known && isNumber(uptime, 1e9) ? t("since", { time: timeOfDay(new Date(bootTime)) }) : "";
  setText(byId("since"), since);
  setText(byId("client-count"), known ? clients.length : "–");
  setText(byId("client-max"), known && isNumber(max, 99) ? t("of", { n: max }) : "");
  const dot = (_, index) => make("i", index < clients.length ? "on" : "");
  byId("client-dots").replaceChildren(...Array.from({ length: max <= MAX_DOTS ? max : 0 }, dot));
}

function applyStatus(next) {
  status = next;
  clients = Array.isArray(next.clients) ? next.clients.filter(Array.isArray) : [];
  const time = Date.now() - next.uptime * 1000;
  // A small difference is the message's delay.
  if (!(Math.abs(time - bootTime) < 5000)) bootTime = time;
  temperatureChart.add(next.temperature);
  memoryChart.add(next.free_memory);
  latencyChart.add(socket.latency);
  showFigures();
  showClients();
  light.show();
}
