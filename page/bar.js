/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The bar and the notice: the state of the link

function secondsToRetry() {
  return (socket && socket.retryIn) || 1;
}

function showBar() {
  const latency = socket ? socket.latency : null;
  const roundTrip = t("round_trip_ms", { ms: latency });
  const details = { connecting: t("connecting_detail"), open: roundTrip, closed: t("closed_detail") };
  const waiting = ownLines.filter(line => line.state === "queued").length + light.queued.size + sheet.unsent();
  document.body.dataset.state = state;
  setText(byId("state"), t(state));
  setText(byId("detail"), details[state] || t("retry_in", { s: secondsToRetry() }));
  setText(byId("queue"), waiting && !isOpen() ? t("queue", { n: waiting }) : "");
  if (state !== "connecting") setText(byId("announcement"), t(state) + (reason ? ": " + reason : ""));
  byId("retry").hidden = !socket || !["waiting", "closed"].includes(state) || !byId("notice").hidden;
  setText(byId("retry"), t(state === "closed" ? "connect" : "retry_now"));
  setText(byId("console-link"), t(state) + (latency === null ? "" : " · " + roundTrip));
}

let notice = "";
function showNotice() {
  if (state === "full" || state === "refused") notice = state;
  else if (state !== "connecting") notice = "";
  byId("notice").hidden = !notice;
  document.body.toggleAttribute("data-notice", Boolean(notice));
  if (!notice) return;
  setText(byId("notice-title"), t(notice + "_title"));
  const next = state === "connecting" ? t("connecting") : t("retry_in", { s: secondsToRetry() });
  setText(byId("notice-text"), `${t(notice + "_text", { reason })} ${next}`);
}

function showLink() {
  showNotice();
  showBar();
}

byId("retry").onclick = byId("notice-retry").onclick = byId("reconnect").onclick = () => socket && socket.open();
byId("notice-stop").onclick = () => socket.close();
