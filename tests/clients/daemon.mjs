// Starts the real program on a data directory of its own, and speaks plain HTTP to it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const program = resolve(here, process.env.JOBLEDGER_PROGRAM ?? '../../build/jobledger');

// The settings of whoever runs the tests do not count. A read gives up at once on a later version.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('JOBLEDGER_')),
);
environment.JOBLEDGER_LIMITS_MIN_VERSION_WAIT_SECONDS = '0';
const everyScope = 'jobs:read,jobs:write,jobs:cancel,worker,audit:read,audit:all,admin';
const shutdownLimitMs = 20_000;

/** A token of `team`, made offline; `scopes` is a csv, or undefined for the usual ones. */
function createToken(directory, team, scopes) {
  const args = ['token', 'create', '--data-dir', directory, '--team', team, '--name', 'tests'];
  if (scopes) args.push('--scope', scopes);
  return execFileSync(program, args, { encoding: 'utf8', env: environment }).trim();
}

/** The first line on the child's stdout; rejects with its log if it ends before. */
function firstLine(child, log) {
  return new Promise((accept, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) accept(text.slice(0, text.indexOf('\n')));
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      reject(new Error(`${program} ended (${code ?? signal}) before it listened:\n${log()}`));
    });
  });
}

/** `{url, token, stranger, reader, stop}`: the tokens are one of every scope, one of another
 *  team, and one that may only read jobs. `stop` ends the daemon and asserts a clean exit.
 *  `settings` are further arguments of `jobledger serve`. */
export async function startDaemon(settings = []) {
  const directory = mkdtempSync(join(tmpdir(), 'jobledger-clients-'));
  let child;
  const clean = () => {
    if (child && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', clean);

  const token = createToken(directory, 't', everyScope);
  const stranger = createToken(directory, 'u', undefined);
  const reader = createToken(directory, 't', 'jobs:read');

  const args = ['serve', '--data-dir', directory, '--listen', '127.0.0.1:0', ...settings];
  child = spawn(program, args, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const line = await firstLine(child, () => log);
  const match = /^listening on (http:\/\/\S+)$/.exec(line);
  if (!match) throw new Error(`unexpected first line: ${line}`);

  const stop = async () => {
    const ended = new Promise((accept) => {
      child.once('exit', (code, signal) => accept(code ?? signal));
      if (child.exitCode !== null) accept(child.exitCode);
    });
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), shutdownLimitMs);
    const how = await ended;
    clearTimeout(limit);
    clean();
    process.removeListener('exit', clean);
    if (how !== 0) throw new Error(`${program} ended with ${how}:\n${log}`);
  };
  return { url: match[1], token, stranger, reader, stop };
}

/** One request as it is: no redirects, no pool, no header of its own but the body's length.
 *  `body` is sent as JSON, or as it is if it is a string. An answer that does not end is let go
 *  after its head. */
export function request(base, method, path, { headers = {}, body } = {}) {
  const url = new URL(base);
  const bytes =
    body === undefined
      ? undefined
      : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const sent = { ...headers };
  if (bytes) sent['content-length'] = bytes.length;
  return new Promise((accept, reject) => {
    const options = {
      host: url.hostname,
      port: url.port,
      method,
      path,
      headers: sent,
      agent: false,
    };
    const req = http.request(options, (res) => {
      let text = '';
      if (/^text\/event-stream\b/.test(res.headers['content-type'] ?? '')) {
        accept({ status: res.statusCode, headers: res.headers, body: '' });
        res.destroy();
        return;
      }
      res.setEncoding('utf8');
      res.on('data', (chunk) => {
        text += chunk;
      });
      res.on('error', reject);
      res.on('end', () => {
        const isJson = /^application\/json\b/.test(res.headers['content-type'] ?? '');
        accept({
          status: res.statusCode,
          headers: res.headers,
          body: isJson ? JSON.parse(text) : text,
        });
      });
    });
    req.on('error', reject);
    req.end(bytes);
  });
}

export const bearer = (token) => ({ authorization: `Bearer ${token}` });

/** The document as the daemon serves it. */
export async function servedDocument(daemon) {
  const answer = await request(daemon.url, 'GET', '/openapi.json');
  if (answer.status !== 200) throw new Error(`GET /openapi.json answered ${answer.status}`);
  return answer.body;
}

const methods = ['get', 'put', 'post', 'patch', 'delete'];

/** `[{path, method, operation}]` of a document, methods in lower case. */
export function operationsOf(document) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method])
      .map((method) => ({ path, method, operation: item[method] })),
  );
}
