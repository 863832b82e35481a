/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Console

const MAX_RAW = 200; // lines
const MAX_SHOWN = 300; // characters of a line
const MAX_MESSAGE = 4096; // bytes, the board's limit
const raw = byId("raw");
let paused = false;
let inHex = false;

function formatHex(bytes) {
  const shown = Array.from(bytes.slice(0, 96), byte => byte.toString(16).padStart(2, "0")).join(" ");
  return shown + (bytes.length > 96 ? " …" : "");
}

function appendRaw(direction, head, text) {
  if (paused) return;
  const arrow = { out: "↑", in: "↓", event: "·" }[direction];
  const summary = make("summary", "", timeOfDay(new Date(), true), make("i", "", arrow), head);
  if (text) summary.append(make("span", "", text));
  const line = make("details", direction, summary);
  const follows = raw.scrollTop + raw.clientHeight > raw.scrollHeight - 40;
  raw.append(line);
  if (raw.children.length > MAX_RAW) raw.firstChild.remove();
  if (follows) raw.scrollTop = raw.scrollHeight;
}

function logMessage(direction, data, result) {
  const text = typeof data === "string";
  const size = text ? new Blob([data]).size : data.byteLength;
  let head = t(text ? "text_size" : "binary_size", { n: size });
  if (result === "refused") head += " · " + t("mark_refused");
  if (result === "queued" || result === "replaced") head += " · " + t("mark_queued");
  // RS, which begins the panel's messages, is a control character: it is shown and typed as "RS".
  const shown = text ? data.slice(0, MAX_SHOWN).replace(RS, "RS") + (data.length > MAX_SHOWN ? " …" : "") : formatHex(data);
  appendRaw(direction, head, shown);
}

function showConsole(shown) {
  byId("console").hidden = !shown;
  document.body.classList.toggle("with-console", shown);
  byId("open-console").setAttribute("aria-expanded", shown);
  const covers = shown && !matchMedia("(min-width: 1080px)").matches;
  for (const part of [byId("bar"), byId("rail"), ...document.querySelectorAll("main")]) part.inert = covers;
  (shown ? byId("close-console") : byId("open-console")).focus();
  raw.scrollTop = raw.scrollHeight;
}

function showType() {
  byId("as-text").setAttribute("aria-pressed", !inHex);
  byId("as-hex").setAttribute("aria-pressed", inHex);
  const hint = t(inHex ? "raw_hex" : "raw_text");
  byId("raw-data").placeholder = hint;
  byId("raw-data").setAttribute("aria-label", hint);
}

function showHint(text) {
  setText(byId("raw-hint"), `${text} ${t("size_limit")}`.trim());
}

function sendRaw(data) {
  const size = new Blob([data]).size;
  if (size > MAX_MESSAGE) return showHint(t("too_long", { n: size }));
  showHint("");
  return transmit(data) !== "refused";
}

byId("open-console").onclick = () => showConsole(byId("console").hidden);
byId("close-console").onclick = () => showConsole(false);
byId("console").addEventListener("keydown", event => {
  if (event.key === "Escape") showConsole(false);
});
matchMedia("(min-width: 1080px)").addEventListener("change", () => {
  if (!byId("console").hidden) showConsole(true);
});
byId("clear-raw").onclick = () => raw.replaceChildren();
byId("pause").onclick = () => {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", paused);
};
for (const [id, value] of [["as-text", false], ["as-hex", true]]) {
  byId(id).onclick = () => {
    inHex = value;
    showType();
  };
}
byId("raw-form").addEventListener("submit", event => {
  event.preventDefault();
  const text = byId("raw-data").value;
  if (!text) return;
  if (inHex) {
    const digits = text.replace(/[\s,]|0x/g, "");
    if (!/^([0-9a-f]{2})+$/i.test(digits)) return showHint(t("not_hex"));
    const bytes = Uint8Array.from(digits.match(/../g), pair => parseInt(pair, 16));
    if (sendRaw(bytes)) byId("raw-data").value = "";
  } else if (sendRaw(text.replace(/^RS(?=\{)/, RS))) byId("raw-data").value = "";
});
byId("pick-file").onclick = () => byId("file").click();
byId("file").onchange = async () => {
  const file = byId("file").files[0];
  if (!file) return;
  if (file.size > MAX_MESSAGE) showHint(t("too_long", { n: file.size }));
  else sendRaw(new Uint8Array(await file.arrayBuffer()));
  byId("file").value = "";
};
byId("close-form").addEventListener("submit", event => {
  event.preventDefault();
  const code = Number(byId("close-code").value);
  if (code !== 1000 && !(code >= 3000 && code <= 4999)) return showHint(t("not_code"));
  showHint("");
  if (socket) socket.close(code, byId("close-reason").value);
});
