// What the tests of /api/v1 share: jobs to render, the published worker, and waiting.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));
const { createClient } = createRequire(import.meta.url)('@nexrender/api');

/** The published client, which asks for the state of its jobs ten times a second. */
export const clientOf = (url, secret, name) =>
  createClient({ host: url, secret, name, polling: 100 });

/** A body that the render server takes; `composition` tells the stand-in renderer what to do. */
export const job = (project, composition = 'main', more = {}) => ({
  template: { src: pathToFileURL(project).href, composition },
  assets: [{ type: 'data', layerName: 'title', property: 'Source Text', value: 'Hello' }],
  actions: { postrender: [] },
  ...more,
});

/** A directory that goes with the test, with a project file in it. */
export function workshop(t) {
  const directory = mkdtempSync(join(tmpdir(), 'jobledger-render-server-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const project = join(directory, 'project.aep');
  writeFileSync(project, 'a project');
  return { directory, project };
}

/** Waits until `ask` gives something. */
export async function until(ask, what) {
  for (const limit = Date.now() + 60_000; Date.now() < limit; await sleep(50)) {
    const answer = await ask();
    if (answer) return answer;
  }
  assert.fail(`waited too long for ${what}`);
}

/** The published worker as a process; ended with the test. `log()` is what it has said. */
export function startWorker(t, url, token, directory) {
  const child = spawn(process.execPath, [join(here, 'worker.mjs'), url, token, directory], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      log += chunk;
    });
  }
  t.after(() => child.kill('SIGKILL'));
  return { log: () => log, hasEnded: () => child.exitCode !== null };
}
