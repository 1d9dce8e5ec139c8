// A general OpenAPI client, which knows nothing but the served document, drives the daemon by
// operationId.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OpenAPIClientAxios } from 'openapi-client-axios';
import { family, plain, template, unknownId } from './bodies.mjs';
import { bearer, operationsOf, startDaemon } from './daemon.mjs';

let daemon;
let api;
let client;
before(async () => {
  daemon = await startDaemon();
  api = new OpenAPIClientAxios({
    definition: `${daemon.url}/openapi.json`,
    withServer: { url: daemon.url },
    axiosConfigDefaults: {
      headers: bearer(daemon.token),
      maxRedirects: 0,
      validateStatus: () => true,
    },
  });
  client = await api.init();
});
after(() => daemon?.stop());

const idsOf = (jobs) => jobs.map((job) => job.id);
const versionOf = (answer) => Number(answer.headers['ledger-version']);

/** The data of an answer that must have this status. */
async function expect(status, call) {
  const answer = await call;
  assert.equal(answer.status, status, JSON.stringify(answer.data));
  return answer.data;
}
const statusOf = async (id) => (await expect(200, client.getJob(id))).status;

test('every operationId of the document is a function of the client', () => {
  const operations = operationsOf(api.document);
  assert.equal(operations.length, 68);
  for (const { operation } of operations) {
    assert.equal(typeof client[operation.operationId], 'function', operation.operationId);
  }
});

test('create, get, list', async () => {
  const made = await expect(201, client.createJob(null, plain({ tags: ['listed'], priority: 3 })));
  assert.equal(made.status, 'queued');
  assert.equal(made.children, undefined);
  const job = await expect(200, client.getJob(made.id));
  assert.equal(job.templateId, template);
  assert.equal(job.outputUrl, made.outputUrl);
  assert.deepEqual(await expect(200, client.listJobs({ tags: 'listed' })), [job]);
  const minimal = await expect(200, client.listJobs({ tags: 'listed', minimal: true }));
  assert.deepEqual(minimal[0].stats, { createdAt: job.stats.createdAt });
  await expect(404, client.getJob(unknownId));
});

test('a nested create: the parent waits for its children', async () => {
  const made = await expect(201, client.createJob(null, family('one', 'two')));
  assert.equal(made.status, 'pending');
  assert.deepEqual(
    made.children.map((one) => one.status),
    ['queued', 'queued'],
  );
  const { root } = await expect(200, client.getJobTree(made.children[1].id));
  assert.equal(root.id, made.id);
  assert.deepEqual(idsOf(root.children), idsOf(made.children));
});

test('cancelling a child takes its parent and its siblings along', async () => {
  const made = await expect(201, client.createJob(null, family('one', 'two', 'three')));
  const [one, two, three] = idsOf(made.children);
  const cancelled = await expect(200, client.cancelJob(two, { reason: 'wrong logo' }));
  assert.deepEqual(idsOf(cancelled), [two, made.id, one, three]);
  for (const job of cancelled) {
    assert.equal(job.status, 'manually_cancelled');
    assert.match(job.stats.error, /^manually cancelled.*wrong logo/);
    assert.equal(job.outputUrl, null);
    assert.deepEqual(await expect(200, client.getJob(job.id)), job);
  }
  const again = await expect(409, client.cancelJob(two));
  assert.equal(again.code, 'not_cancellable');
  assert.deepEqual(
    again.details.map((detail) => [detail.id, detail.status]),
    [[two, 'manually_cancelled']],
  );

  const history = await expect(200, client.getJobHistory(two));
  assert.deepEqual(
    history.items.map((item) => [item.outcome, item.event?.type ?? item.refusal.code]),
    [
      ['accepted', 'JobSubmitted'],
      ['accepted', 'JobCancelled'],
      ['refused', 'not_cancellable'],
    ],
  );
  assert.equal(history.items[1].reason, 'wrong logo');
  const logs = await expect(200, client.getJobLogs(two));
  assert.match(logs, /JobCancelled/);
});

