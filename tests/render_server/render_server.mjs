// The published render server in a process of its own: `node render_server.mjs SECRET`, its
// database in NEXRENDER_DATABASE. Its port is the first line on stderr.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
console.log = () => {};
const { createHandler } = require('@nexrender/server');
const micro = require('micro');

const server = micro(createHandler(process.argv[2]));
server.listen(0, '127.0.0.1', () => console.error(server.address().port));
