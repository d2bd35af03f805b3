import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { eventPage } from '#contract/web-api.ts';
import type { CreatedReceiver, InboundList } from '#contract/webhooks.ts';
import { payroll } from '#modules/payroll/index.ts';
import { showId } from '#platform/ids.ts';
import type { Objects } from '#platform/objects.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { type DocSample, docSamples, readCurl, readHttp, type SampleCall } from '#testing/doc-samples.ts';
import { makePerson } from '#testing/factories.ts';
import { until } from '#testing/until.ts';
import { openWebApi, type WebApiBench } from '#testing/web-api.ts';
import { readControlFile } from '../file-exchange/control-file.ts';
import { applyNextInbound } from './apply-inbound.ts';
import { webhooks } from './index.ts';
import { signatureHeader } from './signature.ts';

let t: TestDatabase;
let bench: WebApiBench;
before(async () => {
  t = await openTestDatabase();
  bench = await openWebApi(t, [payroll, webhooks]);
});
after(async () => {
  await bench?.close();
  await t?.close();
});

const host = 'https://your-vendor.example';
const etags = new Map<string, string>();

/** Makes the call of a sample; an ETag of ours stands where the sample has one of its own. */
async function make({ method, url, headers, body }: SampleCall) {
  const path = url.split('?')[0] ?? '';
  const etag = etags.get(path);
  const answer = await bench.call(method, url, {
    ...(body === undefined ? {} : { body }),
    headers: { ...headers, ...(headers['if-match'] && etag ? { 'if-match': etag } : {}) },
  });
  assert.ok(answer.statusCode < 300, `${method} ${url}: ${answer.body}`);
  if (answer.headers.etag !== undefined) etags.set(path, String(answer.headers.etag));
  return answer;
}

