/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// What the board has told

let board = null; // the link
let state = "connecting";
let reason = "";
let me = 0; // this page's number
let boot = recall("boot", "sessionStorage"); // changes when the board starts
const mine = new Set((recall("mine", "sessionStorage") || "").split(" ").map(Number)); // and the earlier ones
let clients = [];

function isOpen() {
  return state === "open";
}

function nameOf(id) {
  const client = clients.find(each => each[0] === id);
  return String((client && client[1]) || t("phone", { n: id }));
}

// The way out

function transmit(data, key) {
  const result = board ? board.send(data, key) : "refused";
  record("out", typeof data === "string" || ArrayBuffer.isView(data) ? data : JSON.stringify(data), result);
  return result;
}
