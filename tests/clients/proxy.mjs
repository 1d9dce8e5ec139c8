// Prism as a validating proxy: each answer that passes it is held against the document.
import prismCore from '@stoplight/prism-core';
import prismHttp from '@stoplight/prism-http';
import prismServer from '@stoplight/prism-http-server';
import { request } from './daemon.mjs';

const logger = prismCore.createLogger('prism', { level: 'silent' });
const hopHeaders = ['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding'];
const endToEnd = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopHeaders.includes(name)));

// Prism's own forwarder follows redirects, and so would never show a 302 to the validator.
const forward =
  ({ data }, base) =>
  () =>
  async () => {
    try {
      const query = new URLSearchParams(data.url.query).toString();
      const path = data.url.path + (query ? `?${query}` : '');
      const answer = await request(base, data.method.toUpperCase(), path, {
        headers: endToEnd(data.headers),
        body: data.body ?? undefined,
      });
      return {
        _tag: 'Right',
        right: { statusCode: answer.status, headers: endToEnd(answer.headers), body: answer.body },
      };
    } catch (error) {
      return { _tag: 'Left', left: error };
    }
  };

/** A copy of the document in which the answers may have no property that it does not name.
 *  Schemas that say themselves whether they are open (those of requests) stay as they are, and so do
 *  the parts of an `allOf`, each of which sees all of the object. */
export function closed(document) {
  const close = (node, isPart = false) => {
    if (node === null || typeof node !== 'object') return;
    if (node.properties && node.additionalProperties === undefined && !isPart)
      node.additionalProperties = false;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'example' || key === 'examples') continue;
      if (key === 'allOf') value.forEach((part) => close(part, true));
      else close(value);
    }
  };
  const copy = structuredClone(document);
  close(copy.components.schemas);
  close(copy.paths);
  return copy;
}

const settings = (upstream) => ({
  isProxy: true,
  upstream: new URL(upstream),
  errors: false,
  checkSecurity: true,
  validateRequest: true,
  validateResponse: true,
  mock: { dynamic: false },
});

/** `{url, stop}` of a proxy in front of `upstream`. Its answers carry the header sl-violations
 *  if the request or the answer departs from the document. */
export async function startProxy(document, upstream) {
  const operations = await prismHttp.getHttpOperationsFromSpec(closed(document));
  const server = prismServer.createServer(operations, {
    cors: false,
    config: settings(upstream),
    components: { logger, forward },
  });
  return { url: await server.listen(0, '127.0.0.1'), stop: () => server.close() };
}

/** The violations that the proxy saw, those of one side: 'request' or 'response'. */
export function violations(headers, side) {
  const text = headers['sl-violations'];
  if (!text) return [];
  if (!text.startsWith('[')) return [text]; // too many for a header: prism cuts them off
  return JSON.parse(text).filter((one) => one.location[0] === side);
}

/** What the validator says of an answer nobody sent: `judge(method, path, answer)`, answer being
 *  `{statusCode, headers, body}`. */
export async function startJudge(document) {
  const operations = await prismHttp.getHttpOperationsFromSpec(closed(document));
  return async (method, path, answer) => {
    const sent = async () => ({ _tag: 'Right', right: answer });
    const config = settings('http://127.0.0.1');
    const instance = prismHttp.createInstance(config, { logger, forward: () => () => sent });
    const input = { method, url: { path, query: {} }, headers: {} };
    const result = await instance.request(input, operations, config)();
    if (result._tag === 'Left') throw result.left;
    return result.right.validations.output;
  };
}
