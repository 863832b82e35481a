/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The interface of the browser's WebSocket.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";

import { EspWs } from "../../static/esp-ws.js";
import { open, pageOf, record } from "./browser.mjs";

const source = readFileSync(new URL("../../static/esp-ws.js", import.meta.url));

let browser;
beforeEach(() => {
  browser = open();
});

function connected(...more) {
  const socket = new EspWs("/ws", ...more);
  browser.last.accept();
  return socket;
}

test("it is under 4 KB compressed", () => {
  const size = gzipSync(source, { level: 9 }).length;
  assert.ok(size < 4096, `${size} bytes`);
});

test("its syntax is that of 2020, which Safari 14 and Chrome 84 understand", () => {
  const acorn = createRequire(import.meta.url)("internal/deps/acorn/acorn/dist/acorn");
  const parse = text => acorn.parse(text, { ecmaVersion: 2020, sourceType: "module" });
  parse(source.toString());
  assert.throws(() => parse("class Newer { #field = 1 }"));
});

test("it is a global as well as a module", () => {
  assert.equal(globalThis.EspWs, EspWs);
});

for (const [url, expected] of [
  ["/ws", "ws://192.168.4.1/ws"],
  ["ws", "ws://192.168.4.1/ws"],
  ["//board:81/ws", "ws://board:81/ws"],
  ["ws://board/ws?room=a%20b", "ws://board/ws?room=a%20b"],
  ["wss://board/ws#part", "wss://board/ws"],
  ["http://board/ws", "ws://board/ws"],
  ["https://board/ws", "wss://board/ws"],
]) {
  test(`the URL ${url} means ${expected}`, () => {
    assert.equal(new EspWs(url).url, expected);
    const added = browser.last.url.replace(expected, "");
    assert.match(added, expected.includes("?") ? /^&page=[0-9a-f]{32}$/ : /^\?page=[0-9a-f]{32}$/);
  });
}

test("an invalid URL throws", () => {
  assert.throws(() => new EspWs("http://["));
  assert.equal(browser.timers.size, 0);
});

test("subprotocols are requested, and protocol is the chosen one", () => {
  const socket = connected(["a", "b"]);
  assert.deepEqual(browser.last.protocols, ["a", "b"]);
  browser.last.protocol = "b";
  assert.equal(socket.protocol, "b");
  assert.equal(socket.extensions, "");
  browser.last.end();
  assert.equal(socket.protocol, "");
});

test("the constants are those of the browser, on the class and on each client", () => {
  const socket = new EspWs("/ws");
  for (const target of [EspWs, socket]) {
    const { CONNECTING, OPEN, CLOSING, CLOSED } = target;
    assert.deepEqual([CONNECTING, OPEN, CLOSING, CLOSED], [0, 1, 2, 3]);
  }
});

test("readyState goes from CONNECTING to OPEN, back to CONNECTING, CLOSING and CLOSED", () => {
  const socket = new EspWs("/ws");
  assert.equal(socket.readyState, EspWs.CONNECTING);
  browser.last.accept();
  assert.equal(socket.readyState, EspWs.OPEN);
  browser.last.readyState = 2; // the board has sent a close frame
  assert.equal(socket.readyState, EspWs.CLOSING);
  browser.last.end(1001);
  assert.equal(socket.readyState, EspWs.CONNECTING);
  browser.nextTry();
  assert.equal(socket.readyState, EspWs.CONNECTING);
  browser.last.accept();
  socket.close();
  assert.equal(socket.readyState, EspWs.CLOSING);
  browser.last.end(1005);
  assert.equal(socket.readyState, EspWs.CLOSED);
});

test("handlers can be properties or listeners, replaced or removed", () => {
  const socket = new EspWs("/ws");
  assert.equal(socket.onopen, null);
  const calls = [];
  socket.onopen = event => calls.push(event.type);
  socket.onopen = function () {
    calls.push(this === socket);
  };
  socket.addEventListener("open", { handleEvent: event => calls.push(event.target === socket) });
  browser.last.accept();
  assert.deepEqual(calls, [true, true]);
  socket.onmessage = null;
  browser.last.push("unheard");
});

test("a message event has the data and the origin", () => {
  const socket = connected();
  let event;
  socket.onmessage = received => (event = received);
  browser.last.push("hello");
  assert.ok(event instanceof MessageEvent);
  assert.deepEqual([event.data, event.origin, event.json], ["hello", "ws://board", undefined]);
  const buffer = new ArrayBuffer(2);
  browser.last.push(buffer);
  assert.equal(event.data, buffer);
  assert.equal(event.json, undefined);
});

for (const [text, json] of [
  ['{"a": 1}', { a: 1 }],
  [" [1, 2]", [1, 2]],
  ["5", undefined],
  ["null", undefined],
  ['"text"', undefined],
  ["{no json", undefined],
  ["", undefined],
]) {
  test(`event.json of ${JSON.stringify(text)} is ${JSON.stringify(json)}`, () => {
    const socket = connected();
    let event;
    socket.onmessage = received => (event = received);
    browser.last.push(text);
    assert.equal(event.data, text);
    assert.deepEqual(event.json, json);
  });
}

test("messages before the first answer come after open, in order", () => {
  const socket = new EspWs("/ws");
  const events = record(socket, "open", "message");
  const { last } = browser;
  last.answers = false;
  last.accept();
  last.push("one");
  last.push("two");
  assert.deepEqual(events, []);
  last.answer();
  last.push("three");
  assert.deepEqual(events, ["open", "one", "two", "three"]);
});