test('cancelling many is all or nothing', async () => {
  const first = await expect(201, client.createJob(null, plain()));
  const second = await expect(201, client.createJob(null, family('one')));
  const wanted = [second.id, first.id];
  const refused = await expect(404, client.cancelJobs(null, { jobs: [...wanted, unknownId] }));
  assert.deepEqual(
    refused.details.map((detail) => detail.id),
    [unknownId],
  );
  assert.equal(await statusOf(first.id), 'queued');
  const cancelled = await expect(200, client.cancelJobs(null, { jobs: wanted }));
  assert.deepEqual(idsOf(cancelled), [...wanted, second.children[0].id]);
  const refusedAgain = await expect(409, client.cancelJobs(null, { jobs: wanted }));
  assert.deepEqual(
    refusedAgain.details.map((detail) => detail.id),
    wanted,
  );
});

test('a batch: create, get, cancel', async () => {
  const jobs = [plain(), family('one'), { template: { id: 'bad' } }];
  const made = await expect(201, client.createBatch(null, { jobs }));
  assert.equal(made.status, 'partial');
  assert.equal(made.totalJobs, 3);
  assert.equal(made.successCount, 2);
  assert.deepEqual(
    made.errors.map((error) => error.index),
    [2],
  );
  assert.equal(made.jobs[1].children.length, 1);

  const batch = await expect(200, client.getBatch(made.batchId));
  assert.equal(batch.status, 'processing');
  assert.deepEqual(batch.stats, { total: 2, finished: 0, error: 0, cancelled: 0, pending: 2 });

  const cancelled = await expect(200, client.cancelBatch(made.batchId));
  assert.equal(cancelled.status, 'cancelled');
  assert.equal(cancelled.cancelledCount, 2);
  assert.equal(cancelled.cancelledJobs.length, 3);
  const repeated = await expect(200, client.cancelBatch(made.batchId));
  assert.equal(repeated.status, 'unchanged');
  assert.equal(repeated.skippedCount, 2);
  const over = await expect(200, client.getBatch(made.batchId));
  assert.equal(over.status, 'error');
  assert.deepEqual(over.stats, { total: 2, finished: 0, error: 2, cancelled: 2, pending: 0 });

  const failed = await expect(400, client.createBatch(null, { jobs: [{}] }));
  assert.equal(failed.status, 'error');
  await expect(404, client.getBatch(failed.batchId));
});

test('a worker claims, reports and finishes; the parent follows', async () => {
  const order = { ...family('one'), tags: ['worked'] };
  const made = await expect(201, client.createJob(null, order));
  const [inner] = idsOf(made.children);
  const claim = await expect(200, client.claimJob(null, { tags: ['worked'] }));
  assert.equal(claim.job.id, inner);
  assert.equal(claim.job.status, 'render:dorender');
  assert.equal(claim.payload.layerName, 'one');
  await expect(204, client.claimJob(null, { tags: ['worked'] }));
  await expect(409, client.cancelJob(inner));

  const { lease } = claim;
  const beat = await expect(200, client.heartbeat(inner, { lease }));
  assert.ok(beat.leaseExpiresAt >= claim.leaseExpiresAt);
  const half = await expect(200, client.reportProgress(inner, { lease, progress: 50 }));
  assert.equal(half.progress, 50);
  await expect(404, client.getJobOutput(inner));
  const outputUrl = 'https://cdn.example.com/one.mp4';
  const done = await expect(200, client.finishJob(inner, { lease, outputUrl }));
  assert.equal(done.status, 'finished');
  assert.equal(done.outputUrl, outputUrl);
  const output = await client.getJobOutput(inner);
  assert.equal(output.status, 302);
  assert.equal(output.headers.location, outputUrl);
  assert.equal(await statusOf(made.id), 'queued');

  const next = await expect(200, client.claimJob(null, { jobId: made.id }));
  const failed = await expect(
    200,
    client.failJob(made.id, { lease: next.lease, error: 'no font' }),
  );
  assert.equal(failed.status, 'error');
  assert.equal(failed.stats.error, 'no font');
  const late = await expect(409, client.finishJob(made.id, { lease: next.lease }));
  assert.equal(late.code, 'job_final');
});

