// The document and the daemon's table of routes name the same paths and methods.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { unknownId } from './bodies.mjs';
import { bearer, operationsOf, request, servedDocument, startDaemon } from './daemon.mjs';

let daemon;
let document;
before(async () => {
  daemon = await startDaemon();
  document = await servedDocument(daemon);
});
after(() => daemon?.stop());

const concrete = (path) =>
  path
    .replace('{id}', unknownId)
    .replace('{index}', '0')
    .replace('{uid}', 'nobody')
    .replace('{tags}', 'none');
const matches = (template, path) =>
  new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path);
const ask = (method, path) =>
  request(daemon.url, method.toUpperCase(), path, { headers: bearer(daemon.token) });

test('every operation of the document has a route', async () => {
  for (const { path, method, operation } of operationsOf(document)) {
    const { status, body } = await ask(method, concrete(path));
    const what = `${operation.operationId}: ${method} ${path} answered ${status} ${body?.code}`;
    assert.notEqual(body?.code, 'route_not_found', what);
    assert.notEqual(body?.code, 'method_not_allowed', what);
    assert.notEqual(status, 405, what);
    assert.notEqual(status, 501, what);
    assert.ok(String(status) in operation.responses, `${what}, which the document does not list`);
  }
});

test('a method that the document does not have is 405 and told what there is', async () => {
  const operations = operationsOf(document);
  for (const path of Object.keys(document.paths)) {
    const real = concrete(path);
    const known = operations.filter((one) => matches(one.path, real)).map((one) => one.method);
    for (const method of ['get', 'put', 'post', 'patch', 'delete']) {
      if (known.includes(method)) continue;
      const { status, headers, body } = await ask(method, real);
      assert.equal(status, 405, `${method} ${real}`);
      assert.equal(body.code, 'method_not_allowed');
      const allowed = headers.allow.split(',').map((name) => name.trim().toLowerCase());
      for (const { path: at, method: one } of operations) {
        if (at === path)
          assert.ok(allowed.includes(one), `${path} has ${one}, Allow: ${headers.allow}`);
      }
    }
  }
});

test('a path that the document does not have is 404 route_not_found', async () => {
  for (const path of [
    '/api/v2',
    '/api/v2/job',
    '/ledger/v1',
    '/ledger/v2/head',
    `/api/v2/jobs/${unknownId}/nothing`,
    '/healthz/more',
  ]) {
    const { status, body } = await ask('get', path);
    assert.equal(status, 404, path);
    assert.equal(body.code, 'route_not_found', path);
  }
});

test('the calls that need no token are those of the document', async () => {
  for (const { path, method, operation } of operationsOf(document)) {
    const open = operation.security?.length === 0;
    const { status } = await request(daemon.url, method.toUpperCase(), concrete(path));
    if (open) assert.notEqual(status, 401, path);
    else assert.equal(status, path.startsWith('/api/v1/') ? 403 : 401, `${method} ${path}`);
  }
});

/** The first example of the operation's body; undefined if it has none. */
function exampleBody({ requestBody }) {
  const content = requestBody?.content['application/json'];
  return content?.example ?? Object.values(content?.examples ?? {})[0]?.value;
}

test('each call asks for the scope that the document names', async () => {
  for (const { path, method, operation } of operationsOf(document)) {
    const scope = operation.security?.[0]?.bearer?.[0];
    if (!scope || scope === 'jobs:read') continue;
    const { status, body } = await request(daemon.url, method.toUpperCase(), concrete(path), {
      headers: bearer(daemon.reader),
      body: exampleBody(operation),
    });
    assert.equal(status, 403, `${method} ${path} needs ${scope}`);
    assert.equal(body.code, 'insufficient_scope');
  }
});
