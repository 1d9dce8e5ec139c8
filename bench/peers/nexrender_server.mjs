// The open-source render server as its package comes, but on loopback alone; its own program would
// listen on every address. Argument: the port.
import micro from 'micro';
import nexrender from '@nexrender/server';

const NO_SECRET = '';
micro(nexrender.createHandler(NO_SECRET)).listen(Number(process.argv[2]), '127.0.0.1');
