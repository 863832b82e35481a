/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The bar and the notice: the name, and the state of the link

function secondsToRetry() {
  return (socket && socket.retryIn) || 1;
}

function showTitle() {
  const title = model.title || byId("title").textContent;
  document.title = (unread ? `(${unread}) ` : "") + title;
}

function showBar() {
  const latency = socket ? socket.latency : null;
  const details = { connecting: "", open: "", closed: t("closed_detail") };
  const waiting = ownLines.filter(line => line.state === "queued").length + sheet.unsent();
  document.body.dataset.state = state;
  setText(byId("state"), t(state));
  setText(byId("latency"), isOpen() && latency !== null ? t("ms", { ms: latency }) : t(state));
  setText(byId("detail"), details[state] ?? t("retry_in", { s: secondsToRetry() }));
  setText(byId("queue"), waiting && !isOpen() ? t("queue", { n: waiting }) : "");
  if (state !== "connecting") setText(byId("announcement"), t(state) + (reason ? ": " + reason : ""));
  byId("retry").hidden = !socket || !["waiting", "closed"].includes(state);
  setText(byId("retry"), t(state === "closed" ? "connect" : "retry_now"));
  const roundTrip = latency === null ? "" : " · " + t("round_trip_ms", { ms: latency });
  setText(byId("console-link"), t(state) + roundTrip);
}

let notice = "";
let failed = false; // the board says that its program has failed
function showNotice() {
  if (failed) notice = "failed";
  else if (state === "full" || state === "refused") notice = state;
  else if (isOpen() && model.foreign) notice = "foreign";
  else if (state !== "connecting") notice = "";
  const waits = notice === "full" || notice === "refused";
  byId("notice").hidden = !notice;
  document.body.toggleAttribute("data-notice", Boolean(notice));
  byId("notice-stop").hidden = byId("notice-retry").hidden = !waits;
  byId("notice-link").hidden = notice !== "failed";
  byId("notice-console").hidden = notice !== "foreign";
  if (!notice) return;
  setText(byId("notice-title"), t(notice + "_title"));
  setText(byId("notice-text"), t(notice + "_text", { reason }));
}

function showLink() {
  showNotice();
  showBar();
}

byId("retry").onclick = byId("notice-retry").onclick = byId("reconnect").onclick = () => socket && socket.open();
byId("notice-stop").onclick = () => socket.close();
byId("notice-console").onclick = () => showConsole(true);
