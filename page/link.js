/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The link

function heard(event) {
  if (typeof event.data !== "string") {
    const bytes = new Uint8Array(event.data);
    record("in", bytes);
    if (bytes[0] === STROKES || bytes[0] === DRAWING) sheet.take(bytes);
    return;
  }
  record("in", event.data);
  const said = event.json || {};
  const greeting = typeof said.you === "number";
  if (greeting) greeted(said.you, String(said.boot));
  if (said.status instanceof Object) takeStatus(said.status);
  if (said.light instanceof Object) light.take(said.light);
  if (Array.isArray(said.chat)) takeLines(said.chat, greeting);
  if (typeof said.error === "string") toast(said.error);
}

function greeted(id, began) {
  me = id;
  if (boot !== began) {
    if (newest) append(make("p", "rule", t("restarted")));
    newest = 0;
    mine.clear();
    boot = began;
  }
  mine.add(id);
  remember("boot", boot, "sessionStorage");
  remember("mine", [...mine].slice(-50).join(" "), "sessionStorage");
}

function stateChanged(event) {
  const before = state;
  state = event.state;
  reason = event.reason || "";
  if (state !== before) {
    if (state === "open") {
      introduce();
      doubt();
      light.emptied();
    } else if (before === "open") {
      sheet.complete = false;
      clients = [];
      showFigures();
      showPeople();
      light.show();
    }
    if (state === "closed") {
      light.emptied();
      for (const line of lines.filter(each => each.state === "queued")) line.enter("refused");
    }
    rawLine("event", t(state));
    wake();
  }
  showLink();
}

function ended({ code, reason: why }) {
  const known = "code_" + code in WORDS ? code : "other";
  rawLine("event", `${code}: ${t("code_" + known)}` + (why ? ` · ${why}` : ""));
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
  board = new module.EspWs("/ws");
  board.binaryType = "arraybuffer";
  board.addEventListener("state", stateChanged);
  board.addEventListener("message", heard);
  board.addEventListener("message", () => sheet.flush());
  board.addEventListener("close", ended);
}
