/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The link

function received(event) {
  if (typeof event.data !== "string") {
    const bytes = new Uint8Array(event.data);
    logMessage("in", bytes);
    if (bytes[0] === STROKES || bytes[0] === DRAWING) sheet.apply(bytes);
    return;
  }
  logMessage("in", event.data);
  const message = event.json || {};
  const greeting = typeof message.you === "number";
  if (greeting) applyGreeting(message.you, String(message.boot));
  if (message.status instanceof Object) applyStatus(message.status);
  if (message.light instanceof Object) light.apply(message.light);
  if (Array.isArray(message.chat)) applyLines(message.chat, greeting);
  if (typeof message.error === "string") toast(message.error);
}

function applyGreeting(id, newBoot) {
  myId = id;
  if (boot !== newBoot) {
    if (lastNumber) append(make("p", "restart", t("restarted")));
    lastNumber = 0;
    myIds.clear();
    boot = newBoot;
  }
  myIds.add(id);
  save("boot", boot, "sessionStorage");
  save("ids", [...myIds].slice(-50).join(" "), "sessionStorage");
}

function stateChanged(event) {
  const before = state;
  state = event.state;
  reason = event.reason || "";
  if (state !== before) {
    if (state === "open") {
      sendName();
      expectEchoes();
      light.queueEmptied();
    } else if (before === "open") {
      sheet.complete = false;
      clients = [];
      showFigures();
      showClients();
      light.show();
    }
    if (state === "closed") {
      light.queueEmptied();
      for (const line of ownLines.filter(each => each.state === "queued")) line.setState("refused");
    }
    appendRaw("event", t(state));
    animateCharts();
  }
  showLink();
}

function connectionClosed({ code, reason: text }) {
  const known = "code_" + code in WORDS ? code : "other";
  appendRaw("event", `${code}: ${t("code_" + known)}` + (text ? ` · ${text}` : ""));
}

async function connect(attempt) {
  let module;
  state = "connecting";
  showLink();
  try {
    module = await import("/esp-ws.js" + (attempt ? "?" + attempt : ""));
  } catch (error) {
    state = "waiting";
    showLink();
    setTimeout(connect, 1000, attempt + 1);
    return;
  }
  socket = new module.EspWs("/ws");
  socket.binaryType = "arraybuffer";
  socket.addEventListener("state", stateChanged);
  socket.addEventListener("message", received);
  socket.addEventListener("message", () => sheet.flush());
  socket.addEventListener("close", connectionClosed);
}
