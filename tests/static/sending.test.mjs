/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// send(), with and without a link.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { EspWs } from "../../static/esp-ws.js";
import { open } from "./browser.mjs";

let browser;
let socket;
beforeEach(() => {
  browser = open();
  socket = new EspWs("/ws");
});

test("a message is sent at once on an open link", () => {
  browser.last.accept();
  assert.equal(socket.send("hello"), "sent");
  assert.deepEqual(browser.last.sent, ["hello"]);
});

test("text and binary are sent as they are", () => {
  browser.last.accept();
  const messages = ["", "text", new ArrayBuffer(3), new Uint8Array([1, 2]), new Blob(["blob"])];
  for (const message of messages) assert.equal(socket.send(message), "sent");
  messages.forEach((message, index) => assert.equal(browser.last.sent[index], message));
});

for (const [data, text] of [
  [{ a: [1, "ä"] }, '{"a":[1,"ä"]}'],
  [[1, 2], "[1,2]"],
  [5, "5"],
  [true, "true"],
  [null, "null"],
]) {
  test(`other data is sent as JSON: ${text}`, () => {
    browser.last.accept();
    socket.send(data);
    assert.deepEqual(browser.last.sent, [text]);
  });
}

test("a cyclic object throws, and nothing is queued", () => {
  const ring = {};
  ring.ring = ring;
  assert.throws(() => socket.send(ring), TypeError);
  assert.equal(socket.bufferedAmount, 0);
});

test("messages are queued in order without a link", () => {
  for (const text of ["one", "two", "three"]) assert.equal(socket.send(text), "queued");
  assert.equal(socket.bufferedAmount, 11);
  browser.last.accept();
  assert.deepEqual(browser.last.sent, ["one", "two", "three"]);
  assert.equal(socket.bufferedAmount, 0);
});

test("the queue survives losses, and is sent once", () => {
  browser.last.accept();
  browser.last.end();
  socket.send("waits");
  browser.nextTry();
  assert.equal(socket.send("also"), "queued");
  browser.last.end();
  browser.nextTry();
  browser.last.accept();
  assert.deepEqual(browser.last.sent, ["waits", "also"]);
  browser.last.end();
  browser.nextTry();
  browser.last.accept();
  assert.deepEqual(browser.last.sent, []);
});

test("only the latest value of a key is queued, in the position of the first", () => {
  assert.equal(socket.send({ color: 1 }, "color"), "queued");
  assert.equal(socket.send("chat"), "queued");
  assert.equal(socket.send({ level: 1 }, "level"), "queued");
  assert.equal(socket.send({ color: 2 }, "color"), "replaced");
  browser.last.accept();
  assert.deepEqual(browser.last.sent, ['{"color":2}', "chat", '{"level":1}']);
});

test("messages without a key never replace each other", () => {
  for (const key of [undefined, null, undefined]) assert.equal(socket.send("x", key), "queued");
});

test("what open handlers send goes before the queue", () => {
  socket.send("waits");
  socket.onopen = () => assert.equal(socket.send("hello"), "sent");
  socket.onstate = event => event.state === "open" && socket.send("first");
  browser.last.accept();
  assert.deepEqual(browser.last.sent, ["first", "hello", "waits"]);
});

test("a queued value is dropped if an open handler sends a newer one", () => {
  socket.send("old", "level");
  socket.onopen = () => assert.equal(socket.send("new", "level"), "sent");
  browser.last.accept();
  assert.deepEqual(browser.last.sent, ["new"]);
});

test("the queue holds 64 messages, and still replaces values", () => {
  socket.send("old", "level");
  for (let number = 1; number < 64; number++) assert.equal(socket.send("x"), "queued");
  assert.equal(socket.send("x"), "refused");
  assert.equal(socket.send("x", "other"), "refused");
  assert.equal(socket.send("new", "level"), "replaced");
  browser.last.accept();
  assert.equal(browser.last.sent.length, 64);
  assert.equal(browser.last.sent[0], "new");
});

test("the queue holds 64 KB", () => {
  assert.equal(socket.send("ä".repeat(16384)), "queued"); // 32 KB
  assert.equal(socket.send(new ArrayBuffer(32769)), "refused");
  assert.equal(socket.send(new Blob([new ArrayBuffer(32768)]), "key"), "queued");
  assert.equal(socket.send("x"), "refused");
  assert.equal(socket.send(new ArrayBuffer(32769), "key"), "refused");
  assert.equal(socket.send(new ArrayBuffer(32767), "key"), "replaced");
  assert.equal(socket.send("x"), "queued");
  assert.equal(socket.bufferedAmount, 65536);
});

test("a buffer is copied into the queue", () => {
  const bytes = new Uint8Array([9, 1, 2, 3, 9]);
  socket.send(bytes.buffer);
  socket.send(bytes.subarray(1, 4));
  bytes.fill(0);
  browser.last.accept();
  const sent = browser.last.sent.map(buffer => Array.from(new Uint8Array(buffer)));
  assert.deepEqual(sent, [
    [9, 1, 2, 3, 9],
    [1, 2, 3],
  ]);
});

test("a full browser buffer makes messages queue, within the same limits", () => {
  browser.last.accept();
  browser.last.bufferedAmount = 16384;
  assert.equal(socket.send(1, "level"), "queued");
  assert.equal(socket.send(2, "level"), "replaced");
  for (let number = 1; number < 64; number++) assert.equal(socket.send("x"), "queued");
  assert.equal(socket.send("x"), "refused");
  assert.deepEqual(browser.last.sent, []);
  browser.last.bufferedAmount = 100;
  assert.equal(socket.send("x"), "refused"); // not ahead of the queue
  browser.run(250);
  assert.equal(browser.last.sent.length, 64);
  assert.equal(browser.last.sent[0], "2");
  assert.equal(socket.send("x"), "sent");
});

test("an arriving message flushes the queue", () => {
  browser.last.accept();
  browser.last.bufferedAmount = 16384;
  socket.send("x");
  browser.last.bufferedAmount = 0;
  browser.last.push("answer");
  assert.deepEqual(browser.last.sent, ["x"]);
});

test("a single message may be larger than the queue", () => {
  browser.last.accept();
  assert.equal(socket.send(new ArrayBuffer(1 << 20)), "sent");
});

test("a message on a closing socket is queued for the next link", () => {
  browser.last.accept();
  browser.last.readyState = 2;
  assert.equal(socket.send("x"), "queued");
  browser.last.end(1001);
  browser.nextTry();
  browser.last.accept();
  assert.deepEqual(browser.last.sent, ["x"]);
});

test("close() drops the queue", () => {
  socket.send("x");
  socket.close();
  assert.equal(socket.bufferedAmount, 0);
  browser.last.end();
  assert.equal(socket.send("y"), "refused");
  socket.open();
  browser.last.accept();
  assert.deepEqual(browser.last.sent, []);
});
