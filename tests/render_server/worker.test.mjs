// The published worker @nexrender/worker, unchanged, renders jobs of /api/v1.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { bearer, request, startDaemon } from '../clients/daemon.mjs';
import { clientOf, job, startWorker, until, workshop } from './support.mjs';

const read = async (daemon, path) =>
  (await request(daemon.url, 'GET', path, { headers: bearer(daemon.token) })).body;
const make = async (daemon, body) =>
  (
    await request(daemon.url, 'POST', '/api/v1/jobs', { headers: bearer(daemon.token), body })
  ).body.uid;
const stateIs = (daemon, uid, state) =>
  until(async () => {
    const shown = await read(daemon, `/api/v1/jobs/${uid}`);
    return shown.state === state ? shown : null;
  }, `${uid} to be ${state}`);

async function daemonOf(t, settings = []) {
  const daemon = await startDaemon(settings);
  t.after(() => daemon.stop());
  return daemon;
}

/** What the worker talks through: `before(method, path)` runs ahead of each request. */
async function listenBetween(t, daemon, before) {
  const pass = async (from, body, to) => {
    await before(from.method, from.url);
    const { host, ...headers } = from.headers;
    const answer = await request(daemon.url, from.method, from.url, { headers, body });
    const isText = typeof answer.body === 'string';
    to.writeHead(answer.status, { 'content-type': answer.headers['content-type'] });
    to.end(isText ? answer.body : JSON.stringify(answer.body));
  };
  const server = http.createServer((from, to) => {
    const chunks = [];
    from.on('data', (chunk) => chunks.push(chunk));
    from.on('end', () => {
      const body = chunks.length > 0 ? Buffer.concat(chunks).toString() : undefined;
      pass(from, body, to).catch(() => to.destroy()); // the daemon ends before its worker
    });
  });
  await new Promise((accept) => server.listen(0, '127.0.0.1', accept));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

test('jobs are rendered one after the other, and one that fails does not end it', async (t) => {
  const daemon = await daemonOf(t);
  const { directory, project } = workshop(t);
  const good = await make(daemon, job(project));
  const bad = await make(daemon, job(`${project}.gone`));
  const worker = startWorker(t, daemon.url, daemon.token, directory);
  const finished = await stateIs(daemon, good, 'finished');
  assert.match(finished.output, /result\.avi$/);
  const failed = await stateIs(daemon, bad, 'error');
  assert.match(failed.error, /ENOENT/); // an Error as JSON, as the worker sends it
  const after = await make(daemon, job(project));
  await stateIs(daemon, after, 'finished');
  assert.equal(worker.hasEnded(), false, worker.log());
});

test('a job that is cancelled between listing and start is abandoned', async (t) => {
  const daemon = await daemonOf(t);
  const { directory, project } = workshop(t);
  const uid = await make(daemon, job(project));
  const url = await listenBetween(t, daemon, async (method, path) => {
    if (method === 'PUT' && path.endsWith(uid)) {
      const headers = bearer(daemon.token);
      await request(daemon.url, 'PATCH', `/api/v2/jobs/${uid}/cancel`, { headers });
    }
  });
  const worker = startWorker(t, url, daemon.token, directory);
  await until(() => /Job abandoned/.test(worker.log()), 'the job to be abandoned');
  const next = await make(daemon, job(project));
  await stateIs(daemon, next, 'finished');
  assert.equal((await read(daemon, `/api/v1/jobs/${uid}`)).error, 'manually cancelled');
  assert.equal(worker.hasEnded(), false, worker.log());
});

test('a job that is stopped under its worker stays cancelled, and the worker goes on', async (t) => {
  const daemon = await daemonOf(t, ['--lease-v1-seconds', '1']);
  const { directory, project } = workshop(t);
  const uid = await make(daemon, job(project, '4s'));
  const worker = startWorker(t, daemon.url, daemon.token, directory);
  await stateIs(daemon, uid, 'started');
  const headers = bearer(daemon.token);
  await request(daemon.url, 'DELETE', `/api/v1/jobs/${uid}?running=stop`, { headers });
  const cancelled = await stateIs(daemon, uid, 'error');
  assert.equal(cancelled.error, 'manually cancelled');
  const next = await make(daemon, job(project));
  await stateIs(daemon, next, 'finished');
  assert.equal(worker.hasEnded(), false, worker.log());
  assert.equal((await read(daemon, `/api/v1/jobs/${uid}`)).state, 'error');
  const entries = await read(daemon, `/ledger/v1/entries?job=${uid}`);
  assert.ok(entries.items.some(({ type, outcome }) => type === 'FinishJob' && outcome === 'refused'));
});

test('a lease without an end outlives those that have one', async (t) => {
  const daemon = await daemonOf(t, ['--lease-default-seconds', '1']);
  const { project } = workshop(t);
  const uid = await make(daemon, job(project));
  const api = clientOf(daemon.url, daemon.token);
  await api.pickupJob();
  const other = await make(daemon, job(project));
  await request(daemon.url, 'POST', '/api/v2/worker/claim', { headers: bearer(daemon.token) });
  await until(
    async () => (await read(daemon, `/ledger/v1/entries?job=${other}&type=ExpireLease`)).items[0],
    'the other lease to end',
  );
  assert.equal((await read(daemon, `/api/v1/jobs/${uid}`)).state, 'started');
});
