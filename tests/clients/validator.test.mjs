// A validator that cannot use a schema says nothing, and so finds nothing: this is the proof that
// the one of the other tests sees what departs from the document, in every place.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { unknownId } from './bodies.mjs';
import { operationsOf, servedDocument, startDaemon } from './daemon.mjs';
import { startJudge } from './proxy.mjs';

const json = { 'content-type': 'application/json' };

let daemon;
let document;
let judge;
before(async () => {
  daemon = await startDaemon();
  document = await servedDocument(daemon);
  judge = await startJudge(document);
});
after(() => daemon?.stop());

const named = (node) =>
  node.$ref ? document.components.responses[node.$ref.split('/').pop()] : node;

/** `[{method, path, status, content}]`, one an answer of the document. */
function answers() {
  return operationsOf(document).flatMap(({ path, method, operation }) =>
    Object.entries(operation.responses).map(([status, response]) => ({
      method,
      path: path.replace('{id}', unknownId).replace('{index}', '0').replace('{uid}', 'nobody'),
      status: Number(status),
      content: named(response).content?.['application/json'],
    })),
  );
}

test('it sees a wrong body and a missing header in every answer', async () => {
  const withBody = answers().filter(({ content }) => content);
  assert.ok(withBody.length > 300);
  for (const { method, path, status } of withBody) {
    const found = await judge(method, path, { statusCode: status, headers: json, body: 7 });
    const places = found.map((one) => one.path?.[0]);
    assert.ok(places.includes('body'), `7 passes as the body of ${method} ${path} ${status}`);
    assert.ok(places.includes('header'), `${method} ${path} ${status} passes without a version`);
  }
});

test('it sees a status that is not in the document', async () => {
  for (const { method, path } of answers()) {
    const found = await judge(method, path, { statusCode: 418, headers: {}, body: '' });
    assert.equal(found.length, 1, `418 passes for ${method} ${path}`);
  }
});

test('it sees a property that is not in the document, however deep', async () => {
  const job = { id: unknownId, status: 'queued', batchId: null };
  const tree = (leaf) => ({ root: { ...job, children: [{ ...job, children: [leaf] }] } });
  const headers = { ...json, 'ledger-version': '1', 'x-request-id': 'r' };
  const path = `/ledger/v1/jobs/${unknownId}/tree`;
  const verdict = (leaf) => judge('get', path, { statusCode: 200, headers, body: tree(leaf) });
  const leaf = { ...job, children: [] };
  assert.deepEqual(await verdict(leaf), []);
  assert.equal((await verdict({ ...leaf, more: 1 }))[0].code, 'additionalProperties');
});

test('it sees a code that the answer does not have, and a member that no error has', async () => {
  const error = { error: 'no', code: 'job_not_found', requestId: 'r' };
  const headers = { ...json, 'ledger-version': '1', 'x-request-id': 'r' };
  const path = `/api/v2/jobs/${unknownId}`;
  const verdict = (body) => judge('get', path, { statusCode: 404, headers, body });
  assert.deepEqual(await verdict(error), []);
  assert.equal((await verdict({ ...error, code: 'batch_not_found' }))[0].code, 'enum');
  assert.equal((await verdict({ ...error, more: 1 }))[0].code, 'additionalProperties');
});
