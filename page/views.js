/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The views: the panel's tabs, the chat and the drawing

let views = []; // { id, name, icon }
let view = "";

function setViews(next) {
  views = next;
  byId("tabs").replaceChildren(...views.map(each => {
    const tab = make("a", "", ...(each.icon ? [icon(each.icon)] : []), userText("span", each.name));
    tab.id = "tab-" + each.id;
    tab.href = "#" + each.id;
    tab.dataset.view = each.id;
    if (each.id === "chat") tab.append(unreadMark);
    return tab;
  }));
  byId("rail").hidden = views.length < 2;
  document.body.classList.toggle("single", views.length < 2);
  showView();
}

function showView() {
  const hash = location.hash.slice(1);
  view = (views.find(each => each.id === hash) || views[0] || { id: "0" }).id;
  const own = { chat: "view-chat", sketch: "view-drawing" }[view] || "view-panel";
  document.body.dataset.view = view;
  for (const each of document.querySelectorAll(".view")) each.hidden = each.id !== own;
  for (const tab of byId("tabs").children) {
    const current = tab.dataset.view === view;
    tab.setAttribute("aria-current", current && "page");
    if (current) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  [...byId("panel").querySelectorAll(".boxes:not(.above)")].forEach((boxes, index) => {
    boxes.hidden = String(index) !== view;
  });
  updateUnread();
  sheet.endStroke();
  sheet.fit();
}

// A change of view does not go into the browser's history.
byId("tabs").addEventListener("click", event => {
  const tab = event.target.closest("a");
  if (!tab) return;
  event.preventDefault();
  history.replaceState(null, "", tab.hash);
  showView();
});
addEventListener("hashchange", showView);

byId("language").onclick = () => {
  language = language === "en" ? "zh" : "en";
  save("language", language);
  translate();
  shape = "";
  describePanel();
  showLink();
  showClients();
  translateLabels();
  for (const line of ownLines) line.show();
};
