/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The views

function viewChanged() {
  showView();
  seen();
  wake();
  sheet.lift();
  sheet.fit();
}

// A view is no place to go back to.
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
  remember("language", language);
  translate();
  showLink();
  showPeople();
  showFigures();
  light.show();
  relabel();
  for (const line of lines) line.show();
};
