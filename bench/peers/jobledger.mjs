// Our daemon: one POST creates a tree, one PATCH of its parent cancels it, both answered in full.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { openClients } from './http.mjs';
import { withoutSettings } from './servers.mjs';
import { TREE, childBody, childNumbers, measureTrees, parentBody } from './trees.mjs';

const PATH = '/api/v2/jobs';
const program = process.env.BENCH_PROGRAM;
const body = JSON.stringify({
  ...parentBody,
  assets: childNumbers.map((number) => ({ type: 'job', ...childBody(number) })),
});

async function startServer({ directory, servers }) {
  const data = `${directory}/ledger`;
  const env = withoutSettings();
  const token = execFileSync(
    program, ['token', 'create', '--data-dir', data, '--team', 'bench', '--name', 'bench'],
    { env, encoding: 'utf8' },
  ).trim();
  servers.start('jobledger', program, [
    'serve', '--data-dir', data, '--listen', '127.0.0.1:0', '--limits-requests-per-second', '0',
  ], { env });
  let port;
  await servers.ready('jobledger', () => {
    const printed = readFileSync(`${directory}/jobledger.log`, 'utf8');
    port = /^listening on http:\/\/127\.0\.0\.1:(\d+)$/m.exec(printed)?.[1];
    return port;
  });
  return { port: Number(port), token };
}

/// Counted in the bytes of the answer: to parse them would cost this client more than they cost the
/// server, and what was cancelled is looked at again in `check`.
function count(bytes, what) {
  let found = 0;
  for (let at = bytes.indexOf(what); at >= 0; at = bytes.indexOf(what, at + what.length)) ++found;
  return found;
}

function expect(answer, status, what) {
  const found = count(answer.body, what);
  if (answer.status === status && found === TREE) return;
  throw new Error(`answered ${answer.status} with ${found} times ${what}: ${answer.body.subarray(0, 500)}`);
}

/// Of the children the answer to the cancel has told already.
async function checkTree(connection, id) {
  const { status } = await connection.json('GET', `${PATH}/${id}`, undefined, 200);
  if (status !== 'manually_cancelled') throw new Error(`${id} is ${status} after its cancel`);
}

export async function measure(plan) {
  const { port, token } = await startServer(plan);
  const connections = await openClients(plan.clients, port, { authorization: `Bearer ${token}` });
  const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();

  const peer = {
    async create(client) {
      const answer = await connections[client].request('POST', PATH, body);
      expect(answer, 201, '"id":"');
      return answer.body.latin1Slice(7, 33); // of the parent, as the answer begins with {"id":"…"
    },
    async cancel(client, id) {
      const answer = await connections[client].request('PATCH', `${PATH}/${id}/cancel`, '{}');
      expect(answer, 200, '"status":"manually_cancelled"');
    },
    async check(ids) {
      let next = 0;
      await Promise.all(connections.map(async (connection) => {
        while (next < ids.length) await checkTree(connection, ids[next++]);
      }));
    },
  };
  return { name: `Job Ledger ${version}`, ...await measureTrees(plan, peer) };
}
