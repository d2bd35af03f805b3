import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { customers } from '#modules/customers/index.ts';
import { documents } from '#modules/documents/index.ts';
import { estimates } from '#modules/estimates/index.ts';
import { showId } from '#platform/ids.ts';
import { openTestDatabase, runConsumers, type TestDatabase } from '#testing/database.ts';
import { estimateContent } from '#testing/estimate-content.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { followLog } from './follow-log.ts';
import { integrations } from './index.ts';

let t: TestDatabase;
let server: TestServer;
before(async () => {
  t = await openTestDatabase({ desk: { helpdeskAddress: 'helpdesk@vendor.example' } });
  server = await testServer(t.platform, [customers, documents, estimates, integrations]);
});
after(async () => {
  await server.close();
  await t.close();
});

test('an existing customer’s estimate is the Commercial Director’s, a new customer’s change the Lead Consultant’s', async () => {
  const director = await makePerson(t.platform, { roles: ['commercial-director'] });
  const consultant = await makePerson(t.platform, { roles: ['lead-consultant'] });
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const cases = [
    { origin: 'existing', by: director, other: consultant },
    { origin: 'new', by: consultant, other: director },
  ];
  for (const { origin, by, other } of cases) {
    const { customerId } = await makeCustomer(t.platform, { serviceModel: 'saas' });
    const base = `/api/customers/${showId('cus', customerId)}`;
    const opened = await server.as(by).post(`${base}/integrations`, {
      name: 'Files',
      origin,
      tracks: ['file-transfer'],
      ...(origin === 'new' ? { projectReference: 'ONB-9', contractClause: '4.2' } : {}),
    });
    assert.equal(opened.statusCode, 201, opened.body);
    const made = await server
      .as(manager)
      .post(`${base}/estimates`, { content: estimateContent, integration: opened.json().id });
    await runConsumers(t.platform, [followLog]);
    const url = `${base}/estimates/${made.json().id}`;
    assert.equal((await server.as(manager).post(`${url}/submit`)).statusCode, 200);
    for (const act of ['return', 'finalise', 'revise'])
      assert.equal((await server.as(other).post(`${url}/${act}`)).statusCode, 403, `${origin}: ${act}`);
    assert.deepEqual((await server.as(other).get(url)).json().may, []);
    const finalised = await server.as(by).post(`${url}/finalise`);
    assert.equal(finalised.statusCode, 200, finalised.body);
    const send = { contacts: [showId('con', customerId)] };
    assert.equal((await server.as(other).post(`${url}/send`, send)).statusCode, 403, `${origin}: send`);
  }
});
