/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The views

function viewChanged() {
  showView();
  updateUnread();
  animateCharts();
  sheet.endStroke();
  sheet.fit();
}

// A change of view does not go into the browser's history.
byId("tabs").addEventListener("click", event => {
  const tab = event.target.closest("a");
  if (!tab) return;
  event.preventDefault();
  history.replaceState(null, "", tab.hash);
  viewChanged();
});
addEventListener("hashchange", viewChanged);

byId("language").onclick = () => {
  language = language === "en" ? "zh" : "en";
  save("language", language);
  translate();
  showLink();
  showClients();
  showFigures();
  light.show();
  translateLabels();
  for (const line of ownLines) line.show();
};
