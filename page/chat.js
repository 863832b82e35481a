/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Chat

const MAX_LINES = 300;
const log = byId("log");
const unreadMark = byId("unread");
const ownLines = []; // lines from here that the board has not echoed yet
let lastNumber = 0; // of the last line shown
let fresh = true; // no line has been shown yet when the last lines arrive
let unread = 0;
let following = true;
let myName = load("name");

if (!myName) {
  const random = list => list[Math.floor(Math.random() * list.length)];
  myName = random(words("first_names")) + t("name_separator") + random(words("last_names"));
  save("name", myName);
}
setText(byId("my-name"), myName);

function sendName() {
  model.transmit({ name: myName });
}

function chatVisible() {
  return view === "chat" && !document.hidden;
}

function updateUnread() {
  if (chatVisible()) scrollToEnd();
  if (chatVisible() && following) unread = 0;
  unreadMark.hidden = !unread;
  setText(unreadMark, unread > 99 ? "99+" : unread || "");
  showTitle();
}

function scrollToEnd() {
  if (following) log.scrollTop = log.scrollHeight;
}

function append(element) {
  for (const empty of log.querySelectorAll(".empty")) empty.remove();
  log.append(element);
  if (log.children.length > MAX_LINES) log.firstChild.remove();
  if (!following && !element.classList.contains("own")) byId("latest").hidden = false;
  scrollToEnd();
}

function lineElement(who, name, text, own, time) {
  const last = log.lastElementChild;
  const first = !last || last.dataset.who !== String(who);
  const bubble = userText("p", text);
  bubble.append(make("span", "meta", make("time", "", timeOfDay(time))));
  const element = make("div", "line" + (own ? " own" : "") + (first ? " new" : ""), userText("b", name), bubble);
  element.dataset.who = who;
  return element;
}

class OwnLine {
  constructor(text) {
    this.text = text;
    this.element = lineElement("me", myName, text, true, new Date());
    this.mark = icon("sent");
    this.mark.classList.add("mark");
    this.status = make("span", "unseen");
    this.element.querySelector(".meta").append(this.mark, this.status);
    this.resend = make("button", "resend");
    this.resend.onclick = () => this.send();
    ownLines.push(this);
    append(this.element);
    this.send();
  }

  send() {
    const result = transmit(RS + JSON.stringify({ chat: this.text }));
    this.setState(result === "replaced" ? "queued" : result);
    scrollToEnd();
  }

  setState(next) {
    this.state = next;
    this.unconfirmed = false;
    this.show();
    if (next === "delivered") ownLines.splice(ownLines.indexOf(this), 1);
    showBar();
  }

  show() {
    const failed = this.state === "refused" || this.state === "unsure";
    this.element.classList.toggle("refused", this.state === "refused");
    this.element.classList.toggle("unsure", this.state === "unsure");
    this.mark.firstChild.setAttribute("href", "#i-" + (this.state === "unsure" ? "refused" : this.state));
    setText(this.status, failed ? "" : t("mark_" + this.state));
    setText(this.resend, `${t("mark_" + this.state)}. ${t("send_again")}`);
    if (failed) this.element.append(this.resend);
    else this.resend.remove();
  }
}

// The board knows this page under a new number after each loss, and no lines after a restart.
function applyGreeting(id, newBoot) {
  myId = id;
  if (boot !== newBoot) {
    if (lastNumber) append(make("p", "restart", t("restarted")));
    lastNumber = 0;
    myIds.clear();
    boot = newBoot;
  }
  fresh = !lastNumber;
  myIds.add(id);
  save("boot", boot, "sessionStorage");
  save("ids", [...myIds].slice(-50).join(" "), "sessionStorage");
}

// After a loss: the chat in the board's greeting shows which lines have arrived.
function expectEchoes() {
  for (const line of [...ownLines]) {
    if (line.state === "sent") line.unconfirmed = true;
    else if (line.state === "queued") line.setState("sent");
  }
  setTimeout(() => {
    for (const line of ownLines.filter(each => each.unconfirmed)) line.setState("unsure");
  }, 3000);
}

function applyLines(received, greeting) {
  const history = greeting && fresh;
  if (!greeting) fresh = false;
  for (const line of received) {
    const { n, id, name, text, ago } = line || {};
    if (!(n > lastNumber && n < 2 ** 53) || typeof text !== "string") continue;
    lastNumber = n;
    const own = myIds.has(id);
    const echoed = own && ownLines.find(each => each.text === text && each.state !== "refused");
    if (echoed) {
      echoed.setState("delivered");
      continue;
    }
    append(lineElement(own ? "me" : id, name || t("unnamed", { n: id }), text, own, new Date(Date.now() - (ago > 0 ? ago : 0) * 1000)));
    if (!own && !history && (!chatVisible() || !following)) unread++;
  }
  updateUnread();
}

byId("chat-form").addEventListener("submit", event => {
  event.preventDefault();
  const text = byId("text").value.trim();
  if (!text) return;
  byId("text").value = "";
  following = true;
  new OwnLine(text);
});
// A tap on the button does not close the phone's keyboard.
byId("send").addEventListener("pointerdown", event => event.preventDefault());
log.addEventListener("scroll", () => {
  following = log.scrollTop + log.clientHeight > log.scrollHeight - 40;
  if (!following) return;
  byId("latest").hidden = true;
  if (unread && chatVisible()) updateUnread();
});
new ResizeObserver(scrollToEnd).observe(log);
byId("latest").onclick = () => {
  following = true;
  log.scrollTo({ top: log.scrollHeight, behavior: reducedMotion.matches ? "auto" : "smooth" });
  byId("latest").hidden = true;
};

byId("rename").onclick = () => {
  byId("name").value = myName;
  byId("name-dialog").returnValue = "";
  byId("name-dialog").showModal();
  byId("name").select();
};
byId("cancel-name").onclick = () => byId("name-dialog").close("");
byId("name-dialog").addEventListener("close", () => {
  const name = byId("name").value.trim();
  if (byId("name-dialog").returnValue !== "use" || !name || name === myName) return;
  myName = name;
  save("name", myName);
  setText(byId("my-name"), myName);
  sendName();
});
