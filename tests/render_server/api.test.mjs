// The published client @nexrender/api, unchanged, drives /api/v1.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { bearer, request, startDaemon } from '../clients/daemon.mjs';
import { clientOf, job } from './support.mjs';

let daemon;
let api;
before(async () => {
  daemon = await startDaemon(['--lease-default-seconds', '1']);
  api = clientOf(daemon.url, daemon.token);
});
after(() => daemon?.stop());

const asked = (method, path, body, headers = bearer(daemon.token)) =>
  request(daemon.url, method, path, { headers, body });
/** What the emitter of a job says first: the job as it was created. */
const created = async (emitter) => (await once(emitter, 'created'))[0];
/** A job whose poller is ended with it, as a client would leave it. */
async function add(body, by = api) {
  const emitter = await by.addJob(body);
  const made = await created(emitter);
  return { made, emitter };
}
const ended = (emitter, state) => once(emitter, state).then(([shown]) => shown);
async function entriesOf(uid) {
  const { body } = await asked('GET', `/api/v1/jobs/${uid}`);
  const jobs = await asked('GET', '/api/v2/jobs?limit=1000');
  const id = body.uid.length === 26 ? body.uid : jobs.body.at(-1).id;
  const { body: entries } = await asked('GET', `/ledger/v1/entries?job=${id}&limit=100`);
  return entries.items;
}

test('the whole job comes back as it was created, and as it is listed', async () => {
  const body = job('/p.aep', 'main', { uid: 'own-Name_1', tags: 'red, blue', custom: { kept: [1] } });
  const { made, emitter } = await add(body);
  assert.equal(made.uid, 'own-Name_1');
  assert.equal(made.state, 'queued');
  assert.equal(made.type, 'default');
  assert.equal(made.tags, 'red, blue');
  assert.deepEqual(made.template, body.template);
  assert.deepEqual(made.assets, body.assets);
  assert.deepEqual(made.custom, { kept: [1] });
  assert.equal(made.priority, 0);
  assert.equal(made.output, '');
  assert.deepEqual(made.timings, {});
  assert.equal(made.creator, '127.0.0.1');
  assert.match(made.createdAt, /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/);
  assert.deepEqual(await api.fetchJob(made.uid), made);
  assert.deepEqual((await api.listJobs()).find(({ uid }) => uid === made.uid), made);
  const gone = ended(emitter, 'error');
  assert.deepEqual(await api.removeJob(made.uid), { id: made.uid, removed: true });
  await gone;
});

test('without a uid the name is the id of the same job in v2', async () => {
  const { made, emitter } = await add(job('/p.aep'));
  const { body: same } = await asked('GET', `/api/v2/jobs/${made.uid}`);
  assert.equal(same.id, made.uid);
  assert.equal(same.status, 'queued');
  assert.equal(same.templateId, null);
  assert.equal(same.stats.totalAssets, 1);
  const gone = ended(emitter, 'error');
  await asked('PATCH', `/api/v2/jobs/${made.uid}/cancel`, { reason: 'not needed' });
  const shown = await gone;
  assert.equal(shown.error, 'manually cancelled: not needed');
  assert.equal(shown.state, 'error');
});

test('a second job of the same uid is refused, in another team it is not', async () => {
  const { made, emitter } = await add(job('/p.aep', 'main', { uid: 'once' }));
  await assert.rejects(api.addJob(job('/p.aep', 'main', { uid: made.uid })), /uid_taken/);
  const { made: theirs, emitter: other } = await add(
    job('/p.aep', 'main', { uid: 'once' }),
    clientOf(daemon.url, daemon.stranger),
  );
  assert.equal(theirs.uid, 'once');
  const both = Promise.all([ended(emitter, 'error'), ended(other, 'error')]);
  await api.removeJob('once');
  await clientOf(daemon.url, daemon.stranger).removeJob('once');
  await both;
});

test('what is no job is refused with all that is wrong', async () => {
  const wrong = [
    {},
    { template: { src: 'a' } },
    { template: { src: '', composition: 'x' } },
    job('/p', 'x', { uid: 'no spaces' }),
    job('/p', 'x', { uid: 'pickup' }),
    job('/p', 'x', { uid: 'x'.repeat(65) }),
    job('/p', 'x', { assets: [{ type: 'image', src: 'x' }] }),
    job('/p', 'x', { assets: [{ type: 'data', layerName: 'a', property: 'b' }] }),
    job('/p', 'x', { assets: [{ type: 'hologram', src: 'x' }] }),
    job('/p', 'x', { actions: { prerender: [{}] } }),
    job('/p', 'x', { priority: 'high' }),
  ];
  for (const body of wrong) {
    await assert.rejects(api.addJob(body), /invalid_request/, JSON.stringify(body));
  }
});

