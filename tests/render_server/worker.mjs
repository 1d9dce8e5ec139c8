// The published worker in a process of its own: `node worker.mjs URL TOKEN DIRECTORY`, with a
// stand-in for After Effects in the directory. Its log is on stdout.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import worker from '@nexrender/worker';

const [url, token, directory] = process.argv.slice(2);
const effects = join(directory, 'effects');
const binary = join(effects, 'aerender');
const startup = join(effects, 'Scripts', 'Startup');
mkdirSync(startup, { recursive: true });
writeFileSync(join(startup, 'commandLineRenderer.jsx'), '// as nexrender has patched it');
copyFileSync(join(dirname(fileURLToPath(import.meta.url)), 'aerender'), binary);
const workpath = join(directory, 'work');
// As its command line does it, but for the pace and for what it would write into the home directory.
const settings = { binary, workpath, stopOnError: false, polling: 50, addLicense: false };
await worker.start(url, token, settings);
