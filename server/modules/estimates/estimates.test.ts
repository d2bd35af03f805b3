import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { estimateContent } from '#contract/estimates.ts';
import { parseId, showId, uuidv7 } from '#platform/ids.ts';
import { transact } from '#platform/transact.ts';
import { signedContent as content, type EstimateBench, openEstimateBench } from '#testing/estimate-bench.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { gapsOf, totalsOf } from './estimate.ts';
import { setReviewer } from './set-reviewer.ts';
import { confirmByMail, decideByLink } from './sign-estimate.ts';
import { withdrawEstimate } from './withdraw-estimate.ts';

let one: EstimateBench;
let server: EstimateBench['server'];
let director: EstimateBench['director'];
let manager: EstimateBench['manager'];
before(async () => {
  one = await openEstimateBench();
  ({ server, director, manager } = one);
});
after(() => one.close());

test('the customer accepts over the link with the code from the mail, once, and the evidence verifies in public', async () => {
  const { url, token, contact } = await one.sent();
  const nobody = server.as(null);
  const page = await nobody.get(`/api/sign-off/${token}`);
  assert.equal(page.json().status, 'open');
  assert.equal(page.json().totals.netCents, 257_400); // (8+4·12+22)/6 = 13 h · $180 = $2,340 and 10 %
  await nobody.post(`/api/sign-off/${token}/code`);
  const code = /(\d{6})/.exec(await one.mailText(contact.email, 'sign-off-code'))?.[1] ?? '';
  const wrong = code === '000000' ? '000001' : '000000';
  const refused = await nobody.post(`/api/sign-off/${token}/accept`, {
    code: wrong,
    name: 'S',
    agreed: true,
  });
  assert.equal(refused.json().code, 'code-wrong');
  const accepted = await nobody.post(`/api/sign-off/${token}/accept`, {
    code,
    name: 'Signing Person',
    agreed: true,
  });
  assert.equal(accepted.statusCode, 200, accepted.body);
  assert.equal(accepted.json().status, 'signed-off');
  const again = await nobody.post(`/api/sign-off/${token}/accept`, {
    code,
    name: 'Signing Person',
    agreed: true,
  });
  assert.equal(again.json().code, 'link-used-up');
  const verified = await nobody.get(`/api/verify/${accepted.json().verification}`);
  assert.equal(verified.json().sha256, page.json().sha256);
  assert.equal(verified.json().signedBy, 'S. P.');
  assert.equal((await server.as(director).get(url)).json().status, 'signed-off');
});

test('five wrong codes close the door even to the right one', async () => {
  const { token, contact } = await one.sent();
  await server.as(null).post(`/api/sign-off/${token}/code`);
  const code = /(\d{6})/.exec(await one.mailText(contact.email, 'sign-off-code'))?.[1] ?? '';
  const wrong = code === '111111' ? '222222' : '111111';
  for (let i = 0; i < 5; i++)
    await server.as(null).post(`/api/sign-off/${token}/accept`, { code: wrong, name: 'S', agreed: true });
  const answer = await server
    .as(null)
    .post(`/api/sign-off/${token}/accept`, { code, name: 'S', agreed: true });
  assert.equal(answer.json().code, 'code-tries-used-up');
});

test('a returned version needs a comment, the next one an answer to it, and a frozen version never changes', async () => {
  const { url } = await one.submitted();
  assert.equal((await server.as(director).post(`${url}/return`)).json().code, 'comment-needed');
  const commented = await server
    .as(director)
    .post(`${url}/comments`, { place: 'lines/1', text: 'Too high?' });
  assert.equal((await server.as(director).post(`${url}/finalise`)).json().code, 'comments-open');
  assert.equal((await server.as(director).post(`${url}/return`)).json().status, 'refining');
  const refined = await server.as(manager).put(`${url}/draft`, {
    basedOn: { version: 1, revision: 1 },
    content: {
      ...content,
      adjustments: [{ reasonCode: 'relationship', reason: 'Long-standing customer', amountCents: -20_000 }],
    },
  });
  assert.deepEqual(
    refined.json().versions.map((one: { number: number; frozen: boolean }) => [one.number, one.frozen]),
    [
      [1, true],
      [2, false],
    ],
  );
  assert.equal((await server.as(manager).post(`${url}/submit`)).json().code, 'comments-open');
  await server
    .as(manager)
    .post(`${url}/comments/${commented.json().comments[0].id}/answer`, { answer: 'Lowered.' });
  const view = (await server.as(manager).post(`${url}/submit`)).json();
  assert.equal(view.status, 'in-review');
  assert.equal(view.changes[0].place, 'adjustments/1');
  assert.equal((await server.as(director).post(`${url}/finalise`)).json().status, 'finalised');
});

