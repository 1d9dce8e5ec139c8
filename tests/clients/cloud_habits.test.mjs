// What scripts written for Nexrender Cloud v2 do and rely on: curl with --fail-with-body, answers
// parsed only if they are JSON, jobs polled until a final status, batches until none is pending.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { child, family, plain, template, unknownId } from './bodies.mjs';
import { bearer, request, startDaemon } from './daemon.mjs';

let daemon;
before(async () => {
  daemon = await startDaemon();
});
after(() => daemon?.stop());

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const statuses = ['queued', 'pending', 'render:dorender', 'finished', 'error', 'manually_cancelled'];
const final = ['finished', 'error', 'manually_cancelled'];

/** Every time in an answer is RFC 3339 in UTC with milliseconds, or null. */
function holdTimes(value) {
  if (value === null || typeof value !== 'object') return;
  for (const [name, member] of Object.entries(value)) {
    if (/At$/.test(name) && member !== null) assert.match(member, rfc3339, name);
    holdTimes(member);
  }
}

/** One call as those scripts make it: the body comes from a pipe, errors end curl with 22. */
function curl(method, path, body) {
  const args = ['-sS', '--fail-with-body', '-X', method, `${daemon.url}/api/v2${path}`];
  args.push('-H', `Authorization: Bearer ${daemon.token}`);
  if (body !== undefined) args.push('-H', 'Content-Type: application/json', '--data-binary', '@-');
  args.push('-w', '\n%{http_code} %{content_type}');
  return new Promise((accept, reject) => {
    const run = execFile('curl', args, (error, stdout, stderr) => {
      if (error && error.code !== 22) return reject(new Error(`curl: ${stderr}`));
      const end = stdout.lastIndexOf('\n');
      const [status, type] = stdout.slice(end + 1).split(' ');
      assert.match(type, /^application\/json\b/, `${method} ${path}`);
      const parsed = JSON.parse(stdout.slice(0, end));
      holdTimes(parsed);
      assert.equal(Boolean(error), Number(status) >= 400, 'curl tells errors by the status alone');
      accept({ status: Number(status), body: parsed });
    });
    run.stdin.on('error', () => {});
    run.stdin.end(body === undefined ? '' : JSON.stringify(body));
  });
}

/** A worker's call, which is not one of the scripts'. */
const work = async (path, body) =>
  (
    await request(daemon.url, 'POST', `/api/v2/worker${path}`, {
      headers: { ...bearer(daemon.token), 'content-type': 'application/json' },
      body,
    })
  ).body;

const create = async (body, path = '/jobs') => {
  const answer = await curl('POST', path, body);
  assert.equal(answer.status, 201);
  return answer.body;
};

/** Claims the job and ends it: `finish` with an output, or `fail` with an error. */
async function render(jobId, how, what) {
  const { lease } = await work('/claim', { jobId });
  await work(`/jobs/${jobId}/progress`, { lease, progress: 50 });
  assert.equal((await curl('GET', `/jobs/${jobId}`)).body.status, 'render:dorender');
  return work(`/jobs/${jobId}/${how}`, { lease, ...what });
}

/** Every answer of a poll until the job is final. */
async function poll(id) {
  const seen = [];
  for (;;) {
    const { status, body } = await curl('GET', `/jobs/${id}`);
    assert.equal(status, 200);
    assert.ok(statuses.includes(body.status), body.status);
    assert.equal(typeof body.progress, 'number');
    seen.push(body);
    if (final.includes(body.status)) return seen;
    await new Promise((accept) => setTimeout(accept, 20));
  }
}

test('a job is created with 201 and polled until it has finished', async () => {
  const preview = plain({ preview: true, assets: [], fonts: ['Inter'] });
  const created = await create(preview);
  assert.match(created.id, ulid);
  assert.equal(created.status, 'queued');
  assert.equal(typeof created.outputUrl, 'string');

  const polled = poll(created.id);
  await render(created.id, 'finish', { outputUrl: 'https://cdn.example.com/out.mp4' });
  const job = (await polled).at(-1);
  assert.equal(job.status, 'finished');
  assert.equal(job.progress, 100);
  assert.equal(job.outputUrl, 'https://cdn.example.com/out.mp4');
  assert.equal(job.templateId, template);
  assert.equal(job.stats.error, null);
  assert.ok(job.stats.createdAt <= job.stats.startedAt);
  assert.ok(job.stats.startedAt <= job.stats.finishedAt);
  assert.equal(typeof job.stats.renderDuration, 'number');
});

