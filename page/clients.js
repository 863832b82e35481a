/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The people

function signalBars(dbm) {
  const bars = make("span", "bars");
  for (const least of [-Infinity, -75, -65, -55]) bars.append(make("i", dbm > least ? "on" : ""));
  return bars;
}

function person([id, , dbm, trip, hidden]) {
  const name = make("span", "name", writing("b", nameOf(id)));
  if (id === me) name.append(make("span", "tag", t("you")));
  if (hidden) name.append(icon("asleep"), make("span", "unseen", t("asleep")));
  const known = isNumber(dbm, 200);
  const signal = make("span", "signal", signalBars(known ? dbm : -Infinity));
  signal.append(known ? `${dbm} dBm`.replace("-", "−") : make("span", "unseen", t("no_signal")));
  return make("li", "", name, signal, make("span", "trip", isNumber(trip, 1e5) ? trip + " ms" : "–"));
}

function showPeople() {
  for (const list of document.querySelectorAll(".people ul")) {
    list.replaceChildren(...(isOpen() ? clients.map(person) : []));
    list.nextElementSibling.hidden = list.children.length > 0;
  }
}
