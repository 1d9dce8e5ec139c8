// A session with good and bad input goes through a validating proxy: no answer of the daemon may
// depart from the document that it serves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as bodies from './bodies.mjs';
import { family, malformedId, plain, unknownId } from './bodies.mjs';
import { bearer, operationsOf, request, servedDocument, startDaemon } from './daemon.mjs';
import { startProxy, violations } from './proxy.mjs';

let daemon;
let document;
let proxy;
const seen = new Map(); // operationId -> statuses answered in this session
const codes = new Map(); // operationId -> codes of its errors
before(async () => {
  daemon = await startDaemon();
  document = await servedDocument(daemon);
  proxy = await startProxy(document, daemon.url);
});
after(async () => {
  await proxy?.stop();
  await daemon?.stop();
});

function target(operationId, options) {
  const { id = unknownId, index = 0, level = 0, place = '000' } = options;
  const { uid = 'nobody', tags = 'none', query } = options;
  const { path, method } = operationsOf(document).find(
    (one) => one.operation.operationId === operationId,
  );
  const real = path
    .replace('{id}', id)
    .replace('{index}', index)
    .replace('{level}', level)
    .replace('{place}', place)
    .replace('{uid}', uid)
    .replace('{tags}', tags);
  return { method, path: real + (query ? `?${new URLSearchParams(query)}` : '') };
}

function note(map, operationId, value) {
  if (!map.has(operationId)) map.set(operationId, new Set());
  map.get(operationId).add(value);
}

/** One call through the proxy. The answer must have the status and agree with the document. */
async function call(status, operationId, options = {}) {
  const { method, path } = target(operationId, options);
  const { body, token = daemon.token } = options;
  const headers = { ...options.headers };
  if (token !== null) Object.assign(headers, bearer(token));
  if (body !== undefined) headers['content-type'] ??= 'application/json';
  const answer = await request(proxy.url, method.toUpperCase(), path, { headers, body });
  const text = JSON.stringify(answer.body);
  const what = `${operationId}: ${method} ${path} answered ${answer.status} ${text}`;
  assert.deepEqual(violations(answer.headers, 'response'), [], what);
  assert.equal(answer.status, status, what);
  if (status < 400) assert.deepEqual(violations(answer.headers, 'request'), [], what);
  note(seen, operationId, status);
  if (answer.body?.code) note(codes, operationId, answer.body.code);
  return answer.body;
}

test('jobs', async () => {
  const made = await call(201, 'createJob', { body: family('one', 'two') });
  const context = {
    'x-request-id': 'r-1',
    'x-on-behalf-of': 'ada@example.com',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  };
  const kept = plain({ tags: 'a,b', priority: -1, own: { kept: [1] } });
  await call(201, 'createJob', { body: kept, headers: context });
  for (const body of bodies.wrongJobs) await call(400, 'createJob', { body });
  // The proxy itself would refuse these under their proper type.
  const text = { 'content-type': 'text/plain' };
  for (const body of bodies.wrongJson) await call(400, 'createJob', { body, headers: text });
  await call(401, 'createJob', { body: plain(), token: null });
  await call(401, 'createJob', { body: plain(), token: 'unknown' });
  await call(403, 'createJob', { body: plain(), token: daemon.reader });

  const headers = { 'idempotency-key': 'k-1' };
  const first = await call(201, 'createJob', { body: plain(), headers });
  assert.deepEqual(await call(201, 'createJob', { body: plain(), headers }), first);
  await call(422, 'createJob', { body: family('one'), headers });

  await call(201, 'joinJobs', { body: bodies.joined });
  for (const body of bodies.wrongJoins) await call(400, 'joinJobs', { body });

  const { id } = made.children[0];
  await call(200, 'getJob', { id, query: { minVersion: 1 } });
  await call(400, 'getJob', { id, query: { minVersion: 'soon' } });
  await call(404, 'getJob');
  await call(404, 'getJob', { id: malformedId });
  await call(404, 'getJob', { id, token: daemon.stranger });
  await call(200, 'getJobLogs', { id });
  await call(400, 'getJobLogs', { id: malformedId });
  await call(404, 'getJobLogs');
  await call(404, 'getJobOutput', { id });
  for (const operation of ['getJobOutput', 'getJobTree', 'getJobHistory', 'explainJob'])
    await call(400, operation, { id: malformedId });
  await call(404, 'getJobOutput');
});

