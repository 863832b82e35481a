/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Chat

const MAX_LINES = 300;
const log = byId("log");
const lines = []; // this person's own that the board has not echoed yet
let newest = 0; // number of the last line shown
let unread = 0;
let following = true;
let myName = recall("name");

if (!myName) {
  const any = list => list[Math.floor(Math.random() * list.length)];
  myName = any(words("first_names")) + t("joint") + any(words("last_names"));
  remember("name", myName);
}
put(byId("my-name"), myName);

function introduce() {
  transmit({ name: myName }, "name");
}

function looking() {
  return document.body.dataset.view === "chat" && !document.hidden;
}

function seen() {
  if (looking()) follow();
  if (looking() && following) unread = 0;
  byId("unread").hidden = !unread;
  put(byId("unread"), unread > 99 ? "99+" : unread || "");
  document.title = (unread ? `(${unread}) ` : "") + "esp_ws_ap";
}

function follow() {
  if (following) log.scrollTop = log.scrollHeight;
}

function append(element) {
  for (const empty of log.querySelectorAll(".empty")) empty.remove();
  log.append(element);
  if (log.children.length > MAX_LINES) log.firstChild.remove();
  if (!following && !element.classList.contains("own")) byId("latest").hidden = false;
  follow();
}

function lineElement(who, name, text, own, time) {
  const last = log.lastElementChild;
  const fresh = !last || last.dataset.who !== String(who);
  const bubble = writing("p", text);
  if (time) bubble.append(make("span", "meta", make("time", "", clock())));
  const element = make("div", "line" + (own ? " own" : "") + (fresh ? " new" : ""), writing("b", name), bubble);
  element.dataset.who = who;
  return element;
}

class OwnLine {
  constructor(text) {
    this.text = text;
    this.element = lineElement("me", myName, text, true, true);
    this.mark = icon("sent");
    this.mark.classList.add("mark");
    this.said = make("span", "unseen");
    this.element.querySelector(".meta").append(this.mark, this.said);
    this.repeat = make("button", "repeat");
    this.repeat.onclick = () => this.send();
    lines.push(this);
    append(this.element);
    this.send();
  }

  send() {
    const result = transmit({ chat: this.text });
    this.enter(result === "replaced" ? "queued" : result);
    follow();
  }

  enter(next) {
    this.state = next;
    this.doubtful = false;
    this.show();
    if (next === "delivered") lines.splice(lines.indexOf(this), 1);
    showBar();
  }

  show() {
    const failed = this.state === "refused" || this.state === "unsure";
    this.element.classList.toggle("refused", this.state === "refused");
    this.element.classList.toggle("unsure", this.state === "unsure");
    this.mark.firstChild.setAttribute("href", "#i-" + (this.state === "unsure" ? "refused" : this.state));
    put(this.said, failed ? "" : t("mark_" + this.state));
    put(this.repeat, `${t("mark_" + this.state)}. ${t("repeat")}`);
    if (failed) this.element.append(this.repeat);
    else this.repeat.remove();
  }
}

// What was sent last may be lost: the board's last lines tell.
function doubt() {
  for (const line of [...lines]) {
    if (line.state === "sent") line.doubtful = true;
    else if (line.state === "queued") line.enter("sent");
  }
  setTimeout(() => {
    for (const line of lines.filter(each => each.doubtful)) line.enter("unsure");
  }, 3000);
}

function takeLines(said, greeting) {
  const history = greeting && !newest;
  for (const line of said) {
    const { n, id, name, text } = line || {};
    if (!(n > newest && n < 2 ** 53) || typeof text !== "string") continue;
    newest = n;
    const own = mine.has(id);
    const echoed = own && lines.find(each => each.text === text && each.state !== "refused");
    if (echoed) {
      echoed.enter("delivered");
      continue;
    }
    append(lineElement(own ? "me" : id, name || t("phone", { n: id }), text, own, !greeting));
    if (!own && !history && (!looking() || !following)) unread++;
  }
  seen();
}

byId("speak").addEventListener("submit", event => {
  event.preventDefault();
  const text = byId("text").value.trim();
  if (!text) return;
  byId("text").value = "";
  following = true;
  new OwnLine(text);
});
// A tap on the button leaves the keyboard where it is.
byId("send").addEventListener("pointerdown", event => event.preventDefault());
log.addEventListener("scroll", () => {
  following = log.scrollTop + log.clientHeight > log.scrollHeight - 40;
  if (!following) return;
  byId("latest").hidden = true;
  if (unread && looking()) seen();
});
new ResizeObserver(follow).observe(log);
byId("latest").onclick = () => {
  following = true;
  log.scrollTo({ top: log.scrollHeight, behavior: calm.matches ? "auto" : "smooth" });
  byId("latest").hidden = true;
};

byId("rename").onclick = () => {
  byId("name").value = myName;
  byId("naming").returnValue = "";
  byId("naming").showModal();
  byId("name").select();
};
byId("keep-name").onclick = () => byId("naming").close("");
byId("naming").addEventListener("close", () => {
  const name = byId("name").value.trim();
  if (byId("naming").returnValue !== "take" || !name || name === myName) return;
  myName = name;
  remember("name", myName);
  put(byId("my-name"), myName);
  introduce();
});