/** What running a sample of a kind means; a kind that is not named here fails. */
const runners: Record<string, (sample: DocSample) => Promise<void>> = {
  sh: async ({ text }) => {
    const call = readCurl(text, { FAIRLEAD_KEY: bench.key });
    assert.ok(call.url.startsWith(host), call.url);
    assert.equal(call.headers['authorization'], `Bearer ${bench.key}`);
    const answer = await make({ ...call, url: call.url.slice(host.length) });
    if (call.method === 'PUT') assert.equal(answer.statusCode, 201, 'a sample creates');
  },
  http: async ({ text }) => {
    const answer = await make(readHttp(text));
    if (readHttp(text).method === 'PUT') assert.equal(answer.json().changed, true, 'a sample changes');
    const { items } = answer.json();
    if (Array.isArray(items)) assert.ok(items.length > 0, `${text} finds something`);
  },
  'http header': async ({ text }) => {
    const [name, value] = text.trim().split(': ');
    assert.deepEqual([name, value?.split('_')[0]], ['Authorization', 'Bearer fl']);
  },
  'http answer-headers': async ({ text }) => {
    const director = await makePerson(t.platform, { roles: ['commercial-director'] });
    const set = await bench.server.as(director).put('/api/fair-use/policy', {
      burst: { perMinute: 60_000, burst: 6_000 },
      meters: [{ meter: 'calls', period: 'day', base: 20_000, perHead: 0 }],
    });
    assert.equal(set.statusCode, 200, set.body);
    const headers: Record<string, unknown> = await until(async () => {
      const answer = await bench.call('GET', '/v1/environment');
      return String(answer.headers['ratelimit-policy']).includes('daily') ? { ...answer.headers } : undefined;
    });
    const shape = (value: unknown) => String(value).replace(/\d+/g, '0');
    for (const line of text.trim().split('\n')) {
      const [name = '', value] = line.split(': ');
      assert.equal(shape(headers[name.toLowerCase()]), shape(value), name);
    }
  },
  'json event-page': async ({ text }) => {
    const sample = eventPage.parse(JSON.parse(text));
    const { items } = (await bench.call('GET', '/v1/events?limit=200')).json();
    for (const event of sample.items) {
      const real = items.find(({ type }: { type: string }) => type === event.type);
      assert.ok(real, `${event.type} happens`);
      assert.deepEqual(Object.keys(event).sort(), Object.keys(real).sort());
      assert.deepEqual(Object.keys(event.subject).sort(), Object.keys(real.subject).sort());
      assert.deepEqual(Object.keys(event.data).sort(), Object.keys(real.data).sort());
    }
  },
  'json inbound-message': async ({ text }) => {
    const { customerId, sandboxId: environmentId } = bench.customer;
    const developer = await makePerson(t.platform, { roles: ['developer'], customerId });
    const base = `/api/customers/${showId('cus', customerId)}/environments/sandbox`;
    const made = await bench.server.as(developer).post(`${base}/receivers`, { label: 'HR system' });
    const { receiver, secretLink } = made.json<CreatedReceiver>();
    const link = await bench.server.as(null).post(`/api/links/${secretLink.url?.split('/').at(-1)}`);
    const secret = link.json().items[0].value as string;
    const sent = await bench.call('POST', new URL(receiver.url).pathname, {
      body: text,
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'hr-1',
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': new Webhook(secret).sign('hr-1', new Date(), text),
      },
    });
    assert.equal(sent.statusCode, 202, sent.body);
    while (await applyNextInbound(t.platform, { customerId, environmentId }));
    const { items } = (await bench.server.as(developer).get(`${base}/inbound`)).json<InboundList>();
    assert.deepEqual([items[0]?.state, items[0]?.errors], ['applied', []]);
    const { companyCode, employeeNumber } = JSON.parse(text).data;
    await make({
      method: 'GET',
      url: `/v1/employees/${companyCode}/${employeeNumber}`,
      headers: {},
      body: undefined,
    });
  },
  js: async ({ text }) => {
    const [imports, ...rest] = text.trim().split('\n');
    assert.equal(imports, "import { Webhook } from 'standardwebhooks';");
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const rawBody = '{"type":"employee.updated"}';
    const seconds = Math.floor(Date.now() / 1000);
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(seconds),
      'webhook-signature': signatureHeader([secret], 'msg_1', seconds, rawBody),
    };
    const run = new Function(
      'Webhook',
      'process',
      'rawBody',
      'headers',
      `${rest.join('\n')}\nreturn message;`,
    );
    assert.deepEqual(
      run(Webhook, { env: { WEBHOOK_SECRET: secret } }, rawBody, headers),
      JSON.parse(rawBody),
    );
  },
  'json control-file': async ({ text }) => {
    const objects = { readBuffer: async () => Buffer.from(text) };
    const read = await readControlFile(objects as unknown as Objects, 'in-memory', (code) =>
      assert.fail(code),
    );
    assert.deepEqual(read, JSON.parse(text), 'the file door reads all of it');
    assert.match(String(read?.file), /^[A-Z]+_EMP_(FULL|DELTA)_\d{8}T\d{6}Z_\d{3}\.csv$/);
  },
};

test('every sample of the guide does what the guide says, on a real server', async () => {
  const samples = docSamples();
  assert.ok(samples.filter(({ kind }) => kind === 'sh').length >= 3);
  // Calls that create come before those that read what they made.
  const order = ['sh', 'http'];
  const inOrder = samples.toSorted((a, b) => placeOf(order, a.kind) - placeOf(order, b.kind));
  for (const sample of inOrder) {
    const run = runners[sample.kind];
    assert.ok(
      run,
      `${sample.page} has a sample of a kind that nobody runs: "${sample.kind}"\n${sample.text}`,
    );
    await run(sample).catch((error: Error) => {
      throw new Error(`${sample.page}: ${error.message}\n${sample.text}`, { cause: error });
    });
  }
});

test('a sample with a fault in it is noticed', async () => {
  const create = docSamples().find(({ kind, text }) => kind === 'sh' && text.includes('PUT'));
  assert.ok(create);
  const broken = { ...create, text: create.text.replace('permanentFullTime', 'permanent') };
  await assert.rejects(async () => runners['sh']?.(broken));
});

const placeOf = (order: string[], kind: string) =>
  order.includes(kind) ? order.indexOf(kind) : order.length;
