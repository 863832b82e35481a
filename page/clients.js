/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The list of clients

function signalBars(dbm) {
  const bars = make("span", "bars");
  for (const min of [-Infinity, -75, -65, -55]) bars.append(make("i", dbm > min ? "on" : ""));
  return bars;
}

function clientItem([id, , dbm, latency, hidden]) {
  const name = make("span", "name", userText("b", nameOf(id)));
  if (id === myId) name.append(make("span", "tag", t("you")));
  if (hidden) name.append(icon("hidden"), make("span", "unseen", t("hidden")));
  const known = isNumber(dbm, 200);
  const signal = make("span", "signal", signalBars(known ? dbm : -Infinity));
  signal.append(known ? `${dbm} dBm`.replace("-", "−") : make("span", "unseen", t("no_signal")));
  return make("li", "", name, signal, make("span", "latency", isNumber(latency, 1e5) ? latency + " ms" : "–"));
}

function showClients() {
  for (const list of document.querySelectorAll(".clients ul")) {
    list.replaceChildren(...(isOpen() ? clients.map(clientItem) : []));
    list.nextElementSibling.hidden = list.children.length > 0;
  }
}
