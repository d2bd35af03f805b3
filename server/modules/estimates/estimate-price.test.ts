import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type EstimateContentInput, estimateContent } from '#contract/estimates.ts';
import { addContact } from '#modules/customers/index.ts';
import { parseId, showId } from '#platform/ids.ts';
import { transact } from '#platform/transact.ts';
import { type EstimateBench, openEstimateBench, signedContent } from '#testing/estimate-bench.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { totalsOf } from './estimate.ts';

let bench: EstimateBench;
before(async () => {
  bench = await openEstimateBench();
});
after(() => bench.close());

const [model] = signedContent.lines as [EstimateContentInput['lines'][number]];
const lineOf = (hours: [string, string, string], rateCents: number) => ({
  ...model,
  optimisticHours: hours[0],
  likelyHours: hours[1],
  pessimisticHours: hours[2],
  rateCents,
});

/** An estimate with this content, submitted by the manager; gives its address. */
async function submit(content: EstimateContentInput): Promise<string> {
  const { server, manager, t } = bench;
  const { customerId } = await makeCustomer(t.platform);
  const base = `/api/customers/${showId('cus', customerId)}/estimates`;
  const created = await server.as(manager).post(base, { content });
  assert.equal(created.statusCode, 201, created.body);
  const url = `${base}/${created.json().id}`;
  assert.equal((await server.as(manager).post(`${url}/submit`)).statusCode, 200);
  return url;
}

test('twenty lines of a third of an hour come to what the printed hours and rates come to', async () => {
  const url = await submit({
    ...signedContent,
    contingencyPercent: 0,
    lines: Array.from({ length: 20 }, () => lineOf(['0.33', '0.33', '0.33'], 18_500)),
  });
  const view = (await bench.server.as(bench.director).get(url)).json();
  assert.equal(view.versions[0].totals.netCents, 122_100);
  assert.equal(view.versions[0].totals.expectedHours, '6.60');
});

test('the net price follows from the hours and rates on the page, by a calculator', () => {
  const hours = fc.integer({ min: 0, max: 40_000 }).map((hundredths) => (hundredths / 100).toFixed(2));
  const line = fc
    .tuple(fc.tuple(hours, hours, hours), fc.integer({ min: 0, max: 100_000_000 }), fc.boolean())
    .map(([three, rateCents, optional]) => ({
      ...lineOf(three.sort((a, b) => Number(a) - Number(b)) as [string, string, string], rateCents),
      optional,
    }));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.integer({ min: 0, max: 50 }), (lines, percent) => {
      const content = estimateContent.parse({ ...signedContent, lines, contingencyPercent: percent });
      const totals = totalsOf(content, '15');
      // In whole hundredths and cents, as one would work it out from the paper.
      let printed = 0n;
      let work = 0n;
      for (const each of lines.filter((one) => !one.optional)) {
        const [low, likely, high] = [each.optimisticHours, each.likelyHours, each.pessimisticHours].map(
          (text) => BigInt(text.replace('.', '')),
        ) as [bigint, bigint, bigint];
        const expected = (low + 4n * likely + high + 3n) / 6n;
        printed += expected;
        work += (expected * BigInt(each.rateCents) + 50n) / 100n;
      }
      const contingency = (work * BigInt(percent) + 50n) / 100n;
      assert.equal(BigInt(totals.expectedHours.replace('.', '')), printed);
      assert.equal(BigInt(totals.linesCents), work);
      assert.equal(BigInt(totals.netCents), work + contingency);
      assert.equal(
        BigInt(totals.gstCents),
        lines.length === 0 ? 0n : ((work + contingency) * 15n + 50n) / 100n,
      );
    }),
  );
});