test('a picked up job is rendered and finished: its client hears of each state', async () => {
  const { made, emitter } = await add(job('/p.aep', 'main', { tags: 'gpu' }));
  const finished = ended(emitter, 'finished');
  const progress = once(emitter, 'progress');
  assert.deepEqual(await api.pickupJob('cpu,none'), {});
  const picked = await api.pickupJob('tpu,gpu');
  assert.equal(picked.uid, made.uid);
  assert.equal(picked.state, 'picked');
  assert.equal(picked.executor, '127.0.0.1');
  assert.deepEqual(await api.pickupJob(), {});
  const started = await api.updateJob(made.uid, { ...picked, state: 'started' });
  assert.equal(started.state, 'started');
  await api.updateJob(made.uid, { ...started, state: 'render:download' });
  const rendering = { ...started, state: 'render:dorender', renderProgress: 40 };
  assert.equal((await api.updateJob(made.uid, rendering)).renderProgress, 40);
  assert.equal((await progress)[1], 40);
  const output = 'https://cdn.example.com/a.mp4';
  const timings = { 'render:dorender': 1700000000000 };
  const done = await api.updateJob(made.uid, { ...rendering, state: 'finished', output, timings });
  assert.equal(done.state, 'finished');
  assert.equal(done.output, output);
  assert.deepEqual(done.timings, timings);
  assert.equal((await finished).state, 'finished');
  const { body: same } = await asked('GET', `/api/v2/jobs/${made.uid}`);
  assert.equal(same.outputUrl, output);
  const kinds = (await entriesOf(made.uid)).map(({ type, outcome }) => `${type} ${outcome}`);
  assert.deepEqual(kinds, [
    'SubmitJob accepted',
    'ClaimJob accepted',
    'ReportProgress accepted',
    'FinishJob accepted',
  ]);
});

test('pickup takes the highest priority, then the oldest', async () => {
  const jobs = [];
  for (const priority of [0, 5, 5, 1]) jobs.push(await add(job('/p.aep', 'main', { priority })));
  const order = [];
  for (const _ of jobs) {
    const picked = await api.pickupJob();
    order.push(jobs.findIndex(({ made }) => made.uid === picked.uid));
    await api.updateJob(picked.uid, { state: 'error', error: ['one', 'two'] });
  }
  assert.deepEqual(order, [1, 2, 3, 0]);
  const shown = await Promise.all(jobs.map(({ emitter }) => ended(emitter, 'error')));
  assert.equal(shown[0].error, 'one\ntwo');
});

test('a worker is known by its token and its name', async () => {
  const { made, emitter } = await add(job('/p.aep'));
  const [ada, bob] = ['ada', 'bob'].map((name) => clientOf(daemon.url, daemon.token, name));
  const picked = await ada.pickupJob();
  assert.equal(picked.executor, 'ada');
  await assert.rejects(bob.updateJob(made.uid, { state: 'started' }), /not_queued/);
  assert.equal((await ada.updateJob(made.uid, { state: 'started' })).state, 'started');
  const untouched = await bob.updateJob(made.uid, { state: 'finished', output: 'x' });
  assert.equal(untouched.state, 'started');
  const finished = ended(emitter, 'finished');
  assert.equal((await ada.updateJob(made.uid, { state: 'finished' })).state, 'finished');
  await finished;
  const late = (await entriesOf(made.uid)).filter(({ outcome }) => outcome === 'refused');
  assert.deepEqual(
    late.map(({ type, onBehalfOf }) => `${type} ${onBehalfOf}`),
    ['ClaimJob bob', 'FinishJob bob'],
  );
});

test('a cancelled job is not started, and late updates change nothing', async () => {
  const { made, emitter } = await add(job('/p.aep'));
  const listed = (await api.listJobs()).find(({ uid }) => uid === made.uid);
  assert.equal(listed.state, 'queued');
  const gone = ended(emitter, 'error');
  await api.removeJob(made.uid);
  await gone;
  assert.equal((await api.listJobs()).find(({ uid }) => uid === made.uid).state, 'error');
  await assert.rejects(api.updateJob(made.uid, { ...listed, state: 'started' }), /not_queued/);
  for (const state of ['render:dorender', 'finished', 'error', 'finished']) {
    const shown = await api.updateJob(made.uid, { ...listed, state, error: {} });
    assert.equal(shown.state, 'error');
    assert.equal(shown.error, 'manually cancelled');
  }
  await assert.rejects(api.removeJob(made.uid), /not_cancellable/);
  const refused = (await entriesOf(made.uid)).filter(({ outcome }) => outcome === 'refused');
  assert.deepEqual(
    refused.map(({ type }) => type),
    ['ClaimJob', 'ReportProgress', 'FinishJob', 'FailJob', 'CancelJob'],
  );
});

test('what a job is to render cannot be changed', async () => {
  const { made, emitter } = await add(job('/p.aep'));
  assert.deepEqual(await api.updateJob(made.uid, { state: 'queued' }), made);
  await assert.rejects(api.updateJob(made.uid, { priority: 7 }), /job_immutable/);
  await assert.rejects(api.updateJob(made.uid, { state: 'picked' }), /job_immutable/);
  const gone = ended(emitter, 'error');
  await api.removeJob(made.uid);
  await gone;
});

