import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { testServer } from '#testing/http.ts';
import { until } from '#testing/until.ts';
import { consumePending } from './consume.ts';
import { startTelemetry, traced } from './telemetry.ts';
import { transact } from './transact.ts';

interface Span {
  name: string;
  parentSpanId?: string;
  spanId: string;
  status: { code?: number };
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
}

const received: { resource: Record<string, string | undefined>; spans: Span[] }[] = [];
let collector: Server;
let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString());
      for (const one of resourceSpans)
        received.push({
          resource: Object.fromEntries(
            one.resource.attributes.map((each: Span['attributes'][number]) => [
              each.key,
              each.value.stringValue,
            ]),
          ),
          spans: one.scopeSpans.flatMap((scope: { spans: Span[] }) => scope.spans),
        });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((listening) => collector.listen(0, '127.0.0.1', listening));
});
after(async () => {
  collector.closeAllConnections();
  collector.close();
  await t.close();
});

test('requests, consumers and jobs are traced by kind and id, without addresses or words of errors', async () => {
  const { port } = collector.address() as AddressInfo;
  const config = { ...t.platform.config, tracing: { otlpUrl: `http://127.0.0.1:${port}/v1/traces` } };
  const telemetry = startTelemetry(config, ['web', 'worker']);
  const server = await testServer(t.platform, [
    {
      name: 'traced',
      routes: (app, platform) => {
        app.get('/works', { config: { access: { public: true } } }, async () =>
          transact(platform, {}, { kind: 'system', id: 'test' }, async () => 'done'),
        );
        app.get('/closed', { config: { access: { staff: 'any' } } }, async () => 'never');
      },
    },
  ]);
  await server.as(null).get('/healthz?name=Ruia');
  await server.as(null).get('/works');
  await server.as(null).get('/closed');
  await transact(t.platform, {}, { kind: 'system', id: 'test' }, async (work) =>
    work.emit('00000000-0000-7000-8000-000000000001', { type: 'thing.happened', subject: {}, data: {} }),
  );
  await consumePending(t.platform, {
    name: 'traced',
    kinds: ['vendor'],
    handle: async () => traced('inside', {}, async () => {}),
  });
  await assert.rejects(
    traced('job failing', {}, async () => {
      throw new TypeError('the salary is 78,000');
    }),
  );
  await server.close();
  await telemetry.stop();
  await until(() => received.length > 0, { what: 'traces arrived' });

  const spans = received.flatMap((one) => one.spans);
  const named = (name: string) => spans.find((span) => span.name === name);
  assert.equal(received[0]?.resource['service.name'], 'fairlead');
  assert.equal(received[0]?.resource['service.instance.id'], 'web+worker');
  assert.ok(named('GET /healthz'));
  assert.ok(named('consume traced'));
  const parentOf = (span?: Span) => spans.find((one) => one.spanId === span?.parentSpanId)?.name;
  const inside = named('inside');
  const transaction = spans.find((one) => one.spanId === inside?.parentSpanId);
  assert.equal(transaction?.name, 'transaction');
  assert.equal(parentOf(transaction), 'consume traced');
  assert.ok(
    spans.some((span) => span.name === 'transaction' && parentOf(span) === 'GET /works'),
    'what a request does hangs below it',
  );
  assert.ok(named('GET /closed'), 'a refused request is traced too');
  assert.equal(named('job failing')?.status.code, 2);
  assert.doesNotMatch(JSON.stringify(received), /Ruia|78,000/);
});
