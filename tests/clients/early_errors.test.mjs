// What is answered before it is known which operation was meant, or that there is no room for it:
// these errors are in the document of every operation, and agree with it.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { family, plain } from './bodies.mjs';
import { bearer, operationsOf, request, servedDocument, startDaemon } from './daemon.mjs';
import { startJudge } from './proxy.mjs';

let daemon;
let document;
let judge;
before(async () => {
  daemon = await startDaemon([
    ...['--limits-max-body-bytes', '1024', '--limits-header-timeout-seconds', '1'],
    ...['--limits-jobs-per-entry', '1', '--feed-max-followers', '1'],
  ]);
  document = await servedDocument(daemon);
  judge = await startJudge(document);
});
after(() => daemon?.stop());

/** The answer to these bytes, when the connection has ended. */
function sent(bytes) {
  const { hostname, port } = new URL(daemon.url);
  return new Promise((accept, reject) => {
    const socket = net.connect(Number(port), hostname, () => socket.write(bytes));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('end', () => {
      socket.destroy();
      const [head, body] = text.split('\r\n\r\n');
      const [first, ...lines] = head.split('\r\n');
      const pairs = lines.map((line) => line.split(/: (.*)/));
      const headers = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
      accept({ status: Number(first.split(' ')[1]), headers, body: JSON.parse(body) });
    });
  });
}

/** The answer has this status and code, and agrees with the document. */
async function check(status, code, answer, [method, path] = ['post', '/api/v2/jobs']) {
  const { headers, body } = answer;
  assert.equal(answer.status, status, JSON.stringify(body));
  assert.equal(body.code, code);
  assert.deepEqual(await judge(method, path, { statusCode: status, headers, body }), [], code);
}

const head = (line, ...headers) => [line, 'Host: a', ...headers, '', ''].join('\r\n');
const post = (...headers) => head('POST /api/v2/jobs HTTP/1.1', ...headers);

test('bytes that are no request of HTTP/1.1', async () => {
  await check(400, 'bad_request', await sent(post('Content-Length: x')));
  await check(501, 'not_implemented', await sent(post('Transfer-Encoding: gzip')));
  await check(417, 'expectation_failed', await sent(post('Content-Length: 2', 'Expect: a miracle')));
  await check(505, 'http_version_not_supported', await sent(head('POST /api/v2/jobs HTTP/2.0')));
  await check(431, 'headers_too_large', await sent(post(`X-Long: ${'x'.repeat(40_000)}`)));
  await check(408, 'request_timeout', await sent('POST /api/v2/jobs HTTP/1.1\r\n'));
});

const asked = (method, path, options = {}) =>
  request(daemon.url, method, path, { headers: bearer(daemon.token), ...options });

test('more than there is room for', async () => {
  const large = { ...plain(), note: 'x'.repeat(2000) };
  await check(413, 'body_too_large', await asked('POST', '/api/v2/jobs', { body: large }));
  const tree = family('one');
  await check(400, 'too_many_jobs', await asked('POST', '/api/v2/jobs', { body: tree }));
  const batch = { jobs: [plain()] };
  assert.equal((await asked('POST', '/api/v2/batches', { body: batch })).status, 201);
});

test('paths and methods that are none', async () => {
  const jobs = '/api/v2/jobs';
  await check(405, 'method_not_allowed', await asked('DELETE', jobs), ['get', jobs]);
  const none = `${jobs}/`;
  await check(404, 'route_not_found', await asked('GET', none), ['get', `${jobs}/x`]);
});

test('a key whose request is still being carried out', async () => {
  const headers = { ...bearer(daemon.token), 'idempotency-key': 'k' };
  const claim = (wait) =>
    request(daemon.url, 'POST', '/api/v2/worker/claim', {
      headers,
      body: { tags: ['none'], wait },
    });
  let answers;
  do answers = await Promise.all([claim(2), claim(2)]);
  while (answers.every(({ status }) => status === 204));
  answers.sort((a, b) => a.status - b.status);
  assert.equal(answers[0].status, 204);
  await check(409, 'idempotency_key_in_flight', answers[1], ['post', '/api/v2/worker/claim']);
});

test('too many requests of a team, and without a token', async () => {
  const slow = await startDaemon([
    ...['--limits-burst', '1', '--limits-requests-per-second', '1'],
    ...['--limits-anonymous-per-second', '1'],
  ]);
  try {
    const until = async (status, ask) => {
      let answer;
      do answer = await ask();
      while (answer.status !== status);
      return answer;
    };
    const jobs = (headers) => request(slow.url, 'GET', '/api/v2/jobs', { headers });
    const ofTeam = await until(429, () => jobs(bearer(slow.token)));
    await check(429, 'rate_limited', ofTeam, ['get', '/api/v2/jobs']);
    assert.match(ofTeam.headers.ratelimit, /^"team";r=0;t=\d+$/);
    const ofAddress = await until(429, () => jobs({}));
    await check(429, 'rate_limited', ofAddress, ['get', '/api/v2/jobs']);
    assert.match(ofAddress.headers['ratelimit-policy'], /^"address";q=\d+;w=\d+$/);
  } finally {
    await slow.stop();
  }
});

test('more followers than there may be', async () => {
  const follow = () => asked('GET', '/ledger/v1/feed');
  const first = net.connect(Number(new URL(daemon.url).port), '127.0.0.1');
  first.write(head('GET /ledger/v1/feed HTTP/1.1', `Authorization: Bearer ${daemon.token}`));
  await new Promise((accept) => first.once('data', accept));
  await check(503, 'too_many_followers', await follow(), ['get', '/ledger/v1/feed']);
  first.destroy();
});

test('every operation has the errors that any request may get', () => {
  for (const { operation } of operationsOf(document)) {
    for (const status of [400, 405, 408, 413, 417, 431, 500, 501, 503, 505])
      assert.ok(operation.responses[status], `${operation.operationId} has no ${status}`);
  }
});