test('a rendering job is removed by asking it to stop', async () => {
  const { made, emitter } = await add(job('/p.aep'));
  await api.pickupJob();
  await assert.rejects(api.removeJob(made.uid), /not_cancellable/);
  const stopping = await asked('DELETE', `/api/v1/jobs/${made.uid}?running=stop`);
  assert.deepEqual(stopping.body, { id: made.uid, removed: false, stopRequested: true });
  const finished = ended(emitter, 'finished');
  assert.equal((await api.updateJob(made.uid, { state: 'finished' })).state, 'finished');
  await finished;
});

test('a rendering job whose worker is gone is cancelled some time after it was asked to stop', async () => {
  const { made, emitter } = await add(job('/p.aep'));
  await api.pickupJob();
  const gone = ended(emitter, 'error');
  await asked('DELETE', `/api/v1/jobs/${made.uid}?running=stop`, { reason: 'it is gone' });
  assert.equal((await gone).error, 'manually cancelled: it is gone');
});

test('reports that come too late are told apart by their workers', async () => {
  const { made, emitter } = await add(job('/p.aep'));
  const [ada, bob] = ['ada', 'bob'].map((name) => clientOf(daemon.url, daemon.token, name));
  await ada.pickupJob();
  const finished = ended(emitter, 'finished');
  await ada.updateJob(made.uid, { state: 'finished' });
  await finished;
  for (const worker of [ada, bob, ada, bob]) {
    assert.equal((await worker.updateJob(made.uid, { state: 'error' })).state, 'finished');
  }
  const late = (await entriesOf(made.uid)).filter(({ outcome }) => outcome === 'refused');
  assert.deepEqual(
    late.map(({ onBehalfOf }) => onBehalfOf),
    ['ada', 'bob'],
  );
});

test('a plan can be had first', async () => {
  const { made, emitter } = await add(job('/p.aep'));
  const plan = await asked('DELETE', `/api/v1/jobs/${made.uid}?dryRun=true`);
  assert.equal(plan.body.cancelled.length, 1);
  assert.equal((await api.fetchJob(made.uid)).state, 'queued');
  const gone = ended(emitter, 'error');
  await api.removeJob(made.uid);
  await gone;
});

test('status, of one and of all', async () => {
  const { made, emitter } = await add(job('/p.aep'));
  const { body: status } = await asked('GET', `/api/v1/jobs/${made.uid}/status`);
  assert.deepEqual(Object.keys(status), [
    'uid', 'state', 'type', 'tags', 'renderProgress', 'error', 'createdAt', 'updatedAt',
    'startedAt', 'finishedAt', 'errorAt', 'jobCreator', 'jobExecutor', 'timings',
  ]);
  const { body: all, headers } = await asked('GET', '/api/v1/jobs/status');
  assert.equal(headers['listing-complete'], 'true');
  assert.deepEqual(all.find(({ uid }) => uid === made.uid), status);
  const gone = ended(emitter, 'error');
  await api.removeJob(made.uid);
  await gone;
});

test('secrets are for the worker that claims the job alone', async () => {
  const upload = { params: { key: 'top secret' } };
  const { made, emitter } = await add(job('/p.aep', 'main', { upload }));
  const hidden = { params: { key: '[redacted]' } };
  assert.deepEqual(made.upload, hidden);
  assert.deepEqual((await api.fetchJob(made.uid)).upload, hidden);
  assert.deepEqual((await api.pickupJob()).upload, upload);
  const finished = ended(emitter, 'finished');
  assert.deepEqual((await api.updateJob(made.uid, { state: 'finished' })).upload, hidden);
  await finished;
});

test('a nested job of v2 is seen, and waits for its children', async () => {
  const template = { id: '01JA7Q0000TEMP1ATE00000001', composition: 'main' };
  const child = { type: 'job', layerName: 'a', template };
  const { body: made } = await asked('POST', '/api/v2/jobs', { template, assets: [child] });
  assert.equal((await api.fetchJob(made.id)).state, 'created');
  const picked = await api.pickupJob();
  assert.equal(picked.uid, made.children[0].id);
  await api.updateJob(picked.uid, { state: 'finished' });
  assert.equal((await api.fetchJob(made.id)).state, 'queued');
  await api.removeJob(made.id);
});

test('who is unknown gets a 403 of plain text, and an unknown job a 404', async () => {
  for (const headers of [{}, { 'nexrender-secret': 'wrong' }, bearer('wrong')]) {
    const answer = await asked('GET', '/api/v1/jobs', undefined, headers);
    assert.equal(answer.status, 403);
    assert.match(answer.headers['content-type'], /^text\/plain/);
    assert.match(answer.body, /nexrender-secret/);
  }
  for (const [method, path, body] of [
    ['GET', '/api/v1/jobs/nobody'],
    ['GET', '/api/v1/jobs/nobody/status'],
    ['DELETE', '/api/v1/jobs/nobody'],
    ['PUT', '/api/v1/jobs/nobody', { state: 'started' }],
  ]) {
    const answer = await asked(method, path, body);
    assert.equal(answer.status, 404, `${method} ${path}`);
    assert.equal(answer.body.code, 'job_not_found');
  }
  const health = await asked('GET', '/api/v1/health', undefined, {});
  assert.equal(health.status, 200);
  assert.equal(health.body, 'ok');
});