test('a director who cuts a rate does not finalise the lower price alone, whatever field lowered it', async () => {
  const { server, director, manager, t } = bench;
  const full = { ...signedContent, lines: [lineOf(['40', '60', '100'], 18_500)] };
  const cuts: EstimateContentInput[] = [
    { ...full, lines: [lineOf(['40', '60', '100'], 100)] },
    { ...full, lines: [lineOf(['1', '1', '1'], 18_500)] },
    { ...full, lines: full.lines.map((line) => ({ ...line, optional: true })) },
    {
      ...full,
      lines: [...full.lines.map((line) => ({ ...line, optional: true })), lineOf(['1', '1', '1'], 1)],
    },
  ];
  for (const content of cuts) {
    const url = await submit(full);
    const saved = await server
      .as(director)
      .put(`${url}/draft`, { basedOn: { version: 1, revision: 1 }, content });
    assert.equal(saved.statusCode, 200, saved.body);
    const alone = await server.as(director).post(`${url}/finalise`);
    assert.equal(alone.json().code, 'second-approver-needed', alone.body);
    assert.equal((await server.as(director).get(url)).json().status, 'in-review');
    const colleague = await makePerson(t.platform, { roles: ['commercial-director'] });
    assert.equal((await server.as(colleague).post(`${url}/finalise`)).statusCode, 200);
  }
  // The way round a colleague: the manager submits the lower price.
  const url = await submit(full);
  await server.as(director).put(`${url}/draft`, { basedOn: { version: 1, revision: 1 }, content: cuts[0] });
  await server.as(director).post(`${url}/comments`, { text: 'Lower it, please.' });
  const returned = (await server.as(director).post(`${url}/return`)).json();
  await server.as(manager).post(`${url}/comments/${returned.comments[0].id}/answer`, { answer: 'Lowered.' });
  const again = await server
    .as(manager)
    .put(`${url}/draft`, { basedOn: { version: 2, revision: 1 }, content: { ...cuts[0], title: 'Lower' } });
  assert.equal(again.statusCode, 200, again.body);
  await server.as(manager).post(`${url}/submit`);
  assert.equal((await server.as(director).post(`${url}/finalise`)).statusCode, 200);
});

test('a rate that no estimate holds exactly is refused at its place', async () => {
  const url = await submit(signedContent);
  const content = { ...signedContent, lines: [lineOf(['1', '1', '1'], 100_000_001)] };
  const answer = await bench.server
    .as(bench.director)
    .put(`${url}/draft`, { basedOn: { version: 1, revision: 1 }, content });
  assert.equal(answer.statusCode, 400);
  assert.equal(answer.json().errors[0].pointer, '/content/lines/0/rateCents');
});

test('page, portal and PDF show the customer the same of the price, and totals alone give no rate away', async () => {
  const { server, director, manager, t } = bench;
  const adjustments = [{ reasonCode: 'goodwill' as const, reason: 'Long wait', amountCents: -10_000 }];
  for (const pricing of ['itemised', 'totals-only'] as const) {
    const url = await submit({ ...signedContent, pricing, adjustments });
    const preview = await server.as(manager).get(`${url}/preview`);
    assert.equal(preview.statusCode, 200, preview.body);
    assert.doesNotMatch(preview.body, /Long wait|goodwill/);
    const customerId = parseId('cus', url.split('/')[3] ?? '') ?? '';
    const owner = await makePerson(t.platform, { roles: ['project-owner'], customerId });
    assert.equal((await server.as(owner).get(`${url}/preview`)).statusCode, 403);
    const signer = await transact(t.platform, { customerId }, director, (work) =>
      addContact(work, customerId, {
        name: 'Signing Person',
        email: `price-${pricing}@customer.example`,
        kind: 'signatory',
        hasAuthority: true,
        invite: true,
      }),
    );
    await server.as(director).post(`${url}/finalise`);
    const shown = preview.json();
    if (pricing === 'itemised') {
      assert.equal(shown.totals.adjustmentsCents, -10_000);
      assert.equal(shown.content.lines[0].rateCents, 18_000);
    } else {
      assert.equal(shown.content.lines[0].rateCents, null);
      assert.equal(shown.content.contingencyPercent, null);
      assert.deepEqual(
        [shown.totals.linesCents, shown.totals.contingencyCents, shown.totals.adjustmentsCents],
        [null, null, null],
      );
    }
    assert.equal(shown.totals.netCents, 247_400);
    await server.as(director).post(`${url}/send`, { contacts: [showId('con', signer.id)] });
    const token = /\/sign-off\/([\w-]+)/.exec(await bench.mailText(signer.email, 'estimate'))?.[1];
    const page = (await server.as(null).get(`/api/sign-off/${token}`)).json();
    const portal = (await server.as(owner).get(url)).json().versions[0];
    for (const view of [page, portal]) {
      assert.deepEqual(view.totals, shown.totals);
      assert.deepEqual(view.content.lines, shown.content.lines);
    }
    assert.equal((await server.as(director).get(url)).json().versions[0].content.lines[0].rateCents, 18_000);
  }
});
