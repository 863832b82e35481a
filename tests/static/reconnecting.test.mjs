/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Retries, and the state events meanwhile.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { EspWs } from "../../static/esp-ws.js";
import { open, record } from "./browser.mjs";

const TICK = 250;

let browser;
let socket;
let told;
beforeEach(() => {
  browser = open();
  socket = new EspWs("/ws");
  told = [];
  socket.onstate = event => {
    told.push([event.state, event.code, event.reason, event.retryIn]);
  };
});

/** Let a number of attempts fail; returns the pauses between them in ms. */
function fail(times, ...end) {
  const pauses = [];
  for (let count = 0; count < times; count++) {
    browser.last.end(...end);
    pauses.push(browser.nextTry());
  }
  return pauses;
}

function assertPauses(pauses, limits) {
  pauses.forEach((pause, index) => {
    const [least, most] = limits[index];
    assert.ok(pause >= least && pause <= most + TICK, `pause ${index + 1}: ${pause} ms`);
  });
}

const GROWING = [
  [500, 1000],
  [1000, 2000],
  [2000, 4000],
  [4000, 8000],
  [5000, 10_000],
  [5000, 10_000],
  [5000, 10_000],
];

for (const chance of [0, 0.5, 0.999999]) {
  test(`the pauses grow from 0.5 s to 10 s, with jitter ${chance}`, () => {
    browser.chance = chance;
    const pauses = fail(7);
    assertPauses(pauses, GROWING);
    const part = (1 + chance) / 2;
    assertPauses(
      pauses,
      GROWING.map(([, most]) => [most * part, most * part])
    );
  });
}

test("a failed first attempt is retried", () => {
  browser.last.end();
  assert.deepEqual(told, [["waiting", 1006, "", 1]]);
  browser.nextTry();
  browser.last.accept();
  assert.equal(socket.state, "open");
});

test("there is never more than one socket", () => {
  for (let count = 0; count < 20; count++) {
    browser.event("online");
    browser.hide(false);
    socket.open();
    assert.equal(browser.alive, 1);
    if (count % 3) browser.last.accept();
    assert.equal(browser.alive, 1);
    browser.run(1000 * count);
    assert.ok(browser.alive <= 1);
    if (count % 2) browser.last.end();
  }
});

test("an attempt times out after 8 s", () => {
  const events = record(socket, "error", "close");
  browser.run(8000);
  assert.equal(socket.state, "connecting");
  browser.run(TICK);
  assert.equal(socket.state, "waiting");
  assert.deepEqual(events, ["error", "close"]);
  assert.equal(browser.alive, 0);
  assert.ok(browser.nextTry() <= 1000 + TICK);
});

test("an unanswered first heartbeat times out after 5 s", () => {
  browser.run(5000);
  browser.last.answers = false;
  browser.last.accept();
  browser.run(5000);
  assert.equal(socket.state, "connecting");
  browser.run(TICK);
  assert.equal(socket.state, "waiting");
});

test("after a link that has lasted, the pauses start over", () => {
  fail(5);
  browser.last.accept();
  browser.run(11_000);
  browser.last.end();
  assert.ok(browser.nextTry() <= 1000);
});

test("after links that never last, the pauses grow", () => {
  const pauses = [];
  for (let count = 0; count < 7; count++) {
    browser.last.accept();
    browser.last.end();
    pauses.push(browser.nextTry());
  }
  assertPauses(pauses, GROWING);
});

for (const type of ["visibilitychange", "pageshow", "online"]) {
  test(`it retries at once on ${type}, and only once`, () => {
    fail(5);
    browser.last.end();
    const count = browser.sockets.length;
    const target = type === "visibilitychange" ? document : window;
    target.dispatchEvent(new Event(type));
    target.dispatchEvent(new Event(type));
    assert.equal(browser.sockets.length, count + 1);
    // The pauses start over.
    browser.last.end();
    assert.ok(browser.nextTry() <= 1000);
  });
}

test("an attempt in progress at online times out after 2 s", () => {
  browser.run(1000);
  browser.event("online");
  browser.run(2000);
  assert.equal(socket.state, "connecting");
  browser.run(TICK);
  assert.equal(socket.state, "waiting");
  assert.ok(browser.nextTry() <= 1000);
});

test("hiding the page is not a reason to retry", () => {
  fail(5);
  browser.last.end();
  const count = browser.sockets.length;
  browser.hide(true);
  assert.equal(browser.sockets.length, count);
  browser.nextTry();
});

