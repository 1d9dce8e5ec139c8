// Called by `run`: measures one peer and prints what was measured.
import * as bullmq from './bullmq.mjs';
import * as jobledger from './jobledger.mjs';
import * as jobledgerNative from './jobledger_native.mjs';
import * as nexrender from './nexrender.mjs';
import * as pgboss from './pgboss.mjs';
import * as postgresql from './postgresql.mjs';
import * as restate from './restate.mjs';
import { Servers } from './servers.mjs';
import { summary } from './trees.mjs';

const peers = {
  bullmq, jobledger, 'jobledger-native': jobledgerNative, nexrender, pgboss, postgresql, restate,
};
const [peer, clients, seconds, directory] = process.argv.slice(2);
const servers = new Servers(directory);

let interrupted = false;
async function fail() {
  await servers.stop();
  process.exit(3);
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    interrupted = true;
    fail();
  });
}

try {
  const plan = { clients: Number(clients), seconds: Number(seconds), directory, servers };
  // A client library may wait for a server that died for ever.
  const { name, created, cancelled } = await Promise.race([peers[peer].measure(plan), servers.failed]);
  await servers.stop();
  for (const [work, measured] of [['create a tree of 11', created], ['cancel a tree of 11', cancelled]]) {
    const figures = measured.millis ? summary(measured) : measured;
    console.log(JSON.stringify({ peer: name, work, clients: plan.clients, ...figures }));
  }
  process.exit(0); // a client library may keep a timer
} catch (error) {
  if (!interrupted) {
    console.error(`${peer} at ${clients} clients failed:`, error);
    console.error(servers.lastWords());
  }
  await fail();
}
