/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The bar

function seconds() {
  return (board && board.retryIn) || 1;
}

function showBar() {
  const latency = board ? board.latency : null;
  const details = { connecting: t("looking"), open: t("trip", { ms: latency }), closed: t("hung_up") };
  const waiting = lines.filter(line => line.state === "queued").length + light.queued.size + sheet.unsent();
  document.body.dataset.state = state;
  put(byId("state"), t(state));
  put(byId("detail"), details[state] || t("retry", { s: seconds() }));
  put(byId("queue"), waiting && !isOpen() ? t("queue", { n: waiting }) : "");
  if (state !== "connecting") put(byId("spoken"), t(state) + (reason ? ": " + reason : ""));
  byId("again").hidden = !board || !["waiting", "closed"].includes(state) || !byId("notice").hidden;
  put(byId("again"), t(state === "closed" ? "connect" : "try_now"));
  put(byId("pulse"), t(state) + (latency === null ? "" : " · " + t("pulse", { ms: latency })));
}

let notice = "";
function showNotice() {
  if (state === "full" || state === "refused") notice = state;
  else if (state !== "connecting") notice = "";
  byId("notice").hidden = !notice;
  document.body.toggleAttribute("data-notice", Boolean(notice));
  if (!notice) return;
  put(byId("notice-title"), t(notice + "_title"));
  const next = t(state === "connecting" ? "connecting" : "retry", { s: seconds() });
  put(byId("notice-text"), `${t(notice + "_text", { reason })} ${next}`);
}

function showLink() {
  showNotice();
  showBar();
}

byId("again").onclick = byId("notice-again").onclick = byId("reconnect").onclick = () => board && board.open();
byId("notice-stop").onclick = () => board.close();
