// pg-boss on PostgreSQL: no parents and no audit, so a tree is eleven jobs, inserted by one call and
// cancelled by one.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import PgBoss from 'pg-boss';
import { postgresVersion, startPostgres, withClient } from './postgres_server.mjs';
import { TREE, childBody, childNumbers, measureTrees, parentBody } from './trees.mjs';

const QUEUE = 'render';
const { version } = createRequire(import.meta.url)('pg-boss/package.json');
const bodies = [parentBody, ...childNumbers.map(childBody)];

async function countCancelled(client, ids) {
  const { rows } = await client.query(
    `select count(*) from pgboss.job where name = $1 and state = 'cancelled' and id = any ($2::uuid[])`,
    [QUEUE, ids],
  );
  return Number(rows[0].count);
}

export async function measure(plan) {
  const connection = await startPostgres(plan);
  // A connection for each client, and none of its own upkeep meanwhile.
  const boss = new PgBoss({ ...connection, max: plan.clients, supervise: false, schedule: false });
  let failure;
  boss.on('error', (error) => { failure ??= error; });
  await boss.start();
  await boss.createQueue(QUEUE);

  return withClient(connection, async (client) => {
    const peer = {
      async create() {
        const ids = bodies.map(() => randomUUID());
        await boss.insert(bodies.map((data, index) => ({ id: ids[index], name: QUEUE, data })));
        return ids;
      },
      async cancel(_client, ids) {
        const { affected } = await boss.cancel(QUEUE, ids);
        if (affected !== TREE) throw new Error(`a cancel reached ${affected} jobs`);
      },
      async check(trees) {
        if (failure) throw failure;
        const ids = trees.flat();
        const cancelled = await countCancelled(client, ids);
        if (cancelled !== ids.length) throw new Error(`of ${ids.length} jobs ${cancelled} are cancelled`);
      },
    };
    const measured = await measureTrees(plan, {
      ...peer,
      // As for the jobs table: without it the plans are those of an empty one.
      async beforeCancels() { await client.query('vacuum analyze'); },
    });
    return { name: `pg-boss ${version} (${await postgresVersion(client)})`, ...measured };
  });
}
