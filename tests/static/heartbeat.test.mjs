/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The heartbeat: detecting dead links.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { EspWs } from "../../static/esp-ws.js";
import { open, record } from "./browser.mjs";

let browser;
let socket;
let states;
beforeEach(() => {
  browser = open();
  socket = new EspWs("/ws");
  states = record(socket, "state");
});

/** Stop answering heartbeats; returns ms until the client notices. */
function die() {
  browser.last.answers = false;
  return browser.until(() => socket.state !== "open", 300_000);
}

test("open waits for the answer to the first heartbeat", () => {
  browser.last.answers = false;
  const events = record(socket, "open");
  browser.last.accept();
  assert.deepEqual(
    browser.last.beats.map(beat => beat.text),
    ["1 - 0"]
  );
  assert.equal(socket.readyState, EspWs.CONNECTING);
  assert.equal(socket.send("x"), "queued");
  browser.last.answer();
  assert.deepEqual(events, ["open"]);
  assert.deepEqual(states, ["open"]);
});

test("a heartbeat is sent every 3 s, with its number and the last round trip", () => {
  browser.last.answers = false;
  browser.last.accept();
  for (const trip of [12, 8, 40]) {
    browser.run(trip);
    browser.last.answer();
    browser.nextBeat();
  }
  const { beats } = browser.last;
  assert.deepEqual(
    beats.map(beat => beat.text),
    ["1 - 0", "2 12 0", "3 8 0", "4 40 0"]
  );
  for (let index = 1; index < beats.length; index++) {
    const pause = beats[index].time - beats[index - 1].time;
    assert.ok(pause >= 3000 && pause <= 3250, `${pause} ms`);
  }
});

test("latency is the last round trip, and each is a state event", () => {
  assert.equal(socket.latency, null);
  const told = [];
  socket.onstate = event => told.push([event.state, event.latency]);
  browser.last.answers = false;
  browser.last.accept();
  browser.run(17);
  browser.last.answer();
  assert.equal(socket.latency, 17);
  browser.nextBeat();
  browser.last.answer(browser.last.beats[0]); // to an older heartbeat: not a measurement
  browser.run(5);
  browser.last.answer();
  assert.deepEqual(told, [
    ["open", 17],
    ["open", 5],
  ]);
  browser.last.end();
  assert.equal(socket.latency, null);
});

test("answers to heartbeats are not delivered; other messages with ACK are", () => {
  const messages = record(socket, "message");
  browser.last.accept();
  browser.run(10_000);
  browser.last.push("\x0699");
  browser.last.push("\x06x");
  assert.deepEqual(messages, ["\x06x"]);
});

test("a dead link is detected within 10 s", () => {
  browser.last.accept();
  for (const alive of [0, 1000, 2900, 3000, 3100, 4500]) {
    browser.run(alive);
    const time = die();
    assert.ok(time > 5000 && time <= 10_000, `${time} ms`);
    browser.nextTry();
    browser.last.accept();
  }
});

test("a dead link is detected within 10 s in a hidden page with timers once a second", () => {
  browser.last.accept();
  browser.hide(true);
  browser.slowest = 1000;
  for (const alive of [0, 1100, 2500, 3900]) {
    browser.run(alive);
    const time = die();
    assert.ok(time <= 10_000, `${time} ms`);
    browser.nextTry();
    browser.last.accept();
  }
});

test("a live link is kept in a hidden page with timers once a minute", () => {
  browser.last.accept();
  browser.hide(true);
  browser.slowest = 60_000;
  browser.run(600_000);
  assert.equal(browser.sockets.length, 1);
  assert.ok(browser.last.beats.length >= 9);
  assert.ok(die() <= 240_000);
});

test("a dead link gives error and close events with 1006", () => {
  const events = [];
  socket.onerror = () => events.push("error");
  socket.onclose = event => events.push([event.code, event.reason, event.wasClean]);
  browser.last.accept();
  die();
  assert.deepEqual(events, ["error", [1006, "", false]]);
  assert.equal(browser.alive, 0);
});

test("an error handler may close and open", () => {
  socket.onerror = () => {
    socket.close();
    socket.open();
  };
  browser.last.accept();
  die();
  browser.run(1000);
  assert.equal(browser.sockets.length, 2);
  assert.equal(browser.alive, 1);
  assert.equal(socket.state, "connecting");
});

