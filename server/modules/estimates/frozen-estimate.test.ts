import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sha256 } from '#platform/crypto.ts';
import { type EstimateBench, openEstimateBench, signedContent } from '#testing/estimate-bench.ts';
import { testServer } from '#testing/http.ts';
import { estimates } from './index.ts';

let one: EstimateBench;
before(async () => {
  one = await openEstimateBench();
});
after(() => one.close());

test('what was finalised keeps its names, tax and bytes, whatever is renamed or taxed otherwise later', async () => {
  const { url, token, customerId } = await one.sent();
  const before = (await one.server.as(null).get(`/api/sign-off/${token}`)).json();
  const pdf = (await one.server.as(one.director).get(`${url}/versions/1/pdf`)).rawPayload;
  await one.t.owner`select set_config('app.customer', ${customerId}, false)`;
  await one.t.owner`update customers.customers set name = 'Another name' where id = ${customerId}`;
  const { config } = one.t.platform;
  const vendor = { ...config.vendor, name: 'Another vendor', gstPercent: '20' };
  const later = await testServer({ ...one.t.platform, config: { ...config, vendor } }, [estimates]);
  try {
    const after = (await later.as(null).get(`/api/sign-off/${token}`)).json();
    assert.deepEqual(after, before);
    assert.equal(after.totals.gstCents, Math.round(257_400 * 0.15));
    const again = await later.as(one.director).get(`${url}/versions/1/pdf`);
    assert.ok(again.rawPayload.equals(pdf), 'the kept bytes, not new ones');
    assert.ok((await later.as(null).get(`/api/sign-off/${token}/pdf`)).rawPayload.equals(pdf));
    const view = (await later.as(one.director).get(url)).json();
    assert.equal(view.versions[0].gstPercent, '15');
  } finally {
    await later.close();
  }
});

test('the PDF is made when the version is finalised, once, and its hash is what is sent', async () => {
  const { url, customerId } = await one.submitted();
  await one.t.owner`select set_config('app.customer', ${customerId}, false)`;
  const finalised = async () => {
    const rows = await one.t.owner<{ data: { pdfSha256: string } }[]>`
      select data from platform.events where stream_id = ${customerId} and type = 'estimate.finalised'`;
    return rows[0]?.data.pdfSha256;
  };
  assert.equal((await one.server.as(one.director).post(`${url}/finalise`)).statusCode, 200);
  const pdf = (await one.server.as(one.director).get(`${url}/versions/1/pdf`)).rawPayload;
  assert.equal(await finalised(), sha256(pdf).toString('hex'));
  await assert.rejects(
    async () => one.t.owner`
      update documents.versions set pdf_key = 'another' where customer_id = ${customerId}`,
    /a frozen version does not change/,
  );
});

test('what the Director changed in review is kept when the version goes back to be refined', async () => {
  const { url } = await one.submitted();
  const { server, director, manager } = one;
  await server.as(director).put(`${url}/draft`, {
    basedOn: { version: 1, revision: 1 },
    content: { ...signedContent, title: "The Director's words" },
  });
  await server.as(director).post(`${url}/comments`, { text: 'Take out the second line, please.' });
  assert.equal((await server.as(director).post(`${url}/return`)).json().status, 'refining');
  const refined = await server.as(manager).put(`${url}/draft`, {
    basedOn: { version: 2, revision: 1 },
    content: { ...signedContent, title: 'Refined' },
  });
  assert.deepEqual(
    refined
      .json()
      .versions.map((each: { number: number; content: { title: string } }) => [
        each.number,
        each.content.title,
      ]),
    [
      [1, signedContent.title],
      [2, "The Director's words"],
      [3, 'Refined'],
    ],
  );
});
