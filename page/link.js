/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The link

model.name = () => myName;
model.canSend = () => isOpen() && socket.bufferedAmount === 0;
model.send = text => (isOpen() ? transmit(text) : false);
model.say = t;
model.onbegin = () => applyGreeting(model.me, String(model.boot));
model.onother = message => {
  if (Array.isArray(message.people)) {
    clients = message.people.filter(Array.isArray);
    showClients();
  }
  if (Array.isArray(message.chat)) applyLines(message.chat, Boolean(message.all));
};

function received(event) {
  if (typeof event.data !== "string") {
    const bytes = new Uint8Array(event.data);
    logMessage("in", bytes);
    if (bytes[0] === SHEET) sheet.apply(bytes.subarray(1));
    return;
  }
  logMessage("in", event.data);
  model.received(event.data);
}

function stateChanged(event) {
  const before = state;
  state = event.state;
  reason = event.reason || "";
  if (state !== before) {
    failed = false;
    if (state === "open") {
      model.opened();
      expectEchoes();
    } else if (before === "open") {
      sheet.complete = false;
      clients = [];
      showClients();
      model.lost();
    }
    if (state === "waiting") askWhy();
    if (state === "closed") {
      for (const line of ownLines.filter(each => each.state === "queued")) line.setState("refused");
    }
    appendRaw("event", t(state));
  }
  showLink();
}

// The recovery's page answers everything with 503.
async function askWhy() {
  try {
    const { status } = await fetch("/", { method: "HEAD", cache: "no-store" });
    failed = status === 503 && state !== "open";
    showLink();
  } catch (error) {} // the board does not answer
}

function connectionClosed({ code, reason: text }) {
  const known = "code_" + code in WORDS ? code : "other";
  appendRaw("event", `${code}: ${t("code_" + known)}` + (text ? ` · ${text}` : ""));
}

function connect() {
  socket = new EspWs("/ws");
  socket.binaryType = "arraybuffer";
  socket.addEventListener("state", stateChanged);
  socket.addEventListener("message", received);
  socket.addEventListener("message", () => sheet.flush());
  socket.addEventListener("close", connectionClosed);
  state = socket.state;
  showLink();
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && isOpen()) model.hello();
});
