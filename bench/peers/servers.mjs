// The processes that are measured: started on free ports of loopback, stopped at the end.
import { execFileSync, spawn } from 'node:child_process';
import { openSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const STOP_WITHIN_MS = 10_000;
const READY_WITHIN_MS = 60_000;

/// The environment for our daemon, whose settings come from here alone.
export function withoutSettings() {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('JOBLEDGER_'));
  return Object.fromEntries(others);
}

export class Servers {
  #directory;
  #running = [];
  #stopped;
  #fail;

  constructor(directory) {
    this.#directory = directory;
    this.failed = new Promise((_, reject) => { this.#fail = reject; });
    this.failed.catch(() => {}); // somebody may not be waiting yet
  }

  /// Its output goes to NAME.log in the directory. `stop` is the signal that ends it.
  start(name, program, words, { stop = 'SIGTERM', ...options } = {}) {
    const log = openSync(`${this.#directory}/${name}.log`, 'a');
    const child = spawn(program, words, { stdio: ['ignore', log, log], ...options });
    const ended = new Promise((resolve) => {
      child.once('error', (error) => { this.#fail(error); resolve(); });
      child.once('exit', (code, signal) => {
        if (!this.#stopped) this.#fail(new Error(`${name} ended by itself: ${signal ?? code}`));
        resolve();
      });
    });
    this.#running.push({ child, stop, ended });
    return child;
  }

  /// Whoever asks again waits for the same end.
  stop() {
    this.#stopped ??= this.#stopEach();
    return this.#stopped;
  }

  async #stopEach() {
    for (const { child, stop, ended } of this.#running.splice(0).reverse()) {
      child.kill(stop);
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(timer);
    }
  }

  /// The end of each log, for whoever has to find out what went wrong.
  lastWords() {
    const logs = readdirSync(this.#directory).filter((name) => name.endsWith('.log'));
    return logs.map((name) => {
      const lines = readFileSync(`${this.#directory}/${name}`, 'utf8').trimEnd().split('\n');
      return [`${name}:`, ...lines.slice(-10)].join('\n');
    }).join('\n');
  }

  /// Asks until the answer is neither false nor an exception.
  async ready(what, ask) {
    const until = performance.now() + READY_WITHIN_MS;
    for (let reason; performance.now() < until; await Promise.race([pause(50), this.failed])) {
      try {
        if (await ask()) return;
      } catch (error) {
        reason = error;
      }
      if (performance.now() + 50 >= until) throw new Error(`${what} is not ready`, { cause: reason });
    }
  }
}

/// Nobody listens on it at the moment; the system gives another one to whoever asks next.
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/// What spawn needs to run a program as this user, who may be the one who asks.
export function asUser(user) {
  const id = (flag, ...who) => Number(execFileSync('id', [flag, ...who], { encoding: 'utf8' }));
  return { uid: id('-u', user), gid: id('-g', user) };
}

export const isRoot = () => process.getuid() === 0;
