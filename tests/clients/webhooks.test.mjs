// Webhooks as they arrive, verified by the library of Standard Webhooks, which nobody here wrote.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { plain } from './bodies.mjs';
import { bearer, request, startDaemon } from './daemon.mjs';

let daemon;
before(async () => {
  daemon = await startDaemon(['--webhooks-allow-private', 'true']);
});
after(() => daemon?.stop());

/** A receiver; `next()` is the next request as `{method, headers, text}`. */
async function startReceiver() {
  const come = [];
  const wanted = [];
  const server = http.createServer((req, res) => {
    let text = '';
    req.setEncoding('utf8');
    req.on('data', (chunk) => {
      text += chunk;
    });
    req.on('end', () => {
      res.statusCode = 204;
      res.end();
      const one = { method: req.method, headers: req.headers, text };
      if (wanted.length) wanted.shift()(one);
      else come.push(one);
    });
  });
  await new Promise((accept) => server.listen(0, '127.0.0.1', accept));
  return {
    url: `http://127.0.0.1:${server.address().port}/hook`,
    next: () =>
      come.length ? Promise.resolve(come.shift()) : new Promise((accept) => wanted.push(accept)),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function call(status, method, path, body) {
  const answer = await request(daemon.url, method, path, {
    headers: bearer(daemon.token),
    body,
  });
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
}

test('what a subscription is sent verifies with its secret, and with no other', async (t) => {
  const receiver = await startReceiver();
  t.after(receiver.close);
  const made = await call(201, 'POST', '/ledger/v1/webhooks', {
    url: receiver.url,
    events: ['job.cancelled'],
  });
  const { id } = await call(201, 'POST', '/api/v2/jobs', plain());
  await call(200, 'PATCH', `/api/v2/jobs/${id}/cancel`, { reason: 'grüße 😀' });
  const { headers, text } = await receiver.next();

  const event = new Webhook(made.secret).verify(text, headers);
  assert.equal(event.type, 'job.cancelled');
  assert.equal(event.data.job.id, id);
  assert.equal(event.data.reason, 'grüße 😀');
  const { secret } = await call(200, 'GET', `/ledger/v1/webhooks/${made.id}/secret`);
  new Webhook(secret).verify(text, headers);
  const ofJobs = await call(200, 'GET', '/ledger/v1/webhooks/job-secret');
  const refused = (key, body) =>
    assert.throws(() => new Webhook(key).verify(body, headers), WebhookVerificationError);
  refused(ofJobs.secret, text);
  refused(made.secret, `${text} `);
  await call(200, 'DELETE', `/ledger/v1/webhooks/${made.id}`);
});

test("what a job's own webhook is sent verifies with the secret of the team's jobs", async (t) => {
  const receiver = await startReceiver();
  t.after(receiver.close);
  const { secret } = await call(200, 'GET', '/ledger/v1/webhooks/job-secret');
  const data = { frames: [1, 2], note: 'ü' };
  for (const custom of [false, true]) {
    const webhook = { url: receiver.url, method: 'PUT', headers: { 'X-Mine': 'yes' }, data, custom };
    const { id } = await call(201, 'POST', '/api/v2/jobs', { ...plain(), webhook });
    await call(200, 'PATCH', `/api/v2/jobs/${id}/cancel`);
    const sent = await receiver.next();
    assert.equal(sent.method, 'PUT');
    assert.equal(sent.headers['x-mine'], 'yes');
    assert.equal(sent.headers['content-type'], 'application/json');
    const body = new Webhook(secret).verify(sent.text, sent.headers);
    if (custom) {
      assert.deepEqual(body, data);
    } else {
      assert.equal(body.id, id);
      assert.equal(body.event, 'job.cancelled');
      assert.deepEqual(body.data, data);
    }
  }
});
