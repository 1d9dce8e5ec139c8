// The same script against the published render server and against us: every difference in what
// they answer is listed here, wanted, and explained in docs/from-the-render-server.md.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { request, startDaemon } from '../clients/daemon.mjs';
import { here, job, workshop } from './support.mjs';

const secret = 'a secret';

/** The published server; ended with the test. */
async function startRenderServer(t, directory) {
  const child = spawn(process.execPath, [join(here, 'render_server.mjs'), secret], {
    env: { ...process.env, NEXRENDER_DATABASE: join(directory, 'database.json') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const port = await new Promise((accept, reject) => {
    child.stderr.once('data', (line) => accept(Number(line)));
    child.once('exit', () => reject(new Error('the render server ended')));
  });
  return { url: `http://127.0.0.1:${port}`, secret };
}

/** What differs by nature from run to run, out of the way. */
function settled(value, names) {
  if (Array.isArray(value)) return value.map((each) => settled(each, names));
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, settled(value[key], names)]),
    );
  }
  if (typeof value !== 'string') return value;
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return '<time>';
  if (/^(::ffff:)?127\.0\.0\.1$/.test(value)) return '<address>';
  return names.reduce((text, [name, stand]) => text.replaceAll(name, stand), value);
}

/** Runs the script: gives each step's answer, `{status, type, body}`, by the name of the step. */
async function play({ url, secret: token }) {
  const answers = {};
  const names = [];
  const headers = { 'nexrender-secret': token, 'content-type': 'application/json' };
  const step = async (name, method, path, body, by = headers) => {
    const answer = await request(url, method, `/api/v1${path}`, { headers: by, body });
    if (answer.body?.uid && !names.some(([uid]) => uid === answer.body.uid)) {
      names.push([answer.body.uid, `<uid ${names.length}>`]);
    }
    const type = (answer.headers['content-type'] ?? '').split(';')[0];
    answers[name] = { status: answer.status, type, body: settled(answer.body, names) };
    return answer.body;
  };

  await step('health', 'GET', '/health', undefined, {});
  await step('no secret', 'GET', '/jobs', undefined, {});
  await step('list of none', 'GET', '/jobs');
  await step('pickup of none', 'GET', '/jobs/pickup');
  const one = await step('create', 'POST', '/jobs', job('/p.aep', 'main', { tags: 'a,b', own: 1 }));
  const two = await step('create with a uid', 'POST', '/jobs', job('/p.aep', 'main', { uid: 'two' }));
  await step('the same uid again', 'POST', '/jobs', job('/p.aep', 'main', { uid: 'two' }));
  await step('create without a template', 'POST', '/jobs', { assets: [] });
  await step('fetch', 'GET', `/jobs/${one.uid}`);
  await step('status', 'GET', `/jobs/${one.uid}/status`);
  await step('fetch nobody', 'GET', '/jobs/nobody');
  const picked = await step('pickup', 'GET', '/jobs/pickup');
  await step('fetch the picked one', 'GET', `/jobs/${one.uid}`);
  await step('start', 'PUT', `/jobs/${one.uid}`, { ...picked, state: 'started' });
  const half = { ...picked, state: 'render:dorender', renderProgress: 50 };
  await step('progress', 'PUT', `/jobs/${one.uid}`, half);
  const over = { ...half, state: 'finished', output: '/out/a.mp4', workpath: '/tmp/w' };
  await step('finish', 'PUT', `/jobs/${one.uid}`, over);
  await step('start a finished one', 'PUT', `/jobs/${one.uid}`, { ...over, state: 'started' });
  await step('change a priority', 'PUT', `/jobs/${two.uid}`, { priority: 9 });
  await step('remove', 'DELETE', `/jobs/${two.uid}`);
  await step('remove it again', 'DELETE', `/jobs/${two.uid}`);
  await step('remove nobody', 'DELETE', '/jobs/nobody');
  await step('list', 'GET', '/jobs');
  await step('list of statuses', 'GET', '/jobs/status');
  await step('an unknown path', 'GET', '/elsewhere');
  return answers;
}

/** Paths at which two answers differ, such as `body.0.state`; of other statuses, that they are. */
const differencesOf = (a, b) => (a.status === b.status ? differences(a, b) : ['status']);

function differences(a, b, at = '') {
  if (a === b) return [];
  const both = [a, b].every((value) => value && typeof value === 'object');
  if (!both || Array.isArray(a) !== Array.isArray(b)) return [at];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differences(a[key], b[key], at ? `${at}.${key}` : key));
}

/** The table of the document: what differs at which step, `step: path`. */
function documented() {
  const text = readFileSync(join(here, '../../docs/from-the-render-server.md'), 'utf8');
  const [, table] = text.split('## What differs in the answers');
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) => {
    const [, steps, paths] = row.split('|');
    const words = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word);
    return words(steps).flatMap((step) => words(paths).map((path) => `${step}: ${path}`));
  });
}

test('every difference from the render server is a documented one', async (t) => {
  const { directory } = workshop(t);
  const daemon = await startDaemon();
  t.after(() => daemon.stop());
  const theirs = await play(await startRenderServer(t, directory));
  const ours = await play({ url: daemon.url, secret: daemon.token });
  const found = Object.keys(theirs).flatMap((step) =>
    differencesOf(theirs[step], ours[step]).map((path) => `${step}: ${path}`),
  );
  if (process.env.SHOW_DIFFERENCES) {
    for (const step of Object.keys(theirs)) {
      console.log(step, JSON.stringify({ theirs: theirs[step], ours: ours[step] }, null, 1));
    }
  }
  assert.deepEqual(found.sort(), documented().sort());
});