test('lists', async () => {
  for (const query of bodies.rightLists) {
    assert.ok(Array.isArray(await call(200, 'listJobs', { query })));
  }
  for (const query of bodies.wrongLists) await call(400, 'listJobs', { query });
});

test('cancelling', async () => {
  const made = await call(201, 'createJob', { body: family('one', 'two') });
  await call(400, 'cancelJob', { id: malformedId });
  await call(404, 'cancelJob');
  await call(400, 'cancelJob', { id: made.id, body: { reason: 7 } });
  await call(400, 'cancelJob', { id: made.id, body: { reason: 'x'.repeat(1025) } });
  await call(403, 'cancelJob', { id: made.id, token: daemon.reader });
  const headers = { 'idempotency-key': 'k-2' };
  const cancelled = await call(200, 'cancelJob', { id: made.id, headers });
  assert.equal(cancelled.length, 3);
  assert.deepEqual(await call(200, 'cancelJob', { id: made.id, headers }), cancelled);
  await call(409, 'cancelJob', { id: made.id, body: { reason: 'again' } });
  await call(409, 'cancelJob', { id: made.children[0].id });

  const other = await call(201, 'createJob', { body: family('one') });
  const pair = [other.children[0].id, other.id];
  for (const jobs of bodies.wrongCancels(pair[0]))
    await call(400, 'cancelJobs', { body: { jobs } });
  await call(404, 'cancelJobs', { body: { jobs: [...pair, unknownId] } });
  await call(404, 'cancelJobs', { body: { jobs: ['Z'.repeat(26)] } });
  await call(409, 'cancelJobs', { body: { jobs: [...pair, made.id] } });
  const both = await call(200, 'cancelJobs', { body: { jobs: pair, reason: 'both' } });
  assert.deepEqual(
    both.map((job) => job.id),
    pair,
  );
});

test('batches', async () => {
  const jobs = [family('one'), plain(), 'no job'];
  const made = await call(201, 'createBatch', { body: { jobs } });
  const failed = await call(400, 'createBatch', { body: { jobs: [{}, { template: 'x' }] } });
  assert.equal(failed.status, 'error');
  await call(404, 'getBatch', { id: failed.batchId });
  for (const wrong of bodies.wrongBatches) {
    const refused = await call(400, 'createBatch', { body: { jobs: wrong } });
    assert.equal(refused.batchId, undefined);
  }
  const id = made.batchId;
  await call(200, 'getBatch', { id });
  await call(400, 'getBatch', { id: malformedId });
  await call(404, 'getBatch');
  await call(404, 'getBatch', { id, token: daemon.stranger });
  await call(400, 'cancelBatch', { id: malformedId });
  await call(404, 'cancelBatch');
  await call(403, 'cancelBatch', { id, token: daemon.reader });
  await call(200, 'cancelJob', { id: made.jobs[1].id });
  const partial = await call(200, 'cancelBatch', { id, body: { reason: 'over' } });
  assert.equal(partial.status, 'partial');
  await call(200, 'cancelBatch', { id });
  await call(200, 'getBatch', { id });
  const listed = await call(200, 'listBatches', { query: { limit: 1, from_date: '2020-01-01' } });
  assert.equal(listed.items[0].batchId, id);
  await call(400, 'listBatches', { query: { status: 'partial' } });
});

const reports = {
  heartbeat: {},
  reportProgress: { progress: 33 },
  finishJob: {},
  failJob: { error: 'no font' },
  reportStopped: {},
};

