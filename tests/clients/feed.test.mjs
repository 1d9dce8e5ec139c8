// The feed, followed by a client of Server-Sent Events that nobody here wrote.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { EventSource } from 'eventsource';
import { plain } from './bodies.mjs';
import { bearer, request, startDaemon } from './daemon.mjs';

let daemon;
before(async () => {
  daemon = await startDaemon();
});
after(() => daemon?.stop());

const types = ['CreateToken', 'SubmitJob', 'CancelJob', 'CancelJobs'];

async function create() {
  const { status, body } = await request(daemon.url, 'POST', '/api/v2/jobs', {
    headers: bearer(daemon.token),
    body: plain(),
  });
  assert.equal(status, 201);
  return body.id;
}

async function entry(index) {
  const path = `/ledger/v1/entries/${index}`;
  return (await request(daemon.url, 'GET', path, { headers: bearer(daemon.token) })).body;
}

/** A follower: `next()` is the next event as `{id, type, entry}`. */
function follow(path, base = daemon.url) {
  const source = new EventSource(base + path, {
    fetch: (url, init) =>
      fetch(url, { ...init, headers: { ...init.headers, ...bearer(daemon.token) } }),
  });
  const come = [];
  const wanted = [];
  for (const type of types) {
    source.addEventListener(type, (event) => {
      const one = { id: Number(event.lastEventId), type, entry: JSON.parse(event.data) };
      if (wanted.length) wanted.shift()(one);
      else come.push(one);
    });
  }
  return {
    source,
    close: () => source.close(),
    next: () =>
      come.length ? Promise.resolve(come.shift()) : new Promise((accept) => wanted.push(accept)),
  };
}

/** A way to the daemon that can be cut. */
async function startRelay() {
  const target = new URL(daemon.url);
  const asked = [];
  const sockets = new Set();
  const server = http.createServer((req, res) => {
    asked.push(req.headers);
    const options = { host: target.hostname, port: target.port, path: req.url, agent: false };
    const onward = http.request({ ...options, headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode, answer.headers);
      res.flushHeaders();
      answer.on('error', () => res.destroy());
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    res.on('close', () => onward.destroy());
    onward.end();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise((accept) => server.listen(0, '127.0.0.1', accept));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    asked,
    cut: () => sockets.forEach((socket) => socket.destroy()),
    stop: () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

test('history, then what is new, each event the entry', async () => {
  const before = await create();
  const follower = follow('/ledger/v1/feed?from=0&type=SubmitJob');
  try {
    const first = await follower.next();
    assert.equal(first.type, 'SubmitJob');
    assert.equal(first.entry.index, first.id);
    assert.equal(first.entry.events[0].id, before);
    assert.deepEqual(first.entry, await entry(first.id));
    const later = await create();
    assert.equal((await follower.next()).entry.events[0].id, later);
  } finally {
    follower.close();
  }
});

test('after a loss the client comes back by itself and misses nothing', async () => {
  const relay = await startRelay();
  const follower = follow('/ledger/v1/feed?type=SubmitJob', relay.url);
  try {
    await new Promise((accept) => follower.source.addEventListener('open', accept));
    const first = await create();
    const seen = await follower.next();
    assert.equal(seen.entry.events[0].id, first);
    relay.cut();
    const missed = [await create(), await create()];
    assert.equal((await follower.next()).entry.events[0].id, missed[0]);
    assert.equal((await follower.next()).entry.events[0].id, missed[1]);
    assert.equal(relay.asked.length, 2);
    assert.equal(relay.asked[0]['last-event-id'], undefined);
    assert.ok(Number(relay.asked[1]['last-event-id']) >= seen.id);
  } finally {
    follower.close();
    relay.stop();
  }
});

test('a client that may not follow is told so and stays away', async () => {
  const follower = new EventSource(`${daemon.url}/ledger/v1/feed`);
  const error = await new Promise((accept) => follower.addEventListener('error', accept));
  assert.equal(error.code, 401);
  assert.equal(follower.readyState, EventSource.CLOSED);
});
