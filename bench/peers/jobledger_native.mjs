// Our daemon again, with the load of the benchmark's own generator: as pgbench for PostgreSQL, it costs
// less than any client in Node, reads each answer whole, and counts the cancelled jobs in it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { withoutSettings } from './servers.mjs';

const program = process.env.BENCH_PROGRAM;
const generator = process.env.BENCH_GENERATOR;

function figuresOf(rows, name) {
  const row = rows.find((each) => each.row === name);
  if (!row) throw new Error(`the generator has not measured: ${name}`);
  return { perSecond: row['per second'], p50Ms: row['p50 ms'], p99Ms: row['p99 ms'] };
}

export async function measure({ clients, seconds, directory }) {
  const child = spawn(generator, [
    '--program', program, '--directory', directory, '--rounds', '1', '--json', '--seconds', seconds,
    '--connections', clients, 'peers',
  ].map(String), { env: withoutSettings(), stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (text) => { printed += text; });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the generator ended with ${code}`);
  const rows = printed.trimEnd().split('\n').map((line) => JSON.parse(line));
  return {
    name: 'Job Ledger (C++ client)',
    created: figuresOf(rows, 'create a tree of 11'),
    cancelled: figuresOf(rows, 'cancel a tree of 11'),
  };
}
