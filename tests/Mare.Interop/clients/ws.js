// SPDX-License-Identifier: MIT
// Node's ws against a server with the commands of InteropActor: node ws.js ws://host:port [extensions that it agrees on]
// Prints "ok NAME" or "not ok NAME: why" for each check; exits 1 when one failed. Finds ws by NODE_PATH.
'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const WebSocket = require('ws');

const url = process.argv[2];
const extensions = process.argv[3] ?? '';
const deadline = 10_000;
const checks = {};

function inTime(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${deadline} ms`)), deadline);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function open(path = '/', subprotocols = []) {
  const socket = new WebSocket(url + path, subprotocols);
  await inTime(once(socket, 'open'), 'open');
  return socket;
}

const next = (socket, event) => inTime(once(socket, event), event);

async function echo(socket, data, options) {
  const message = next(socket, 'message');
  socket.send(data, options);
  return await message;
}

async function close(socket, code = 1000, reason = '') {
  const closed = next(socket, 'close');
  socket.close(code, reason);
  const [gotCode, gotReason] = await closed;
  return [gotCode, gotReason.toString()];
}

for (const size of [0, 1, 125, 126, 65535, 65536, 1024 * 1024]) {
  checks[`text-${size}`] = async () => {
    const socket = await open();
    const text = 'abcdefghijk'.repeat(size / 11 + 1).slice(0, size);
    const [data, isBinary] = await echo(socket, text);
    assert.equal(isBinary, false);
    assert.ok(data.toString() === text, 'the echo differs');
    await close(socket);
  };
  checks[`binary-${size}`] = async () => {
    const socket = await open();
    const bytes = Buffer.from(Array.from({ length: size }, (_, i) => i % 251));
    const [data, isBinary] = await echo(socket, bytes);
    assert.equal(isBinary, true);
    assert.ok(data.equals(bytes), 'the echo differs');
    await close(socket);
  };
}

checks['unicode'] = async () => {
  const socket = await open();
  for (const text of ['grüße', 'κόσμε', '🐎🏽‍♀️', '\u0000\u007f\u0080\u07ff\u0800\uffff\u{10ffff}']) {
    const [data] = await echo(socket, text);
    assert.equal(data.toString(), text);
  }
  await close(socket);
};

checks['fragments'] = async () => {
  const socket = await open();
  const message = next(socket, 'message');
  socket.send('frag', { fin: false });
  socket.send('ment', { fin: false });
  socket.send('', { fin: false });
  socket.send('ed', { fin: true });
  const [data, isBinary] = await message;
  assert.equal(isBinary, false);
  assert.equal(data.toString(), 'fragmented');
  await close(socket);
};

checks['ping-between-fragments'] = async () => {
  const socket = await open();
  const pong = next(socket, 'pong');
  const message = next(socket, 'message');
  socket.send('one ', { fin: false });
  socket.ping('between');
  assert.equal((await pong)[0].toString(), 'between');
  socket.send('two', { fin: true });
  assert.equal((await message)[0].toString(), 'one two');
  await close(socket);
};

checks['client-ping'] = async () => {
  const socket = await open();
  for (const payload of ['', 'payload', 'x'.repeat(125)]) {
    const pong = next(socket, 'pong');
    socket.ping(payload);
    assert.equal((await pong)[0].toString(), payload);
  }
  await close(socket);
};

checks['server-ping'] = async () => {
  const socket = await open();
  const ping = next(socket, 'ping');
  const [data] = await echo(socket, '/ping from the server');
  assert.equal((await ping)[0].toString(), 'from the server');
  assert.equal(data.toString(), '/pong from the server');
  await close(socket);
};

checks['client-close'] = async () => {
  for (const [code, reason] of [[1000, ''], [1000, 'done'], [1001, 'away'], [3000, 'r\u00e9ason'], [4999, 'x'.repeat(123)]]) {
    const socket = await open(`/node-closes-${code}-${reason.length}`);
    const [gotCode] = await close(socket, code, reason);
    assert.equal(gotCode, code);
  }
};

checks['client-close-without-code'] = async () => {
  const socket = await open('/node-closes-without-code');
  const closed = next(socket, 'close');
  socket.close();
  const [code] = await closed;
  assert.equal(code, 1005);
};

checks['server-close'] = async () => {
  for (const [code, reason] of [[1000, ''], [1000, 'done'], [1001, 'away'], [3000, 'r\u00e9ason'], [4999, 'x'.repeat(123)]]) {
    const socket = await open();
    const closed = next(socket, 'close');
    socket.send(`/close ${code} ${reason}`);
    const [gotCode, gotReason] = await closed;
    assert.equal(gotCode, code);
    assert.equal(gotReason.toString(), reason);
  }
};

checks['echo-before-close'] = async () => {
  const socket = await open();
  const message = next(socket, 'message');
  const closed = next(socket, 'close');
  socket.send('last words');
  socket.close(1000);
  assert.equal((await message)[0].toString(), 'last words');
  assert.equal((await closed)[0], 1000);
};

checks['terminate'] = async () => {
  const socket = await open('/node-terminates');
  await echo(socket, 'hello');
  const closed = next(socket, 'close');
  socket.terminate();
  assert.equal((await closed)[0], 1006);
};

checks['subprotocol'] = async () => {
  const socket = await open('/', ['chat.v1', 'chat.v2']);
  assert.equal(socket.protocol, 'chat.v2');
  await close(socket);
};

// ws offers permessage-deflate, and compresses what is longer than 1,024 bytes.
checks['compression'] = async () => {
  const socket = await open();
  assert.equal(socket.extensions, extensions);
  for (let n = 0; n < 20; n++) {
    const text = JSON.stringify(Array.from({ length: 100 }, (_, i) => ({ id: i + n, name: 'mare' })));
    const [data] = await echo(socket, text);
    assert.equal(data.toString(), text);
  }
  await close(socket);
};

checks['missing-path'] = async () => {
  const socket = new WebSocket(`${url}/missing`);
  socket.on('error', () => { });
  const [, response] = await next(socket, 'unexpected-response');
  assert.equal(response.statusCode, 404);
  socket.terminate();
};

checks['hundred-connections'] = async () => {
  await Promise.all(Array.from({ length: 100 }, async (_, i) => {
    const socket = await open();
    for (let n = 0; n < 10; n++) {
      const [data] = await echo(socket, `client ${i}, message ${n}`);
      assert.equal(data.toString(), `client ${i}, message ${n}`);
    }
    await close(socket);
  }));
};

async function main() {
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`ok ${name}`);
    } catch (error) {
      failed++;
      console.log(`not ok ${name}: ${String(error.message ?? error).replaceAll('\n', ' ')}`);
    }
  }
  process.exit(failed === 0 ? 0 : 1);
}

main();