test("an error handler may close", () => {
  const events = record(socket, "close");
  socket.onerror = () => socket.close();
  browser.last.accept();
  die();
  assert.deepEqual(events, ["close"]);
  assert.equal(socket.readyState, EspWs.CLOSED);
});

test("every message is a sign of life", () => {
  browser.last.accept();
  browser.last.answers = false;
  for (let second = 0; second < 60; second++) {
    browser.run(1000);
    browser.last.push("status");
  }
  assert.equal(browser.sockets.length, 1);
  assert.equal(browser.last.beats.length, 2); // the second is not answered yet
  browser.run(5000);
  assert.equal(socket.state, "open");
  browser.run(300);
  assert.equal(socket.state, "waiting");
});

test("the progress of a long message is a sign of life", () => {
  browser.last.accept();
  browser.last.answers = false;
  for (let rest = 1_000_000; rest > 0; rest -= 20_000) {
    browser.last.bufferedAmount = rest;
    browser.run(500);
  }
  assert.equal(socket.state, "open");
  browser.last.bufferedAmount = 20_000;
  const time = die();
  assert.ok(time <= 10_000, `${time} ms`);
});

test("short messages into a dead link are not a sign of life", () => {
  browser.last.accept();
  browser.last.answers = false;
  for (let count = 0; count < 40; count++) {
    browser.last.bufferedAmount = (count % 2) * 500;
    browser.run(250);
  }
  assert.notEqual(browser.sockets[0].readyState, 1);
});

test("a heartbeat is sent at once when the page is hidden or visible", () => {
  browser.last.accept();
  browser.hide(true);
  browser.hide(false);
  const fields = browser.last.beats.map(beat => beat.text.split(" ")[2]);
  assert.deepEqual(fields, ["0", "1", "0"]);
});

test("the first heartbeat of a hidden page says so", () => {
  document.hidden = true;
  browser.last.accept();
  assert.equal(browser.last.beats[0].text, "1 - 1");
});

test("hiding does not extend the timeout", () => {
  browser.last.accept();
  browser.last.answers = false;
  for (let second = 0; second < 9; second++) {
    browser.run(1000);
    browser.hide(true);
  }
  assert.notEqual(browser.sockets[0].readyState, 1);
});

test("after a sleep the link has 2 s to answer", () => {
  browser.last.accept();
  browser.hide(true);
  browser.last.answers = false;
  browser.sleep(600_000);
  browser.hide(false);
  browser.run(1900);
  assert.equal(browser.sockets.length, 1);
  assert.equal(socket.state, "open");
  browser.run(400);
  assert.equal(socket.state, "waiting");
});

test("a link that survived a sleep is kept", () => {
  browser.last.accept();
  browser.hide(true);
  browser.sleep(600_000);
  browser.hide(false);
  browser.run(60_000);
  assert.equal(browser.sockets.length, 1);
  assert.equal(socket.state, "open");
});

test("a slow link has more time after a sleep", () => {
  browser.last.answers = false;
  browser.last.accept();
  browser.run(1500);
  browser.last.answer();
  browser.event("pageshow");
  browser.run(2700);
  assert.equal(socket.state, "open");
  browser.run(600);
  assert.equal(socket.state, "waiting");
});

test("a sleep without an event does not end a link whose answer has arrived", () => {
  browser.last.accept();
  browser.last.answers = false;
  browser.run(3250);
  assert.equal(browser.last.beats.length, 2);
  browser.sleep(60_000);
  browser.run(0); // the timer comes first
  assert.equal(socket.state, "open");
  browser.last.answer();
  // And again.
  browser.nextBeat();
  browser.sleep(60_000);
  browser.run(0);
  browser.last.answers = true;
  browser.last.answer();
  browser.run(10_000);
  assert.equal(browser.sockets.length, 1);
});

test("without heartbeats, open is the browser's, and there is no timeout", () => {
  const plain = new EspWs("/other", [], { heartbeat: false });
  const messages = record(plain, "message");
  browser.last.accept();
  assert.equal(plain.state, "open");
  browser.last.push("\x061");
  browser.hide(true);
  browser.hide(false);
  browser.run(120_000);
  assert.equal(plain.state, "open");
  assert.deepEqual(browser.last.beats, []);
  assert.deepEqual(messages, ["\x061"]);
});
