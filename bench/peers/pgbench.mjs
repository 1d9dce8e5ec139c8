// pgbench with one script, and the latencies of its log of each transaction.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';

const THREADS = 2;
// A backend's first statements fill its caches; they are run but not counted.
const WARM_UP_SECONDS = 0.5;

/// Each line: client, number, microseconds, script, and the seconds and microseconds of its end.
function readTransactions(directory) {
  return readdirSync(directory).flatMap((file) => {
    const lines = readFileSync(`${directory}/${file}`, 'utf8').trimEnd().split('\n');
    return lines.filter(Boolean).map((line) => {
      const [, , micros, , seconds, microseconds] = line.split(' ').map(Number);
      const end = 1000 * seconds + microseconds / 1000;
      if (!(micros >= 0)) throw new Error(`pgbench says of a transaction: ${line}`);
      return { millis: micros / 1000, begin: end - micros / 1000, end };
    });
  });
}

function measuredOf(transactions) {
  const begins = Float64Array.from(transactions, ({ begin }) => begin).sort();
  const begin = begins[0] + 1000 * WARM_UP_SECONDS;
  const counted = transactions.filter((transaction) => transaction.begin >= begin);
  const end = counted.reduce((latest, transaction) => Math.max(latest, transaction.end), begin);
  return { millis: counted.map(({ millis }) => millis), seconds: (end - begin) / 1000 };
}

/// `bound` is either { seconds } or { transactions }, the latter of each client. Resolves to what was
/// measured and how many transactions there were in all.
export async function pgbench({ connection, clients, directory, script, bound, variables = {} }) {
  const logs = mkdtempSync(`${directory}/pgbench.`);
  const child = spawn('pgbench', [
    '--no-vacuum', '--protocol', 'prepared', '--file', script, '--log', '--log-prefix', `${logs}/log`,
    '--client', clients, '--jobs', Math.min(clients, THREADS),
    ...(bound.seconds
      ? ['--time', Math.ceil(bound.seconds + WARM_UP_SECONDS)]
      : ['--transactions', bound.transactions]),
    ...Object.entries(variables).flatMap(([name, value]) => ['--define', `${name}=${value}`]),
    '--host', connection.host, '--port', connection.port, '--username', connection.user,
    connection.database,
  ].map(String), { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (text) => { complaint += text; });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`pgbench ended with ${code}: ${complaint.slice(0, 500)}`);
  const transactions = readTransactions(logs);
  return { measured: measuredOf(transactions), count: transactions.length };
}