test("binaryType applies to each connection", () => {
  const socket = new EspWs("/ws");
  assert.equal(socket.binaryType, "blob");
  socket.binaryType = "arraybuffer";
  socket.binaryType = "nonsense";
  assert.equal(socket.binaryType, "arraybuffer");
  assert.equal(browser.last.binaryType, "arraybuffer");
  browser.last.end();
  browser.nextTry();
  assert.equal(browser.last.binaryType, "arraybuffer");
});

test("each loss is a close event, after an error event if unclean", () => {
  const socket = connected();
  const seen = [];
  socket.onerror = () => seen.push("error");
  socket.onclose = event => seen.push([event.code, event.reason, event.wasClean]);
  browser.last.end(1001, "the board restarts");
  browser.nextTry();
  browser.last.end();
  assert.deepEqual(seen, [[1001, "the board restarts", true], "error", [1006, "", false]]);
});

test("after close() it stays closed", () => {
  const socket = connected();
  const events = record(socket, "close", "state", "message");
  socket.close(4000, "done");
  assert.deepEqual(browser.last.closed, { code: 4000, reason: "done" });
  browser.last.push("too late");
  browser.last.end(4000);
  assert.deepEqual(events, ["closed", "close"]);
  browser.event("online");
  browser.hide(false);
  browser.run(60_000);
  assert.equal(browser.sockets.length, 1);
  assert.equal(browser.timers.size, 0);
  assert.equal(socket.send("x"), "refused");
  socket.close();
  assert.deepEqual(events, ["closed", "close"]);
});

test("an answer that comes after close() opens nothing", () => {
  const socket = new EspWs("/ws");
  browser.last.answers = false;
  browser.last.accept();
  socket.close();
  browser.last.answer();
  assert.equal(socket.state, "closed");
});

test("close() while waiting cancels the retry", () => {
  const socket = connected();
  browser.last.end();
  socket.close();
  assert.equal(socket.readyState, EspWs.CLOSED);
  assert.equal(socket.retryIn, null);
  browser.run(60_000);
  assert.equal(browser.sockets.length, 1);
});

test("close() with an invalid code throws, and changes nothing", () => {
  const socket = connected();
  assert.throws(() => socket.close(1001), { name: "InvalidAccessError" });
  assert.equal(socket.state, "open");
  assert.equal(browser.timers.size, 1);
});

test("open() connects again after close()", () => {
  const socket = connected();
  socket.close();
  browser.last.end(1005);
  socket.open();
  assert.equal(socket.state, "connecting");
  browser.last.accept();
  assert.equal(socket.state, "open");
  assert.equal(browser.timers.size, 1);
});

test("open() does not wait for the closing connection", () => {
  const socket = connected();
  const events = record(socket, "close", "state");
  socket.close();
  socket.open();
  assert.deepEqual(events, ["closed", "close", "connecting"]);
  browser.sockets[0].end(1005); // no longer matters
  assert.equal(browser.alive, 1);
  assert.equal(socket.state, "connecting");
});

test("open() does nothing while there is a connection", () => {
  const socket = new EspWs("/ws");
  socket.open();
  browser.last.accept();
  socket.open();
  assert.equal(browser.sockets.length, 1);
});

test("handlers may close and open", () => {
  const socket = connected();
  socket.onclose = () => socket.open();
  browser.last.end();
  assert.equal(browser.sockets.length, 2);
  socket.onclose = null;
  socket.onopen = () => socket.close();
  browser.last.accept();
  assert.equal(socket.readyState, EspWs.CLOSING);
  browser.last.end(1005);
  socket.onopen = null;
  socket.onclose = () => socket.open();
  socket.open();
  browser.last.accept();
  socket.close();
  socket.open();
  assert.equal(browser.alive, 1);
});

test("each EspWs has a page id, kept over a reload", async () => {
  for (const load of [1, 2]) {
    const page = await import(`../../static/esp-ws.js?load=${load}`);
    new page.EspWs("/ws");
    new page.EspWs("/other");
  }
  const ids = browser.sockets.map(pageOf);
  assert.notEqual(ids[0], ids[1]);
  assert.deepEqual(ids.slice(0, 2), ids.slice(2));
});

test("the page id is the same at each connection", () => {
  new EspWs("/ws");
  browser.last.end();
  browser.nextTry();
  const [first, second] = browser.sockets.map(pageOf);
  assert.equal(first, second);
});

test("a duplicated tab takes a new id when it is replaced", () => {
  new EspWs("/ws");
  browser.last.accept();
  browser.last.end(1001, "replaced by a newer connection of this page");
  browser.nextTry();
  const [first, second] = browser.sockets.map(pageOf);
  assert.notEqual(first, second);
  assert.deepEqual(Object.values(sessionStorage), [second]);
  browser.last.end(1001, "the board restarts");
  browser.nextTry();
  assert.equal(pageOf(browser.last), second);
});

test("a page id in the URL is left alone", () => {
  new EspWs("/ws?a=1&page=0123456789abcdef");
  assert.equal(browser.last.url, "ws://192.168.4.1/ws?a=1&page=0123456789abcdef");
});

test("without storage the page id is kept in memory", () => {
  Object.defineProperty(globalThis, "sessionStorage", {
    get() {
      throw new DOMException("denied", "SecurityError");
    },
    configurable: true,
  });
  new EspWs("/ws");
  browser.last.end(1006);
  browser.nextTry();
  const [first, second] = browser.sockets.map(pageOf);
  assert.match(first, /^[0-9a-f]{32}$/);
  assert.equal(first, second);
});
