// Bodies and queries, right and wrong, that the tests send.

// Well formed ids; that no job has the second is as sure as chance allows.
export const template = '01JA7Q0000TEMP1ATE00000001';
export const unknownId = '01ZZZZZZZZZZZZZZZZZZZZZZZZ';
export const malformedId = 'no-id';

export const plain = (more = {}) => ({ template: { id: template, composition: 'main' }, ...more });

/** A child as an asset of its parent. */
export const child = (layerName, more = {}) => ({
  type: 'job',
  layerName,
  template: { id: template, composition: layerName },
  ...more,
});

/** A job with one child a name. */
export const family = (...layers) => plain({ assets: layers.map((layer) => child(layer)) });

const nested = (depth) => child('x', depth > 1 ? { assets: [nested(depth - 1)] } : {});

export const wrongJobs = [
  {},
  [],
  { template: {} },
  { template: { id: 'bad' } },
  plain({ tags: 7 }),
  plain({ priority: 'high' }),
  plain({ preview: 1 }),
  plain({ webhook: {} }),
  plain({ webhook: { url: 'ftp://example.com' } }),
  plain({ assets: {} }),
  plain({ assets: [{ type: 'job' }] }),
  plain({ assets: [nested(20)] }),
];

export const wrongJson = ['{', 'null', '"text"', '{"priority": 1e999}', '[['.repeat(500)];

export const rightLists = [
  {},
  { minimal: true },
  { minimal: false, from: 1, limit: 2 },
  { limit: 1000 },
  { states: 'queued,pending', exclude_states: 'pending' },
  { tags: 'b,c' },
  { from_date: '2020-01-01', to_date: '2999-01-01T00:00:00Z' },
  { sort: 'random' },
  { sort: 'newest_first' },
  { sort: 'priority' },
  { unknown: 'x' },
];

export const wrongLists = [
  { limit: 0 },
  { limit: 1001 },
  { limit: 'x' },
  { from: -1 },
  { sort: 'best' },
  { states: 'done' },
  { from_date: 'yesterday' },
  { minimal: 'perhaps' },
];

export const joined = {
  assets: [
    { type: 'video', src: 'https://cdn.example.com/a.mp4' },
    { type: 'job', template: { id: template, composition: 'main' } },
  ],
};
export const wrongJoins = [{}, { assets: [] }, { assets: [{ type: 'video' }] }];

/** Lists for a cancel; `id` is that of a job that is there. */
export const wrongCancels = (id) => [[], [malformedId], [id, id], 'all', [7], undefined];

export const wrongBatches = [[], {}, undefined, Array(1001).fill(plain())];

export const wrongClaims = [
  [],
  { wait: 61 },
  { wait: -1 },
  { leaseSeconds: 0 },
  { leaseSeconds: 86401 },
  { tags: [7] },
  { jobId: malformedId },
];

export const wrongTokens = [
  {},
  { team: 't' },
  { team: 'no team', name: 'n' },
  { team: 't', name: 'n', scopes: ['everything'] },
  { team: 't', name: 'n', expires: 'never' },
  { team: 't', name: 'n', expires: '2001-01-01' },
];

export const wrongWebhooks = [
  {},
  { url: '' },
  { url: 'hooks.example/in' },
  { url: 'ftp://hooks.example/in' },
  { url: 'https://ann:pass@hooks.example/in' },
  { url: 'https://hooks.example/in#part' },
  { url: 'http://127.0.0.1/in' },
  { url: `https://hooks.example/${'x'.repeat(2048)}` },
  { url: 'https://hooks.example/in', events: [] },
  { url: 'https://hooks.example/in', events: ['job.started'] },
  { url: 'https://hooks.example/in', events: ['job.error', 'job.error'] },
];

const v1Template = { src: 'file:///p.aep', composition: 'main' };
export const wrongV1Jobs = [
  {},
  { template: 'main' },
  { template: { src: '', composition: 'main' } },
  { template: v1Template, uid: 'no spaces' },
  { template: v1Template, uid: 'status' },
  { template: v1Template, assets: [{ type: 'hologram' }] },
  { template: v1Template, assets: ['x'] },
  { template: v1Template, actions: { prerender: [{}] } },
  { template: v1Template, priority: 1.5 },
];
