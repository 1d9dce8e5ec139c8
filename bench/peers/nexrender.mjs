// The open-source render server knows no parents: its client posts eleven jobs, and updates eleven to
// cancel them. It writes all jobs into one JSON file after each answer, and never syncs it.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { HttpClient, openClients } from './http.mjs';
import { freePort } from './servers.mjs';
import { TREE, measureTrees } from './trees.mjs';

const PATH = '/api/v1/jobs';
const CANCELLED = JSON.stringify({ state: 'cancelled' });
const template = { src: 'file:///project.aep', composition: 'main' };
const body = JSON.stringify({ template, tags: 'bench' });
const { version } = createRequire(import.meta.url)('@nexrender/server/package.json');

export async function measure(plan) {
  const port = await freePort();
  plan.servers.start('nexrender', process.execPath,
    [fileURLToPath(new URL('nexrender_server.mjs', import.meta.url)), String(port)],
    { env: { ...process.env, NEXRENDER_DATABASE: `${plan.directory}/jobs.json` } });
  await plan.servers.ready('nexrender', async () => (await HttpClient.open(port)).close() ?? true);
  const connections = await openClients(plan.clients, port);

  const peer = {
    async create(client) {
      const ids = [];
      while (ids.length < TREE) ids.push((await connections[client].json('POST', PATH, body, 200)).uid);
      return ids;
    },
    async cancel(client, ids) {
      for (const id of ids) {
        const { uid, state } = await connections[client].json('PUT', `${PATH}/${id}`, CANCELLED, 200);
        if (uid !== id || state !== 'cancelled') throw new Error(`${id} is ${state} after its cancel`);
      }
    },
    async check(trees) {
      const jobs = await connections[0].json('GET', PATH, undefined, 200);
      const states = new Map(jobs.map(({ uid, state }) => [uid, state]));
      const wrong = trees.flat().filter((id) => states.get(id) !== 'cancelled');
      if (wrong.length > 0) throw new Error(`${wrong.length} jobs are not cancelled, such as ${wrong[0]}`);
    },
  };
  return { name: `nexrender-server ${version}`, ...await measureTrees(plan, peer) };
}