test('workers', async () => {
  const upload = { outputUrl: 'https://cdn.example.com/w.mp4', params: { key: 'secret' } };
  const order = { ...family('one', 'two'), tags: ['w'], upload };
  const made = await call(201, 'createJob', { body: order });
  for (const body of bodies.wrongClaims) await call(400, 'claimJob', { body });
  await call(404, 'claimJob', { body: { jobId: unknownId } });
  await call(409, 'claimJob', { body: { jobId: made.id } });
  await call(204, 'claimJob', { body: { tags: ['nobody has this one'] } });
  await call(403, 'claimJob', { token: daemon.reader });
  const claim = await call(200, 'claimJob', { body: { tags: ['w'], leaseSeconds: 60 } });
  const { id } = claim.job;
  const { lease } = claim;

  for (const [operation, report] of Object.entries(reports)) {
    const body = { lease, ...report };
    await call(400, operation, { id, body: {} });
    await call(400, operation, { id: malformedId, body });
    await call(404, operation, { body });
    await call(409, operation, { id, body: { ...body, lease: unknownId } });
    await call(403, operation, { id, body, token: daemon.reader });
  }
  await call(400, 'reportProgress', { id, body: { lease, progress: 101 } });
  await call(200, 'heartbeat', { id, body: { lease } });
  await call(200, 'reportProgress', { id, body: { lease, progress: 33 } });
  await call(200, 'reportProgress', { id, body: { lease, progress: 34 } });
  await call(409, 'cancelJob', { id });
  const outputUrl = 'https://cdn.example.com/one.mp4';
  await call(200, 'finishJob', { id, body: { lease, outputUrl } });
  await call(302, 'getJobOutput', { id });
  for (const [operation, report] of Object.entries(reports)) {
    await call(409, operation, { id, body: { lease, ...report } });
  }

  const second = await call(200, 'claimJob', { body: { jobId: made.children[1].id } });
  const failure = { lease: second.lease, error: 'no font' };
  await call(200, 'failJob', { id: second.job.id, body: failure });
  const parent = await call(200, 'getJob', { id: made.id });
  assert.equal(parent.status, 'error');
  await call(404, 'getJobOutput', { id: made.id });
});

test('the render server', async () => {
  const template = { src: 'file:///p.aep', composition: 'main' };
  const order = { uid: 'of-v1', template, tags: 'v1', actions: { postrender: [] } };
  const made = await call(200, 'createV1Job', { body: order });
  const { uid } = made;
  assert.equal(uid, 'of-v1');
  await call(409, 'createV1Job', { body: order });
  for (const body of bodies.wrongV1Jobs) await call(400, 'createV1Job', { body });
  await call(403, 'createV1Job', { body: order, token: daemon.reader });
  for (const [operation, options] of [
    ['getV1Job', { uid }],
    ['getV1Status', { uid }],
    ['listV1Jobs', {}],
    ['listV1Statuses', {}],
  ]) {
    await call(200, operation, options);
    await call(403, operation, { ...options, token: 'unknown' });
    await call(400, operation, { ...options, query: { minVersion: 'soon' } });
  }
  await call(404, 'getV1Job');
  await call(404, 'getV1Status');

  await call(200, 'pickupTaggedV1Job', { tags: 'none' });
  await call(403, 'pickupV1Job', { token: daemon.reader });
  await call(403, 'pickupTaggedV1Job', { token: daemon.reader });
  // The proxy takes a comma in a path for a list.
  const picked = await call(200, 'pickupTaggedV1Job', { tags: 'v1' });
  assert.equal(picked.uid, uid);
  const put = (status, body, options = {}) =>
    call(status, 'updateV1Job', { uid, body: { ...picked, ...body }, ...options });
  await put(200, { state: 'started' });
  await put(403, { state: 'started' }, { token: daemon.reader, uid: 'nobody' });
  await put(403, {}, { token: daemon.reader });
  await put(404, { state: 'started' }, { uid: 'nobody' });
  await put(404, { state: 'finished' }, { uid: 'nobody' });
  await put(400, { state: 5 });
  await put(409, { state: 'queued' });
  await put(409, { state: 'started' }, { headers: { 'nexrender-name': 'another' } });
  await put(200, { state: 'render:dorender', renderProgress: 40 });
  await call(409, 'removeV1Job', { uid });
  await put(200, { state: 'finished', output: '/a.mp4', timings: { 'render:dorender': 1 } });
  await put(200, { state: 'error', error: 'too late' });

  const other = await call(200, 'createV1Job', { body: { template } });
  await call(400, 'pickupTaggedV1Job', { tags: ',' });
  const plan = await call(200, 'removeV1Job', { uid: other.uid, query: { dryRun: true } });
  assert.equal(plan.cancelled[0].id, other.uid);
  assert.deepEqual(await call(200, 'removeV1Job', { uid: other.uid, body: { reason: 'over' } }), {
    id: other.uid,
    removed: true,
  });
  await call(409, 'removeV1Job', { uid: other.uid });
  await call(404, 'removeV1Job');
  const third = await call(200, 'createV1Job', { body: { template, priority: 9 } });
  assert.equal((await call(200, 'pickupV1Job')).uid, third.uid);
  await call(200, 'removeV1Job', { uid: third.uid, query: { running: 'stop' } });
  await call(200, 'getV1Health', { token: null });
});

