// A PostgreSQL server of its own, as durable as it comes and with what a careful user would set.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import pg from 'pg';
import { asUser, freePort, isRoot } from './servers.mjs';

const programs = process.env.POSTGRESQL_PROGRAMS;
const OTHER_CONNECTIONS = 20;

const settings = (port, clients) => ({
  port,
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: clients + OTHER_CONNECTIONS,
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '1GB',
  max_wal_size: '8GB', // no checkpoint while it is measured
  checkpoint_timeout: '30min',
  jit: 'off', // it takes longer than these statements
});

/// Resolves to how to connect to it.
export async function startPostgres({ clients, directory, servers }) {
  // PostgreSQL refuses to run as root. Its user must own the data and be let through to it.
  const options = isRoot() ? { cwd: '/', ...asUser('postgres') } : {};
  const data = `${directory}/postgresql`;
  mkdirSync(data);
  if (isRoot()) {
    chmodSync(directory, 0o711);
    chownSync(data, options.uid, options.gid);
  }
  execFileSync(`${programs}/initdb`, [
    '--pgdata', data, '--username', 'postgres', '--auth', 'trust',
    '--encoding', 'UTF8', '--no-locale', '--no-sync',
  ], { ...options, stdio: ['ignore', 'ignore', 'inherit'] });

  const port = await freePort();
  const words = Object.entries(settings(port, clients)).map(([name, value]) => `--${name}=${value}`);
  // Its data is thrown away, so nothing need be written at the end.
  const stop = 'SIGQUIT';
  servers.start('postgresql', `${programs}/postgres`, ['-D', data, ...words], { ...options, stop });
  const connection = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
  await servers.ready('postgresql', () => withClient(connection, () => true));
  return connection;
}

export async function withClient(connection, use) {
  const client = new pg.Client(connection);
  client.on('error', () => {}); // whoever waits for an answer is told too
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

export async function postgresVersion(client) {
  const { rows } = await client.query('show server_version');
  return `PostgreSQL ${rows[0].server_version.split(' ')[0]}`;
}
