/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The link, and what the board has told

let socket = null; // an EspWs, once its script has loaded
let state = "connecting";
let reason = "";
let myId = 0; // this page's client id
let boot = load("boot", "sessionStorage"); // changes when the board restarts
const myIds = new Set((load("ids", "sessionStorage") || "").split(" ").map(Number)); // the earlier ones too
let clients = [];

function isOpen() {
  return state === "open";
}

function nameOf(id) {
  const client = clients.find(each => each[0] === id);
  return String((client && client[1]) || t("unnamed", { n: id }));
}

function transmit(data, key) {
  const result = socket ? socket.send(data, key) : "refused";
  logMessage("out", typeof data === "string" || ArrayBuffer.isView(data) ? data : JSON.stringify(data), result);
  return result;
}
