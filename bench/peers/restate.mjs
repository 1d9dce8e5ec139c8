// restate-server, which cancels what an invocation has called with it. It answers a call and a cancel
// before they are done: the latencies are of the answers, the rates until all of it is done.
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HttpClient, openClients } from './http.mjs';
import { freePort } from './servers.mjs';
import { TREE, childBody, childNumbers, measureTrees, parentBody } from './trees.mjs';

const DONE_WITHIN_MS = 180_000;
const LOOK_EACH_MS = 20;
const LEFT = JSON.stringify({
  query: "select count(*) as n from sys_invocation where status != 'completed'",
});

const require = createRequire(import.meta.url);
const { version } = require('@restatedev/restate-server/package.json');
const body = JSON.stringify({ ...parentBody, children: childNumbers.map(childBody) });

/// Its package starts the program by way of another Node, which would be a process more.
const program = () =>
  require.resolve(`@restatedev/restate-server-${platform()}-${arch()}/bin/restate-server`);

async function startServers({ directory, servers }) {
  const ports = await Promise.all(Array.from({ length: 4 }, freePort));
  const [service, ingress, admin, node] = ports;
  servers.start('restate_service', process.execPath,
    [fileURLToPath(new URL('restate_service.mjs', import.meta.url)), String(service)]);
  servers.start('restate', program(), ['--no-logo', '--listen-mode', 'tcp'], {
    cwd: directory,
    env: {
      ...process.env,
      RESTATE_BASE_DIR: `${directory}/restate`,
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}/`,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      // All jobs wait at once; by default a thousand may, and further families would not begin.
      RESTATE_WORKER__INVOKER__CONCURRENT_INVOCATIONS_LIMIT: '1000000',
    },
  });
  await servers.ready('restate', async () => {
    const client = await HttpClient.open(admin);
    const deployment = JSON.stringify({ uri: `http://127.0.0.1:${service}` });
    const { status } = await client.request('POST', '/deployments', deployment);
    client.close();
    return status === 201;
  });
  return { ingress, admin };
}

export async function measure(plan) {
  const { ingress, admin } = await startServers(plan);
  const callers = await openClients(plan.clients, ingress);
  const cancellers = await openClients(plan.clients, admin, { accept: 'application/json' });

  const left = async () => Number((await cancellers[0].json('POST', '/query', LEFT, 200)).rows[0].n);
  const untilLeft = async (isReached, wanted) => {
    const until = performance.now() + DONE_WITHIN_MS;
    for (let now; !isReached(now = await left()); await pause(LOOK_EACH_MS)) {
      if (performance.now() > until) throw new Error(`${now} invocations are left, not ${wanted}`);
    }
  };

  let living = 0; // invocations that were asked for and not cancelled
  const peer = {
    async create(client) {
      return (await callers[client].json('POST', '/job/family/send', body, 202)).invocationId;
    },
    async cancel(client, id) {
      const { status, body: answer } = await cancellers[client].request('PATCH', `/invocations/${id}/cancel`);
      if (status !== 200 && status !== 202) throw new Error(`a cancel answered ${status}: ${answer}`);
    },
    async allCreated(ids) {
      living += TREE * ids.length;
      await untilLeft((now) => now >= living, living);
    },
    async allCancelled(ids) {
      living -= TREE * ids.length;
      await untilLeft((now) => now <= living, living);
    },
    async check() {
      const now = await left();
      if (now !== living) throw new Error(`${now} invocations are left, not ${living}`);
    },
  };
  return { name: `restate-server ${version}`, ...await measureTrees(plan, peer) };
}