test('a sign-off link shows and signs nothing once its contact may sign no longer, nor after they may again', async () => {
  const made = await one.sent();
  const { token, contact } = made;
  const page = `/api/sign-off/${token}`;
  const code = await one.codeFor(made);
  const change = (hasAuthority: boolean) =>
    server
      .as(manager)
      .put(`/api/customers/${showId('cus', made.customerId)}/contacts/${showId('con', contact.id)}`, {
        name: 'Signing Person',
        kind: 'signatory',
        hasAuthority,
        portal: true,
      });
  for (const hasAuthority of [false, true]) {
    assert.equal((await change(hasAuthority)).statusCode, 200);
    for (const answer of [
      await server.as(null).get(page),
      await server.as(null).get(`${page}/pdf`),
      await server.as(null).post(`${page}/code`),
      await server.as(null).post(`${page}/accept`, { name: 'Signing Person', code, agreed: true }),
    ])
      assert.deepEqual([answer.statusCode, answer.json().code], [410, 'link-holder-left']);
  }
});

test('an edit after sending voids the links that are open', async () => {
  const { url, token } = await one.sent();
  await server.as(director).post(`${url}/revise`);
  assert.equal((await server.as(null).get(`/api/sign-off/${token}`)).json().status, 'void');
  assert.equal((await server.as(null).post(`/api/sign-off/${token}/code`)).json().code, 'link-used-up');
});

test('an acceptance by mail names who confirms it, and not after the validity', async () => {
  const { customerId, url, contact } = await one.sent();
  const estimateId = parseId('est', url.slice(url.lastIndexOf('/') + 1)) ?? '';
  const consultant = await makePerson(one.t.platform, { roles: ['lead-consultant'] });
  const { platform } = one.t;
  const input = { contactId: contact.id, mailId: uuidv7(), reference: 'PO 4711' };
  const confirm = () =>
    transact(platform, { customerId }, consultant, async (work) => {
      await setReviewer(work, customerId, estimateId, 'lead-consultant');
      return confirmByMail(work, customerId, estimateId, input);
    });
  const now = platform.clock.now();
  platform.clock.set(Temporal.Instant.from('2100-01-01T12:00:00Z'));
  try {
    await assert.rejects(confirm(), { code: 'estimate-not-there-yet' });
  } finally {
    platform.clock.set(now);
  }
  assert.equal((await confirm()).status, 'signed-off');
  const [acceptance] = (await server.as(director).get(url)).json().acceptances;
  assert.equal(acceptance.statement, 'Accepted by mail (PO 4711); confirmed by the Lead Consultant.');
});

test('a decision over the link and a withdrawal at the same instant come one after the other, each time', async () => {
  const { customerId, url, contact } = await one.sent();
  const estimateId = parseId('est', url.slice(url.lastIndexOf('/') + 1)) ?? '';
  const integrationId = uuidv7();
  const { owner, platform } = one.t;
  await owner`select set_config('app.customer', ${customerId}, false)`;
  const links = await owner<{ id: string }[]>`
    select id from documents.signing_links where contact_id = ${contact.id}`;
  const linkId = links[0]?.id ?? '';
  const scope = { customerId };
  const ask = { kind: 'change-requested', name: '', words: 'Cheaper' } as const;
  for (let round = 0; round < 20; round++) {
    await owner`
      update estimates.estimates set status = 'sent', integration_id = ${integrationId} where id = ${estimateId}`;
    await owner`update documents.signing_links set voided_at = null where id = ${linkId}`;
    const deciding = transact(platform, scope, director, (work) =>
      decideByLink(work, linkId, ask, { ip: null, userAgent: null }),
    );
    const withdrawing = transact(platform, scope, director, (work) =>
      withdrawEstimate(work, customerId, integrationId),
    );
    const [decided, withdrawn] = await Promise.allSettled([deciding, withdrawing]);
    assert.deepEqual(withdrawn, { status: 'fulfilled', value: true });
    if (decided.status === 'rejected') assert.equal(decided.reason.code, 'link-used-up');
  }
});

test('an integration has one estimate until the customer declines it', async () => {
  const { customerId } = await makeCustomer(one.t.platform);
  const base = `/api/customers/${showId('cus', customerId)}/estimates`;
  const integration = showId('int', uuidv7());
  const start = () => server.as(manager).post(base, { content, integration });
  const made = await start();
  assert.equal(made.statusCode, 201, made.body);
  const [second, third] = await Promise.all([start(), start()]);
  assert.equal(second?.json().code, 'estimate-exists');
  assert.equal(third?.statusCode, 409);
  await one.t.owner`select set_config('app.customer', ${customerId}, false)`;
  await one.t.owner`update estimates.estimates set status = 'declined' where customer_id = ${customerId}`;
  const both = await Promise.all([start(), start()]);
  assert.deepEqual(both.map((each) => each.statusCode).sort(), [201, 409]);
});