test('a job that fails is polled to error, with why', async () => {
  const { id } = await create(plain());
  const polled = poll(id);
  await render(id, 'fail', { error: "Layer 'title' not found" });
  const job = (await polled).at(-1);
  assert.equal(job.status, 'error');
  assert.equal(job.outputUrl, null);
  assert.match(job.stats.error, /Layer 'title' not found/);
  assert.match(job.stats.errorAt, rfc3339);
});

test('every call that creates answers 201', async () => {
  assert.equal((await create(family('a', 'b'))).status, 'pending');
  const joined = await create(
    {
      assets: [
        { type: 'video', src: 'https://cdn.example.com/a.mp4' },
        { type: 'job', template: { id: template, composition: 'main' } },
      ],
    },
    '/jobs/join',
  );
  assert.equal(joined.children.length, 1);
  const batch = await create({ jobs: [plain(), { template: {} }] }, '/batches');
  assert.equal(batch.status, 'partial');
  assert.equal(batch.successCount, 1);
  assert.equal(batch.errors[0].index, 1);
});

test('the pending jobs of a batch reach 0, whatever becomes of them', async () => {
  const jobs = [plain(), plain(), plain(), plain(), family('a')];
  const { batchId, jobs: created } = await create({ jobs }, '/batches');
  const stats = async () => (await curl('GET', `/batches/${batchId}`)).body;
  assert.equal((await stats()).stats.pending, 5);
  await render(created[0].id, 'finish', {});
  await render(created[1].id, 'fail', { error: 'no memory' });
  assert.equal((await curl('PATCH', `/jobs/${created[2].id}/cancel`)).status, 200);
  const middle = await stats();
  assert.equal(middle.status, 'processing');
  assert.deepEqual(middle.stats, { total: 5, finished: 1, error: 2, pending: 2, cancelled: 1 });
  const { cancelledCount } = (await curl('POST', `/batches/${batchId}/cancel`)).body;
  assert.equal(cancelledCount, 2);
  const end = await stats();
  assert.equal(end.status, 'finished');
  assert.equal(end.stats.pending, 0);
  assert.equal(end.stats.finished + end.stats.error, end.stats.total);
});

test('manually_cancelled is final', async () => {
  const parent = await create(plain({ assets: [child('a'), child('b')] }));
  const ids = [parent.id, ...parent.children.map((one) => one.id)];
  const { lease } = await work('/claim', { jobId: ids[2] });
  const { body: cancelled } = await curl('PATCH', `/jobs/${parent.id}/cancel`);
  assert.deepEqual(
    cancelled.map((job) => [job.id, job.status]),
    [
      [ids[0], 'manually_cancelled'],
      [ids[1], 'manually_cancelled'],
    ],
  );
  const before = (await poll(parent.id)).at(-1);
  await work(`/jobs/${ids[2]}/finish`, { lease });
  for (const id of ids.slice(0, 2)) {
    const again = await curl('PATCH', `/jobs/${id}/cancel`);
    assert.equal(again.status, 409);
    assert.equal(typeof again.body.error, 'string');
    assert.equal((await work('/claim', { jobId: id })).code, 'not_queued');
    assert.equal((await poll(id)).at(-1).status, 'manually_cancelled');
  }
  assert.deepEqual((await poll(parent.id)).at(-1), before);
  const listed = (await curl('GET', '/jobs?states=manually_cancelled&limit=1000')).body;
  assert.ok(ids.slice(0, 2).every((id) => listed.some((job) => job.id === id)));
  const errors = (await curl('GET', '/jobs?states=error&limit=1000')).body;
  assert.ok(errors.every((job) => job.status === 'error'));
});

test('errors are JSON with an error text, which curl prints and fails on', async () => {
  for (const [method, path, body, status] of [
    ['POST', '/jobs', {}, 400],
    ['GET', `/jobs/${unknownId}`, undefined, 404],
    ['PATCH', '/jobs/nonsense/cancel', undefined, 400],
    ['POST', '/jobs/cancel', { jobs: [unknownId] }, 404],
    ['POST', '/batches', { jobs: [{}] }, 400],
  ]) {
    const answer = await curl(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}`);
    if (path !== '/batches') assert.equal(typeof answer.body.error, 'string');
  }
});
