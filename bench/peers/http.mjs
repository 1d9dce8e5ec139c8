// A client of one keep-alive connection with one request at a time. Node's own takes more CPU a
// request than a fast server, and would measure itself.
import { connect } from 'node:net';

const SILENCE_MS = 120_000;
const HEAD_END = '\r\n\r\n';

/// Where the body of a complete answer lies, or undefined while it is incomplete.
function parse(bytes) {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = bytes.latin1Slice(0, headEnd).toLowerCase();
  const status = Number(head.slice(9, 12));
  const bodyBegin = headEnd + HEAD_END.length;
  if (head.includes('\r\ntransfer-encoding: chunked')) return parseChunks(bytes, bodyBegin, status);
  const at = head.indexOf('\r\ncontent-length:');
  const length = at < 0 ? 0 : Number.parseInt(head.slice(at + 17), 10);
  const end = bodyBegin + length;
  return bytes.length < end ? undefined : { status, end, body: bytes.subarray(bodyBegin, end) };
}

function parseChunks(bytes, begin, status) {
  const parts = [];
  for (let at = begin; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.latin1Slice(at, lineEnd), 16);
    const end = lineEnd + 2 + size;
    if (bytes.length < end + 2) return undefined;
    if (size === 0) return { status, end: end + 2, body: Buffer.concat(parts) };
    parts.push(bytes.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}

export class HttpClient {
  #socket;
  #bytes;
  #waiting;
  #headers;

  static async open(port, headers = {}) {
    const client = new HttpClient();
    const lines = Object.entries({ host: `127.0.0.1:${port}`, ...headers });
    client.#headers = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const socket = connect(port, '127.0.0.1').setNoDelay(true).setTimeout(SILENCE_MS);
    client.#socket = socket;
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.on('data', (chunk) => client.#receive(chunk));
    socket.on('timeout', () => socket.destroy(new Error('no answer for too long')));
    socket.on('error', (error) => client.#end(error));
    socket.on('close', () => client.#end(new Error('the server closed the connection')));
    return client;
  }

  /// `body` is text, or undefined. Resolves to the status and the bytes of the body.
  request(method, path, body) {
    const content = body === undefined ? 'content-length: 0\r\n'
      : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
    this.#socket.write(`${method} ${path} HTTP/1.1\r\n${this.#headers}${content}\r\n${body ?? ''}`);
    return new Promise((resolve, reject) => { this.#waiting = { resolve, reject }; });
  }

  /// The JSON of an answer that must have this status.
  async json(method, path, body, status) {
    const answer = await this.request(method, path, body);
    if (answer.status !== status) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body.subarray(0, 500)}`);
    }
    return JSON.parse(answer.body);
  }

  close() {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #receive(chunk) {
    this.#bytes = this.#bytes ? Buffer.concat([this.#bytes, chunk]) : chunk;
    const answer = parse(this.#bytes);
    if (!answer) return;
    const isMore = this.#bytes.length > answer.end;
    this.#bytes = undefined;
    if (isMore || !this.#waiting) {
      this.#socket.destroy(new Error('more was answered than was asked'));
      return;
    }
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve(answer);
  }

  #end(error) {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

export function openClients(count, port, headers) {
  return Promise.all(Array.from({ length: count }, () => HttpClient.open(port, headers)));
}