test('plans, stops and undos', async () => {
  const { id, children } = await call(201, 'createJob', { body: family('one', 'two') });
  const query = { dryRun: true };
  const plan = await call(200, 'cancelJob', { id, query });
  assert.deepEqual(
    plan.cancelled.map((job) => job.id),
    [id, ...children.map((child) => child.id)],
  );
  await call(200, 'cancelJobs', { body: { jobs: [id] }, query });
  await call(400, 'cancelJob', { id, headers: { 'if-match': '"99999999"' } });
  const claim = await call(200, 'claimJob', { body: { jobId: children[0].id } });
  const body = { lease: claim.lease };
  const asked = { id: claim.job.id, body };
  await call(412, 'cancelJob', { id, headers: { 'if-match': `"${plan.version}"` } });
  await call(409, 'reportStopped', asked); // nobody asked it to
  await call(200, 'cancelJob', { id, body: { reason: 'budget' }, query: { running: 'stop' } });
  const { stop } = await call(200, 'heartbeat', asked);
  assert.equal(stop.reason, 'budget');
  const { index } = stop;
  await call(200, 'getCancellation', { index });
  await call(200, 'reportStopped', asked);
  await call(200, 'getCancellation', { index });
  await call(200, 'explainJob', { id: claim.job.id });

  await call(404, 'undoCancellation', { index: 1_000_000 });
  await call(409, 'undoCancellation', { index: 0 });
  await call(403, 'undoCancellation', { index, token: daemon.reader });
  const undone = await call(200, 'undoCancellation', { index, body: { reason: 'found more' } });
  assert.equal(undone.reinstated.length, 3);
  await call(409, 'undoCancellation', { index });
  await call(200, 'undoCancellation', { index: undone.index });
  await call(200, 'getCancellation', { index: undone.index });
  await call(404, 'getCancellation', { index: 0 });
  const listed = await call(200, 'listCancellations', { query: { job: id, outcome: 'undone' } });
  assert.equal(listed.items.at(-1).index, index);
  await call(200, 'listCancellations', { query: { reason: 'found', limit: 1 } });
  for (const query of [{ outcome: 'maybe' }, { from: 'then' }, { cursor: 'x' }, { limit: 0 }]) {
    await call(400, 'listCancellations', { query });
  }
  await call(403, 'listCancellations', { token: daemon.reader });
  await call(200, 'explainJob', { id });
  await call(404, 'explainJob');
  await call(404, 'explainJob', { id, token: daemon.stranger });

  const batch = await call(201, 'createBatch', { body: { jobs: [plain()] } });
  await call(200, 'cancelBatch', { id: batch.batchId, query });
  const guard = { team: 't', name: 'guarded', confirmAbove: 1 };
  const { token } = await call(201, 'createToken', { body: guard });
  const tree = await call(201, 'createJob', { body: family('one') });
  await call(428, 'cancelJob', { id: tree.id, token });
  await call(428, 'cancelJobs', { body: { jobs: [tree.id] }, token });
  await call(428, 'removeV1Job', { uid: tree.id, token });
  const pair = await call(201, 'createBatch', { body: { jobs: [plain(), plain()] } });
  await call(428, 'cancelBatch', { id: pair.batchId, token });

  const { version } = await call(200, 'cancelJob', { id: tree.id, query });
  const confirmed = { 'if-match': `"${version}"` };
  for (const jobId of [tree.children[0].id, pair.jobs[0].id]) {
    await call(200, 'claimJob', { body: { jobId } });
  }
  await call(412, 'cancelJobs', { body: { jobs: [tree.id] }, headers: confirmed });
  await call(412, 'removeV1Job', { uid: tree.id, headers: confirmed });
  await call(412, 'cancelBatch', { id: pair.batchId, headers: confirmed });
});