test('a repeat with the same Idempotency-Key gets the first answer again', async () => {
  const call = (order) => client.createJob({ 'Idempotency-Key': 'order-1' }, order);
  const first = await call(plain());
  assert.equal(first.status, 201);
  assert.equal(first.headers['idempotency-replayed'], undefined);
  const second = await call(plain());
  assert.equal(second.status, 201);
  assert.equal(second.headers['idempotency-replayed'], 'true');
  assert.deepEqual(second.data, first.data);
  assert.equal((await expect(422, call(plain({ priority: 1 })))).code, 'idempotency_key_reused');
});

test('the ledger shows each command, and reads wait for a version', async () => {
  const made = await client.createJob({ 'X-On-Behalf-Of': 'ada@example.com' }, plain());
  const version = versionOf(made);
  const read = await client.getJob({ id: made.data.id, minVersion: version });
  assert.equal(read.status, 200);
  assert.ok(versionOf(read) >= version);
  const entry = await expect(200, client.getEntry(version - 1));
  assert.equal(entry.type, 'SubmitJob');
  assert.equal(entry.onBehalfOf, 'ada@example.com');
  assert.deepEqual(
    entry.events.map((event) => [event.type, event.id]),
    [['JobSubmitted', made.data.id]],
  );
  const page = await expect(200, client.listEntries({ job: made.data.id }));
  assert.deepEqual(page, { items: [entry], next: null });
  const head = await expect(200, client.getHead());
  assert.ok(head.version >= version);
});

test('webhooks: made, listed, their secrets told again, and deleted', async () => {
  const wanted = { url: 'https://hooks.example/a', events: ['job.cancelled'] };
  const made = await expect(201, client.createWebhook(null, wanted));
  assert.equal(made.url, wanted.url);
  assert.deepEqual(made.events, wanted.events);
  const { secret, ...rest } = made;
  assert.deepEqual(await expect(200, client.getWebhook(made.id)), rest);
  assert.deepEqual((await expect(200, client.listWebhooks())).items, [rest]);
  assert.deepEqual(await expect(200, client.getWebhookSecret(made.id)), { secret });
  const ofJobs = await expect(200, client.getJobHookSecret());
  assert.notEqual(ofJobs.secret, secret);
  const deleted = await expect(200, client.deleteWebhook(made.id));
  assert.deepEqual({ ...deleted, deletedAt: null }, rest);
  assert.deepEqual(await expect(200, client.deleteWebhook(made.id)), deleted);
  assert.deepEqual((await expect(200, client.listWebhooks())).items, []);
  await expect(404, client.getWebhook(unknownId));
});

test('deliveries: listed, read with their attempts, and sent again', async () => {
  const webhook = { url: 'http://127.0.0.1:9/refused' };
  const { id } = await expect(201, client.createJob(null, plain({ webhook })));
  await expect(200, client.cancelJob(id));
  const failed = async () => {
    for (;;) {
      const { items } = await expect(200, client.listDeliveries({ job: id, state: 'failed' }));
      if (items.length) return items[0];
    }
  };
  const delivery = await failed();
  assert.equal(delivery.event, 'job.cancelled');
  assert.equal(delivery.webhookId, null);
  assert.equal(delivery.url, webhook.url);
  const { attempts, ...rest } = await expect(200, client.getDelivery(delivery.id));
  assert.deepEqual(rest, delivery);
  assert.match(attempts[0].error, /allow_private/);
  const again = await expect(202, client.resendDelivery(delivery.id));
  assert.equal(again.state, 'due');
  await failed();
  const whole = await expect(200, client.getDelivery(delivery.id));
  assert.equal(whole.attempts[1].by, 'tests');
  await expect(404, client.resendDelivery(1_000_000));
});
