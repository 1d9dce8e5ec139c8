// BullMQ flows on Redis, each write synced: a parent and ten children are added at once, and removed
// with the parent.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { FlowProducer, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { freePort } from './servers.mjs';
import { TREE, childBody, childNumbers, measureTrees, parentBody } from './trees.mjs';

const QUEUE = 'render';
const { version } = createRequire(import.meta.url)('bullmq/package.json');

const flow = {
  name: 'parent',
  queueName: QUEUE,
  data: parentBody,
  children: childNumbers.map(childBody).map((data) => ({ name: 'child', queueName: QUEUE, data })),
};

async function startRedis({ directory, servers }) {
  const port = await freePort();
  servers.start('redis', 'redis-server', [
    '--port', String(port), '--bind', '127.0.0.1', '--dir', directory,
    '--appendonly', 'yes', '--appendfsync', 'always', '--save', '',
  ]);
  const redis = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: null });
  redis.on('error', () => {}); // refused until it listens; main looks whether it ended
  await servers.ready('redis', async () => await redis.ping() === 'PONG');
  return redis;
}

export async function measure(plan) {
  const redis = await startRedis(plan);
  // One connection for all clients, as the package does it: what they ask at once is one group and
  // one sync for Redis, and less work for this process than a connection each.
  const producer = new FlowProducer({ connection: redis });
  const queue = new Queue(QUEUE, { connection: redis });
  await queue.waitUntilReady();

  const peer = {
    async create() {
      const { job, children } = await producer.add(flow);
      if (children?.length !== TREE - 1) throw new Error(`${job.id} has ${children?.length} children`);
      return { job, ids: [job.id, ...children.map((child) => child.job.id)] };
    },
    async cancel(_client, { job }) {
      await job.remove({ removeChildren: true });
    },
    async check(trees) {
      for (const { ids } of trees) {
        const left = await redis.exists(...ids.map((id) => queue.toKey(id)));
        if (left > 0) throw new Error(`${left} jobs of the tree of ${ids[0]} are there after its cancel`);
      }
    },
  };
  const measured = await measureTrees(plan, peer);
  const printed = execFileSync('redis-server', ['--version'], { encoding: 'utf8' });
  const [, redisVersion] = /v=([0-9.]+)/.exec(printed);
  return { name: `BullMQ ${version} (Redis ${redisVersion})`, ...measured };
}
