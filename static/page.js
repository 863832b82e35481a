/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Every word that people read
const WORDS = {
  uptime: "Uptime",
  temperature: "Temperature",
  free_memory: "Free memory",
  clients: "Phones",
  message: "Message",
  send: "Send",
  log: "Messages",
  sent: "↑ Sent",
  received: "↓ Received",
  binary: bytes => `, ${bytes} bytes`,
  connecting: "Connecting…",
  connected: "Connected",
  lost: "Connection lost",
  refused: "Refused: ",
  closed: "Disconnected: ",
  countdown: seconds => `Next try in ${seconds} s`,
  unsure: "The last message may not have arrived.",
};

const FIRST_DELAY = 500; // ms before the first new try; the next one waits twice as long
const LAST_DELAY = 10000;
const SILENCE = 5000; // ms after which a silent link is dead
const WAKING = 2000; // ms for a link to show that it has outlived the phone's sleep
const REFUSAL = 300; // ms in which a full board closes a new link
const MAX_LINES = 500;
const MAX_BYTES = 64; // shown of a binary message

// The link to the board; it knows nothing of the page. It returns send(data), false if it cannot.
//   address(): where to connect
//   show(state, reason, seconds): "connecting", "connected", or "lost", "closed", "refused", with
//     the board's words and the seconds to the next try
//   receive(data): true for what the board sends every second
function createLink(address, show, receive) {
  let socket = null; // never a second one
  let state; // connecting, open (and perhaps refused yet), connected, waiting, asleep
  let since; // when the state began
  let heard; // when the last message came
  let steady = false; // the board speaks every second: silence means something
  let delay = FIRST_DELAY;
  let retryAt;
  let cause;

  function enter(next) {
    state = next;
    since = heard = performance.now();
  }

  function open() {
    enter("connecting");
    show("connecting");
    socket = new WebSocket(address());
    socket.binaryType = "arraybuffer";
    socket.onopen = () => enter("open");
    socket.onmessage = event => {
      confirm();
      heard = performance.now();
      steady = receive(event.data) || steady;
    };
    socket.onclose = event => lose(event.reason);
  }

  function confirm() {
    if (state !== "open") return;
    enter("connected");
    delay = FIRST_DELAY;
    show("connected");
  }

  function drop() {
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  }

  function lose(reason) {
    cause = [!reason ? "lost" : state === "connected" ? "closed" : "refused", reason];
    drop();
    enter("waiting");
    retryAt = since + delay * (0.75 + Math.random() / 4);
    delay = Math.min(delay * 2, LAST_DELAY);
    tick();
  }

  function tick() {
    const now = performance.now();
    if (state === "waiting") {
      if (now < retryAt) show(...cause, Math.ceil((retryAt - now) / 1000));
      else open();
    } else if (state === "open" && now - since > REFUSAL) {
      confirm();
    } else if (state === "connecting" || (state === "connected" && steady && !document.hidden)) {
      if (now - heard > SILENCE) lose("");
    }
  }

  // The person or the network is back.
  function wake() {
    if (document.hidden) return;
    if (state === "waiting" || state === "asleep") {
      delay = FIRST_DELAY;
      open();
    }
    heard = Math.max(heard, performance.now() - SILENCE + WAKING);
  }

  // The page goes, perhaps to come back.
  function sleep() {
    drop();
    enter("asleep");
  }

  function send(data) {
    const ready = state === "connected" && socket.readyState === WebSocket.OPEN;
    if (ready) socket.send(data);
    return ready;
  }

  setInterval(tick, 250);
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  addEventListener("pagehide", sleep);
  open();
  return send;
}

// The page: what the board pushes about itself
const FIGURES = {
  uptime: seconds => {
    const rest = new Date((seconds % 3600) * 1000).toISOString();
    return Math.floor(seconds / 3600) + rest.slice(13, 19);
  },
  temperature: degrees => degrees.toFixed(1) + " °C",
  free_memory: bytes => Math.round(bytes / 1024) + " KB",
  clients: String,
};