test('transparency', async () => {
  const note = await call(200, 'getCheckpoint');
  await call(404, 'getCheckpoint', { query: { cosigned: true } });
  const [text, line] = note.split('\n\n');
  const witness = line.replace(/\u2014 \S+/, '\u2014 witness.example/w');
  const headers = { 'content-type': 'text/plain' };
  const body = `${text}\n\n${line}${witness}`;
  assert.equal(await call(200, 'cosignCheckpoint', { body, headers }), body);
  await call(400, 'cosignCheckpoint', { body: 'no note', headers });
  await call(403, 'cosignCheckpoint', { body, headers, token: daemon.reader });
  await call(200, 'getCheckpoint', { query: { cosigned: true } });
  await call(200, 'getTile', { place: '000.p%2F2' });
  await call(404, 'getTile', { place: '001' });
  await call(200, 'getEntryBundle', { place: '000.p%2F2' });
  await call(404, 'getEntryBundle', { place: '001' });
  const proof = await call(200, 'getInclusionProof', { query: { index: 1, size: 3 } });
  assert.equal(proof.hashes.length, 2);
  await call(400, 'getInclusionProof', { query: { index: 3, size: 3 } });
  await call(200, 'getConsistencyProof', { query: { from: 1, to: 3 } });
  await call(400, 'getConsistencyProof', { query: { from: 3, to: 1 } });
  await call(200, 'getEntryBytes', { index: 1 });
  await call(404, 'getEntryBytes', { index: 1_000_000 });
  const receipt = await call(200, 'getReceipt', { index: 1 });
  assert.match(receipt, /^c2sp.org\/tlog-proof@v1\nextra /);
  await call(404, 'getReceipt', { index: 1_000_000 });
  await call(403, 'rotateKey', { token: daemon.reader });
  const { inUse } = await call(200, 'rotateKey');
  const keys = await call(200, 'listKeys');
  assert.equal(keys.inUse, inUse);
  await call(403, 'listKeys', { token: daemon.reader });
});

test('tokens', async () => {
  for (const body of bodies.wrongTokens) await call(400, 'createToken', { body });
  const expires = '2999-01-01T00:00:00Z';
  const body = { team: 't', name: 'short', scopes: ['jobs:read'], expires };
  await call(403, 'createToken', { body, token: daemon.reader });
  const { id, token } = await call(201, 'createToken', { body });
  await call(200, 'listJobs', { token });
  const { items } = await call(200, 'listTokens');
  assert.ok(items.some((one) => one.id === id));
  await call(403, 'listTokens', { token: daemon.reader });
  await call(200, 'revokeToken', { id });
  await call(401, 'listJobs', { token });
  await call(200, 'revokeToken', { id });
  await call(404, 'revokeToken');
  await call(400, 'revokeToken', { id: malformedId });
});

test('webhooks', async () => {
  for (const body of bodies.wrongWebhooks) await call(400, 'createWebhook', { body });
  const body = { url: 'https://hooks.example/in', events: ['job.error', 'batch.finished'] };
  await call(403, 'createWebhook', { body, token: daemon.reader });
  const { id, secret } = await call(201, 'createWebhook', { body });
  await call(201, 'createWebhook', { body: { url: 'https://hooks.example/in' } });
  const { items } = await call(200, 'listWebhooks');
  assert.ok(items.some((one) => one.id === id));
  await call(403, 'listWebhooks', { token: daemon.reader });
  await call(200, 'getWebhook', { id });
  await call(404, 'getWebhook');
  await call(404, 'getWebhook', { id, token: daemon.stranger });
  assert.equal((await call(200, 'getWebhookSecret', { id })).secret, secret);
  await call(404, 'getWebhookSecret', { id, token: daemon.stranger });
  await call(403, 'getWebhookSecret', { id, token: daemon.reader });
  await call(200, 'getJobHookSecret');
  await call(403, 'getJobHookSecret', { token: daemon.reader });
  await call(404, 'deleteWebhook', { id, token: daemon.stranger });
  await call(200, 'deleteWebhook', { id });
  await call(200, 'deleteWebhook', { id });
  await call(404, 'deleteWebhook');
  for (const operation of ['getWebhook', 'getWebhookSecret', 'deleteWebhook'])
    await call(400, operation, { id: malformedId });
  const most = 100;
  for (let live = items.length - 1; live < most; ++live) await call(201, 'createWebhook', { body });
  await call(409, 'createWebhook', { body });
});

