// What the document says of itself: that it is whole, and that its examples are right.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { operationsOf, servedDocument, startDaemon } from './daemon.mjs';
import { closed } from './proxy.mjs';

let daemon;
let document;
before(async () => {
  daemon = await startDaemon();
  document = await servedDocument(daemon);
});
after(() => daemon?.stop());

/** What a reference within the document leads to; the node itself if it is none. */
function resolved(node) {
  if (!node?.$ref) return node;
  assert.match(node.$ref, /^#\/components\//);
  const found = node.$ref
    .slice(2)
    .split('/')
    .reduce((at, name) => at?.[name], document);
  assert.ok(found, `${node.$ref} leads nowhere`);
  return found;
}

/** `[{name, value}]` of a media type. */
function examplesOf(content) {
  const named = Object.entries(content.examples ?? {});
  const all = named.map(([name, one]) => ({ name, value: resolved(one).value }));
  if (content.example !== undefined) all.push({ name: 'example', value: content.example });
  return all;
}

/** `[{operation, status, response}]`, one an answer. */
const answersOf = () =>
  operationsOf(document).flatMap(({ operation }) =>
    Object.entries(operation.responses).map(([status, response]) => ({
      operation,
      status: Number(status),
      response: resolved(response),
    })),
  );
const errorsOf = () => answersOf().filter(({ status }) => status >= 400);
const what = ({ operation, status }) => `${operation.operationId} ${status}`;

/** Every media type of a body, with where it stands. */
function bodies() {
  const found = operationsOf(document).flatMap(({ operation }) =>
    Object.entries(operation.requestBody?.content ?? {}).map(([type, content]) => ({
      where: `the body of ${operation.operationId}`,
      type,
      content,
    })),
  );
  for (const answer of answersOf()) {
    for (const [type, content] of Object.entries(answer.response.content ?? {}))
      found.push({ where: what(answer), type, content });
  }
  return found;
}

/** The codes that the schema of an error allows. */
function codesOf(schema) {
  const parts = [schema, ...(schema.allOf ?? []), ...(schema.oneOf ?? [])].map(resolved);
  const own = parts.flatMap(({ properties }) => {
    const code = properties?.code;
    return code?.enum ?? (code?.const ? [code.const] : []);
  });
  const nested = (schema.oneOf ?? []).filter((part) => part.allOf).flatMap(codesOf);
  return [...own, ...nested];
}

test('whatever is referred to is there, and whatever is there is referred to', () => {
  const used = new Set();
  const walk = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (typeof node.$ref === 'string') {
      resolved(node);
      used.add(node.$ref);
    }
    Object.values(node).forEach(walk);
  };
  walk(document);
  for (const [kind, components] of Object.entries(document.components)) {
    if (kind === 'securitySchemes') continue;
    for (const name of Object.keys(components))
      assert.ok(used.has(`#/components/${kind}/${name}`), `nothing refers to ${kind}/${name}`);
  }
});

test('each body and each answer of text or JSON has an example', () => {
  const all = bodies();
  assert.ok(all.length > 700);
  for (const { where, type, content } of all) {
    if (type === 'application/octet-stream') continue;
    assert.ok(examplesOf(content).length > 0, `${where} has no example as ${type}`);
  }
});

test('each example agrees with its schema', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', ...closed(document) });
  const inDocument = (schema) =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'));
  let checked = 0;
  const validators = new Map();
  for (const { where, type, content } of bodies()) {
    if (!type.includes('json') && content.schema.type !== 'string') continue;
    const key = JSON.stringify(content.schema);
    if (!validators.has(key)) validators.set(key, ajv.compile(inDocument(content.schema)));
    const validate = validators.get(key);
    for (const { name, value } of examplesOf(content)) {
      const right = validate(value);
      assert.ok(right, `${name} of ${where}: ${ajv.errorsText(validate.errors)}`);
      ++checked;
    }
  }
  assert.ok(checked > 700);
});

test('each error names its codes, and has an example of each', () => {
  for (const answer of errorsOf()) {
    const content = answer.response.content['application/json'];
    const codes = codesOf(content.schema);
    assert.ok(codes.length > 0, `${what(answer)} names no code`);
    assert.equal(new Set(codes).size, codes.length, what(answer));
    const shown = new Set(examplesOf(content).map(({ value }) => value.code));
    assert.deepEqual(shown, new Set(codes), what(answer));
  }
});

test('the codes are those of the errors, and told by their status', () => {
  const byStatus = new Map();
  for (const { status, response } of errorsOf()) {
    if (!byStatus.has(status)) byStatus.set(status, new Set());
    for (const code of codesOf(response.content['application/json'].schema))
      byStatus.get(status).add(code);
  }
  const { enum: listed, description } = document.components.schemas.ErrorCode;
  const all = [...byStatus.values()].flatMap((codes) => [...codes]);
  assert.equal(new Set(all).size, all.length, 'a code has two statuses');
  assert.deepEqual(new Set(listed), new Set([...all, 'invalid_job'])); // of a job in a batch
  for (const [status, codes] of byStatus) {
    const told = new RegExp(`${status}: (\`[^;.]*)`).exec(description)?.[1] ?? '';
    assert.deepEqual(new Set(told.match(/[a-z_]+/g)), codes, `what is said of ${status}`);
  }
});

test('each answer tells the headers that it has', () => {
  const wanted = {
    401: ['WWW-Authenticate'],
    405: ['Allow'],
    429: ['Retry-After', 'RateLimit-Policy', 'RateLimit'],
    503: ['Retry-After'],
    507: ['Retry-After'],
  };
  for (const answer of answersOf()) {
    const names = Object.keys(answer.response.headers ?? {});
    for (const name of ['Ledger-Version', 'X-Request-Id', ...(wanted[answer.status] ?? [])])
      assert.ok(names.includes(name), `${what(answer)} does not tell ${name}`);
  }
});

test('who takes an Idempotency-Key says so, and what becomes of a second request with it', () => {
  for (const { operation } of operationsOf(document)) {
    const parameters = (operation.parameters ?? []).map((one) => resolved(one).name);
    const takes = parameters.includes('Idempotency-Key');
    const conflict = resolved(operation.responses['409']);
    const codes = conflict ? codesOf(conflict.content['application/json'].schema) : [];
    const { operationId } = operation;
    assert.equal('422' in operation.responses, takes, operationId);
    assert.equal('507' in operation.responses, takes || operationId === 'cosignCheckpoint');
    assert.equal(codes.includes('idempotency_key_in_flight'), takes, operationId);
    if (!takes) continue;
    const replayed = answersOf().filter(
      (answer) => answer.operation === operation && [200, 201, 404, 409].includes(answer.status),
    );
    for (const answer of replayed) {
      const schema = answer.response.content?.['application/json'].schema;
      const own = codesOf(schema ?? {}).filter(
        (code) => !['idempotency_key_in_flight', 'route_not_found'].includes(code),
      );
      if (answer.status >= 400 && own.length === 0) continue;
      assert.ok(answer.response.headers['Idempotency-Replayed'], what(answer));
    }
  }
});