const byId = id => document.getElementById(id);
const log = byId("log");
const field = byId("field");
let following = true; // the newest line is in sight
let unheard = ""; // what was sent last, until something is heard
let lastEvent = "";

function setText(id, text) {
  byId(id).textContent = text;
}

function make(name, className, ...content) {
  const element = document.createElement(name);
  element.className = className;
  element.append(...content);
  return element;
}

function clock() {
  return make("time", "", new Date().toTimeString().slice(0, 8));
}

function follow() {
  if (following) log.scrollTop = log.scrollHeight;
}

function addLine(line) {
  log.append(line);
  if (log.children.length > MAX_LINES) log.firstChild.remove();
  follow();
}

function addEvent(text) {
  addLine(make("div", "line event label", clock(), " " + text));
}

function addMessage(direction, data) {
  const label = make("div", "label", WORDS[direction] + " ", clock());
  const line = make("div", "line " + direction, label);
  if (typeof data === "string") {
    line.append(data);
  } else {
    label.append(WORDS.binary(data.byteLength));
    line.append(make("div", "binary", hex(data)));
  }
  addLine(line);
}

function hex(data) {
  const bytes = new Uint8Array(data.slice(0, MAX_BYTES));
  const digits = Array.from(bytes, byte => byte.toString(16).padStart(2, "0"));
  if (data.byteLength > MAX_BYTES) digits.push("…");
  return digits.join(" ");
}

function showLink(state, reason, seconds) {
  if (reason && reason.startsWith("replaced")) pageId = "";
  const text = WORDS[state] + (reason || "");
  setText("state", text);
  setText("countdown", seconds ? WORDS.countdown(seconds) : "");
  document.body.dataset.state = state === "closed" ? "lost" : state;
  byId("send").disabled = state !== "connected";
  if (state !== "connected") showBoard({});
  if (state === "connecting" || text === lastEvent) return;
  lastEvent = text;
  addEvent(text);
  if (unheard) {
    addEvent(WORDS.unsure);
    field.value = field.value || unheard;
    unheard = "";
  }
}

function showBoard(status) {
  for (const name of Object.keys(FIGURES)) {
    const value = status[name];
    setText(name, Number.isFinite(value) ? FIGURES[name](value) : "–");
  }
}

function receive(data) {
  let status = null;
  try {
    status = JSON.parse(data).status;
  } catch (error) {} // a text like any other
  const isStatus = status instanceof Object;
  if (isStatus) showBoard(status);
  else addMessage("received", data);
  unheard = "";
  return isStatus;
}

for (const name of Object.keys(FIGURES)) {
  const figure = make("dd", "");
  figure.id = name;
  byId("figures").append(make("div", "", make("dt", "", WORDS[name]), figure));
}
setText("send", WORDS.send);
log.setAttribute("aria-label", WORDS.log);
field.setAttribute("aria-label", WORDS.message);
field.placeholder = WORDS.message;
log.addEventListener("scroll", () => {
  following = log.scrollTop + log.clientHeight > log.scrollHeight - 30;
});
addEventListener("resize", follow);
// A tap on the button leaves the keyboard where it is.
byId("send").addEventListener("mousedown", event => event.preventDefault());

// A secret of this tab, by which the board lets it take its own place again after a loss that the
// board has not noticed yet. A copy of the tab has the same one, until the board sends one away.
let pageId = "";
try {
  pageId = sessionStorage.pageId || "";
} catch (error) {} // storage is switched off

function address() {
  if (!pageId) {
    pageId = hex(crypto.getRandomValues(new Uint8Array(16)).buffer).replace(/ /g, "");
    try {
      sessionStorage.pageId = pageId;
    } catch (error) {}
  }
  return location.protocol.replace("http", "ws") + "//" + location.host + "/ws?page=" + pageId;
}

const send = createLink(address, showLink, receive);

field.form.addEventListener("submit", event => {
  event.preventDefault();
  const text = field.value;
  if (!text || !send(text)) return;
  field.value = "";
  unheard = text;
  following = true;
  addMessage("sent", text);
});