test('deliveries', async () => {
  const webhook = { url: 'http://localhost:9/refused' };
  const { id: job } = await call(201, 'createJob', { body: plain({ webhook }) });
  await call(200, 'cancelJob', { id: job });
  const query = { job, state: 'failed' };
  let items = [];
  while (!items.length) ({ items } = await call(200, 'listDeliveries', { query }));
  const { id } = items[0];
  await call(400, 'listDeliveries', { query: { state: 'lost' } });
  await call(400, 'listDeliveries', { query: { webhook: malformedId } });
  await call(403, 'listDeliveries', { token: daemon.reader });
  await call(200, 'getDelivery', { id });
  await call(404, 'getDelivery', { id, token: daemon.stranger });
  await call(403, 'getDelivery', { id, token: daemon.reader });
  await call(403, 'resendDelivery', { id, token: daemon.reader });
  await call(404, 'resendDelivery', { id, token: daemon.stranger });
  await call(202, 'resendDelivery', { id });
});

test('a delivery that is still due', async () => {
  const webhook = { url: 'http://nobody.invalid/' }; // RFC 6761: no such name, so it is tried again
  const { id: job } = await call(201, 'createJob', { body: plain({ webhook }) });
  await call(200, 'cancelJob', { id: job });
  const query = { job, state: 'due' };
  let items = [];
  while (!items.length) ({ items } = await call(200, 'listDeliveries', { query }));
  await call(409, 'resendDelivery', { id: items[0].id });
});

test('every entry and every job of the session can be read', async () => {
  const types = new Set();
  const jobs = new Set();
  for (let from = 0; from !== null; ) {
    const page = await call(200, 'listEntries', { query: { from, limit: 20 } });
    for (const entry of page.items) {
      types.add(entry.type);
      const made = entry.events.filter((event) => event.type === 'JobSubmitted');
      made.forEach((event) => jobs.add(event.id));
    }
    from = page.next;
  }
  const expected = new Set(document.components.schemas.EntryType.enum);
  expected.delete('ExpireLease'); // takes as long as a lease
  expected.delete('RestoreLedger'); // both are made offline, by the command line
  expected.delete('CutLedger');
  assert.deepEqual(types, expected);
  for (const id of jobs) {
    for (const operation of ['getJob', 'getJobTree', 'getJobHistory', 'getJobLogs', 'explainJob']) {
      await call(200, operation, { id });
    }
  }
});

test('the ledger', async () => {
  await call(200, 'getHead');
  await call(503, 'getHead', { query: { minVersion: 1_000_000 } });
  await call(200, 'listEntries', { query: { type: 'CancelJobs', actor: 'tests' } });
  for (const query of [{ from: -1 }, { limit: 0 }, { type: 'Cancel' }, { job: malformedId }]) {
    await call(400, 'listEntries', { query });
  }
  await call(403, 'listEntries', { token: daemon.reader });
  const accept = 'application/x-ndjson';
  const lines = await call(200, 'listEntries', { headers: { accept }, query: { limit: 5000 } });
  assert.equal(JSON.parse(lines.split('\n')[0]).type, 'CreateToken');
  await call(200, 'followFeed', { query: { from: 0, type: 'CancelJobs' } });
  for (const query of [{ from: -1 }, { from: 1_000_000 }, { type: 'Cancel' }, { job: malformedId }]) {
    await call(400, 'followFeed', { query });
  }
  await call(400, 'followFeed', { headers: { 'last-event-id': '1000000' } });
  await call(403, 'followFeed', { token: daemon.reader });
  const { items } = await call(200, 'listEntries', { query: { type: 'SubmitJob', limit: 1 } });
  const { index } = items[0];
  assert.deepEqual(await call(200, 'getEntry', { index }), items[0]);
  await call(404, 'getEntry', { index: 1_000_000 });
  await call(404, 'getEntry', { index, token: daemon.stranger });
  const { id } = items[0].events[0];
  await call(200, 'getJobTree', { id, query: { format: 'dot' } });
  await call(400, 'getJobTree', { id, query: { format: 'png' } });
  await call(404, 'getJobTree');
  await call(404, 'getJobTree', { id, token: daemon.stranger });
  await call(404, 'getJobHistory');
  await call(404, 'getJobHistory', { id, token: daemon.stranger });
  const diff = await call(200, 'getDiff', { query: { from: 0, limit: 2 } });
  assert.equal(diff.items.length, 2);
  await call(200, 'getDiff', { query: { from: index, to: index + 1, cursor: diff.next } });
  for (const query of [{ from: 'then' }, { from: 2, to: 1 }, { from: 0, cursor: 'x' }]) {
    await call(400, 'getDiff', { query });
  }
  assert.ok((await call(200, 'listAllBatches', { query: { status: 'error' } })).items.length > 0);
  await call(403, 'listAllBatches', { token: daemon.reader });
  assert.ok((await call(200, 'listUnclaimed', { query: { for: 0 } })).items.length > 0);
  await call(400, 'listUnclaimed', { query: { for: -1 } });
  await call(200, 'listRetried', { query: { attempts: 1 } });
  await call(400, 'listRetried', { query: { attempts: 0 } });
});