test('an incomplete version names each gap by its place', async () => {
  const { customerId } = await makeCustomer(one.t.platform);
  const base = `/api/customers/${showId('cus', customerId)}/estimates`;
  const made = await server.as(manager).post(base, { title: 'Empty' });
  const answer = await server.as(manager).post(`${base}/${made.json().id}/submit`);
  assert.equal(answer.statusCode, 422);
  assert.deepEqual(
    answer.json().errors.map((error: { pointer: string }) => error.pointer),
    ['/lines', '/assumptions', '/validUntil'],
  );
});

test('no adjustment takes off more than the whole price, not even where all is optional', () => {
  const adjustments = [{ reasonCode: 'relationship' as const, reason: 'Years', amountCents: -1 }];
  const lines = content.lines.map((line) => ({ ...line, optional: true }));
  const gaps = gapsOf(
    estimateContent.parse({ ...content, lines, adjustments }),
    Temporal.PlainDate.from('2026-01-01'),
  );
  assert.deepEqual(
    gaps.map((gap) => gap.pointer),
    ['/adjustments'],
  );
});

test("the customer's people get the version that was sent, and no draft before it", async () => {
  const { url, contact, customerId } = await one.submitted();
  const commented = await server.as(director).post(`${url}/comments`, { place: 'lines/1', text: 'High?' });
  await server.as(director).post(`${url}/return`);
  await server
    .as(manager)
    .put(`${url}/draft`, { basedOn: { version: 1, revision: 1 }, content: { ...content, title: 'Lowered' } });
  const [comment] = commented.json().comments;
  await server.as(manager).post(`${url}/comments/${comment.id}/answer`, { answer: 'Lowered.' });
  await server.as(manager).post(`${url}/submit`);
  await server.as(director).post(`${url}/finalise`);
  const answer = await server.as(director).post(`${url}/send`, { contacts: [showId('con', contact.id)] });
  assert.equal(answer.statusCode, 200, answer.body);
  const portal = await makePerson(one.t.platform, { roles: ['signatory'], customerId });
  const statusOf = async (number: number) =>
    (await server.as(portal).get(`${url}/versions/${number}/pdf`)).statusCode;
  assert.deepEqual([await statusOf(1), await statusOf(2)], [404, 200]);
});

test('roles, other customers and nobody are refused', async () => {
  const { url } = await one.submitted();
  const other = await makeCustomer(one.t.platform);
  const portal = await makePerson(one.t.platform, { roles: ['signatory'], customerId: other.customerId });
  assert.equal((await server.as(manager).post(`${url}/finalise`)).statusCode, 403);
  assert.equal((await server.as(director).post(`${url}/submit`)).statusCode, 403);
  assert.equal((await server.as(portal).get(url)).statusCode, 404);
  assert.equal((await server.as(null).get(url)).statusCode, 401);
  assert.equal(
    (await server.as(director).get(url.replace(/est_.*/, 'est_00000000000000000000000000'))).statusCode,
    404,
  );
  assert.equal((await server.as(null).get(`/api/sign-off/${'x'.repeat(32)}`)).statusCode, 404);
});

test('the same draft renders to the same bytes of PDF each time', async () => {
  const { url } = await one.submitted();
  const [first, second] = [
    await server.as(director).get(`${url}/versions/1/pdf`),
    await server.as(director).get(`${url}/versions/1/pdf`),
  ];
  assert.equal(first.headers['content-type'], 'application/pdf');
  assert.ok(first.rawPayload.equals(second.rawPayload));
});

test('totals add up in whole cents and the upper figure is never below the expected one', () => {
  const hours = fc.integer({ min: 0, max: 400 }).map((quarter) => (quarter / 4).toFixed(2));
  const line = fc.record({
    phase: fc.constant('build' as const),
    deliverable: fc.constant('x'),
    track: fc.constant('both' as const),
    role: fc.constant('r'),
    hours: fc.tuple(hours, hours, hours),
    rateCents: fc.integer({ min: 0, max: 50_000 }),
    optional: fc.boolean(),
    taxable: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 20 }),
      fc.integer({ min: 0, max: 50 }),
      (lines, contingencyPercent) => {
        const totals = totalsOf(
          {
            ...content,
            contingencyPercent,
            adjustments: [],
            lines: lines.map(({ hours: three, ...rest }) => {
              const [optimisticHours, likelyHours, pessimisticHours] = [...three].sort(
                (a, b) => Number(a) - Number(b),
              ) as [string, string, string];
              return { ...rest, optimisticHours, likelyHours, pessimisticHours };
            }),
          } as Parameters<typeof totalsOf>[0],
          '15',
        );
        assert.ok(
          Object.values(totals).every((value) => typeof value === 'string' || Number.isInteger(value)),
        );
        assert.equal(totals.netCents + totals.gstCents, totals.totalCents);
        assert.equal(totals.linesCents + totals.contingencyCents, totals.netCents);
        assert.ok(totals.p80NetCents >= totals.netCents);
      },
    ),
  );
});