test("open() retries at once", () => {
  fail(5);
  browser.last.end();
  const count = browser.sockets.length;
  socket.open();
  assert.equal(browser.sockets.length, count + 1);
});

test("pagehide closes the socket until pageshow", () => {
  browser.last.accept();
  const events = [];
  socket.onclose = event => events.push([event.code, event.wasClean]);
  browser.event("pagehide");
  assert.notEqual(browser.last.closed, undefined);
  assert.equal(browser.alive, 0);
  assert.deepEqual(events, [[1001, true]]);
  assert.equal(socket.retryIn, null);
  browser.run(60_000);
  assert.equal(browser.sockets.length, 1);
  browser.event("pageshow");
  assert.equal(browser.sockets.length, 2);
  browser.last.accept();
  assert.equal(socket.state, "open");
});

test("pagehide cancels a retry until pageshow", () => {
  browser.last.end();
  browser.event("pagehide");
  browser.hide(true); // some browsers send this event last
  assert.equal(socket.retryIn, null);
  browser.run(60_000);
  assert.equal(browser.sockets.length, 1);
  browser.event("pageshow");
  assert.equal(browser.sockets.length, 2);
});

test("retryIn counts down in whole seconds, with an event each", () => {
  fail(4);
  browser.last.end();
  told.splice(0, told.length - 1);
  assert.equal(socket.retryIn, 8); // 7.5 s
  browser.nextTry();
  const counts = told.slice(0, -1).map(([, , , retryIn]) => retryIn);
  assert.deepEqual(counts, [8, 7, 6, 5, 4, 3, 2, 1]);
  assert.deepEqual(told[told.length - 1], ["connecting", 1006, "", null]);
  assert.equal(socket.retryIn, null);
});

test("state goes from connecting to open, waiting, connecting and open", () => {
  assert.equal(socket.state, "connecting");
  browser.last.accept();
  browser.last.end(1001, "the board restarts");
  browser.nextTry();
  browser.last.accept();
  assert.deepEqual(told, [
    ["open", 0, "", null],
    ["waiting", 1001, "the board restarts", 1],
    ["connecting", 1001, "the board restarts", null],
    ["open", 0, "", null],
  ]);
});

for (const [code, reason, expected, when = ""] of [
  [1000, "bye", "waiting"],
  [1001, "the board restarts", "waiting"],
  [1005, "", "waiting"],
  [1006, "", "waiting"],
  [1008, "message took too long to arrive", "refused"],
  [1009, "message too long", "refused"],
  [1013, "reads too slowly: 16000 bytes in 9 messages wait", "waiting"],
  [1013, "reads too slowly: 16000 bytes in 9 messages wait", "refused", "while it opens"],
  [1011, "the program sends too much at once: 70000 bytes in 9 messages wait", "refused"],
  [3000, "", "refused"],
  [4001, "wrong password", "refused"],
]) {
  test(`after closing with ${code} ${reason} ${when} the state is ${expected}`, () => {
    if (when) browser.last.answers = false;
    browser.last.accept();
    told.length = 0;
    browser.last.end(code, reason);
    assert.deepEqual(told[0].slice(0, 3), [expected, code, reason]);
    assert.equal(socket.state, expected);
  });
}

test("a full board never opens, and is retried after 3 s or more", () => {
  const events = record(socket, "open");
  const pauses = [];
  for (let count = 0; count < 6; count++) {
    browser.chance = (count % 2) * 0.999;
    browser.last.answers = false;
    browser.last.accept();
    browser.last.end(1013, "all 4 places are taken");
    assert.deepEqual(told[told.length - 1].slice(0, 3), ["full", 1013, "all 4 places are taken"]);
    pauses.push(browser.nextTry());
  }
  assertPauses(pauses, Array(6).fill([3000, 10_000]));
  assert.ok(Math.max(...pauses) > 9000);
  assert.deepEqual(events, []);
  assert.ok(told.every(([state]) => state !== "open"));
  browser.last.accept();
  assert.deepEqual(told[told.length - 1], ["open", 0, "", null]);
});

test("a refused page is retried after 3 s or more", () => {
  browser.chance = 0;
  browser.last.accept();
  browser.last.end(4001, "wrong password");
  const pause = browser.nextTry();
  assert.ok(pause >= 3000 && pause <= 10_000, `${pause} ms`);
});

test("close() is a state event", () => {
  browser.last.end();
  told.length = 0;
  socket.close();
  assert.deepEqual(told, [["closed", 1006, "", null]]);
});