test('what all operations have in common is answered by each of them', async () => {
  const body = { team: 't', name: 'worker', scopes: ['worker'] };
  const { token: worker } = await call(201, 'createToken', { body });
  for (const { path, operation } of operationsOf(document)) {
    const { operationId, requestBody, responses, parameters = [], security } = operation;
    const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
    const example = content?.example ?? Object.values(content?.examples ?? {})[0]?.value;
    const common = { body: example, headers: type ? { 'content-type': type } : {} };
    const with_ = (headers) => ({ ...common, headers: { ...common.headers, ...headers } });
    await call(400, operationId, with_({ 'x-request-id': 'x'.repeat(201) }));
    const scope = security?.[0]?.bearer?.[0];
    const lacking = scope === 'jobs:read' ? worker : daemon.reader;
    if (responses[401]) await call(401, operationId, { ...common, token: null });
    if (responses[403]) await call(403, operationId, { ...common, token: lacking });
    if (path.startsWith('/api/v1/jobs')) await call(403, operationId, { ...common, token: null });
    if (responses[422]) await call(422, operationId, with_({ 'idempotency-key': 'k-1' }));
    const waits = parameters.some((one) => one.$ref?.endsWith('/MinVersion'));
    const query = { minVersion: 1_000_000, ...(responses[412] && { dryRun: true }) };
    if (waits) await call(503, operationId, { ...common, query });
  }
});

// What takes a broken disk, a moment that cannot be chosen, or bytes that a client does not send:
// daemon/e2e and daemon/http have tests of these.
const elsewhere = [
  ...['bad_request', 'request_timeout', 'body_too_large', 'expectation_failed', 'rate_limited'],
  ...['headers_too_large', 'internal_error', 'not_implemented', 'http_version_not_supported'],
  ...['queue_full', 'starting', 'shutting_down', 'outcome_unknown', 'disk_full', 'not_ready'],
  ...['route_not_found', 'method_not_allowed', 'idempotency_key_in_flight', 'too_many_followers'],
  ...['too_many_jobs', 'unresolvable'],
];

test('every error that the document has of an operation was answered by it', async () => {
  const never = [];
  for (const { operation } of operationsOf(document)) {
    const { operationId, responses } = operation;
    for (const [status, response] of Object.entries(responses)) {
      if (status < 400) continue;
      const name = response.$ref?.split('/').pop();
      const { content } = name ? document.components.responses[name] : response;
      for (const example of Object.values(content['application/json'].examples)) {
        const shown = example.$ref?.split('/').pop();
        const { code } = shown ? document.components.examples[shown].value : example.value;
        if (elsewhere.includes(code)) continue;
        if (!codes.get(operationId)?.has(code)) never.push(`${operationId} ${status} ${code}`);
      }
    }
  }
  assert.deepEqual(never, []);
});

test('every operation was answered well, and badly if it can be', async () => {
  for (const operationId of ['getHealth', 'getReadiness', 'getOpenApi', 'getMetrics']) {
    await call(200, operationId, { token: null });
  }
  for (const { operation } of operationsOf(document)) {
    const statuses = [...(seen.get(operation.operationId) ?? [])];
    assert.ok(
      statuses.some((status) => status < 400),
      `${operation.operationId} was never answered well`,
    );
    if (operation.security?.length === 0) continue;
    assert.ok(
      statuses.some((status) => status >= 400),
      `${operation.operationId} was never answered badly`,
    );
  }
});
