// What a user would build instead: a jobs table with a recursive cascade and an audit. The load is
// PostgreSQL's own pgbench, which costs less than any client in Node.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pgbench } from './pgbench.mjs';
import { postgresVersion, startPostgres, withClient } from './postgres_server.mjs';

const pathOf = (name) => fileURLToPath(new URL(`postgresql/${name}.sql`, import.meta.url));
const textOf = (name) => readFileSync(pathOf(name), 'utf8');

/// Runs its statements one by one, as some of them go into no transaction with others.
async function runEach(client, name) {
  const statements = textOf(name).replace(/^--.*$/gm, '').split(';').map((text) => text.trim());
  for (const statement of statements.filter(Boolean)) await client.query(statement);
}

async function check(client, asked) {
  const { rows: [found] } = await client.query(textOf('check').replace(':asked', String(asked)));
  const { trees, whole, unasked } = found;
  if (Number(trees) !== asked || Number(whole) !== asked || Number(unasked) !== 0) throw new Error(`of ${asked} cancelled trees: ${JSON.stringify(found)}`);
}

export async function measure(plan) {
  const { clients, seconds } = plan;
  const connection = await startPostgres(plan);
  return withClient(connection, async (client) => {
    await client.query(textOf('schema'));
    const load = (script, bound, variables) =>
      pgbench({ ...plan, connection, script: pathOf(script), bound, variables });

    const created = await load('create', { seconds });
    // Without it the plan of the cascade is ten times slower.
    await runEach(client, 'roots');
    // pgbench takes a time or a number, and with a time it would go on when nothing is left.
    const each = Math.floor(created.count / clients);
    const cancelled = await load('cancel', { transactions: each }, { clients, done: 0 });
    if (cancelled.count !== each * clients) throw new Error(`pgbench did ${cancelled.count} cancels`);
    await check(client, each * clients);
    return { name: await postgresVersion(client), created: created.measured, cancelled: cancelled.measured };
  });
}
