import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type EstimateContentInput, estimateContent } from '#contract/estimates.ts';
import { addContact, customers } from '#modules/customers/index.ts';
import { documents } from '#modules/documents/index.ts';
import type { Actor } from '#platform/actor.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { newestMail } from '#testing/outbox.ts';
import { gapsOf, totalsOf } from './estimate.ts';
import { estimates } from './index.ts';

let t: TestDatabase;
let server: TestServer;
let director: Actor;
let manager: Actor;
before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [customers, documents, estimates]);
  director = await makePerson(t.platform, { roles: ['commercial-director'] });
  manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
});
after(async () => {
  await server.close();
  await t.close();
});

const content: EstimateContentInput = {
  title: 'Employees from the HR system, Māori names included',
  lines: [
    {
      phase: 'build',
      deliverable: 'Employee feed',
      track: 'web-api',
      role: 'Consultant',
      optimisticHours: '8',
      likelyHours: '12',
      pessimisticHours: '22',
      rateCents: 18_000,
    },
  ],
  assumptions: ['The customer has a test environment.'],
  exclusions: [],
  customerTasks: ['End-to-end tests'],
  environments: ['sandbox', 'production'],
  contingencyPercent: 10,
  adjustments: [],
  currency: 'NZD',
  validUntil: '2099-12-31',
  termsVersion: '1',
};

async function submitted() {
  const customer = await makeCustomer(t.platform);
  const base = `/api/customers/${showId('cus', customer.customerId)}/estimates`;
  const made = await server.as(manager).post(base, { content });
  assert.equal(made.statusCode, 201, made.body);
  const url = `${base}/${made.json().id}`;
  assert.equal((await server.as(manager).post(`${url}/submit`)).statusCode, 200);
  const contact = await transact(t.platform, { customerId: customer.customerId }, director, (work) =>
    addContact(work, customer.customerId, {
      name: 'Signing Person',
      email: `signer-${customer.code.toLowerCase()}@customer.example`,
      kind: 'signatory',
      hasAuthority: true,
      invite: true,
    }),
  );
  return { ...customer, url, contact };
}

async function sent() {
  const made = await submitted();
  assert.equal((await server.as(director).post(`${made.url}/finalise`)).statusCode, 200);
  const answer = await server
    .as(director)
    .post(`${made.url}/send`, { contacts: [showId('con', made.contact.id)] });
  assert.equal(answer.statusCode, 200, answer.body);
  const text = await mailText(made.contact.email, 'estimate');
  const token = /\/sign-off\/([\w-]+)/.exec(text)?.[1] ?? '';
  return { ...made, token };
}

async function mailText(to: string, kind: string): Promise<string> {
  const [contact] = await t.platform.db<{ customerId: string }[]>`
    select customer_id as "customerId" from customers.find_by_email(${to})`;
  return (await newestMail(t, { customerId: contact?.customerId }, kind, to))?.text ?? '';
}

test('the customer accepts over the link with the code from the mail, once, and the evidence verifies in public', async () => {
  const { url, token, contact } = await sent();
  const nobody = server.as(null);
  const page = await nobody.get(`/api/sign-off/${token}`);
  assert.equal(page.json().status, 'open');
  assert.equal(page.json().totals.netCents, 257_400); // (8+4·12+22)/6 = 13 h · $180 = $2,340 and 10 %
  await nobody.post(`/api/sign-off/${token}/code`);
  const code = /(\d{6})/.exec(await mailText(contact.email, 'sign-off-code'))?.[1] ?? '';
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
  const { token, contact } = await sent();
  await server.as(null).post(`/api/sign-off/${token}/code`);
  const code = /(\d{6})/.exec(await mailText(contact.email, 'sign-off-code'))?.[1] ?? '';
  const wrong = code === '111111' ? '222222' : '111111';
  for (let i = 0; i < 5; i++)
    await server.as(null).post(`/api/sign-off/${token}/accept`, { code: wrong, name: 'S', agreed: true });
  const answer = await server
    .as(null)
    .post(`/api/sign-off/${token}/accept`, { code, name: 'S', agreed: true });
  assert.equal(answer.json().code, 'code-tries-used-up');
});

test('a returned version needs a comment, the next one an answer to it, and a frozen version never changes', async () => {
  const { url } = await submitted();
  assert.equal((await server.as(director).post(`${url}/return`)).json().code, 'comment-needed');
  const commented = await server
    .as(director)
    .post(`${url}/comments`, { place: 'lines/1', text: 'Too high?' });
  assert.equal((await server.as(director).post(`${url}/finalise`)).json().code, 'comments-open');
  assert.equal((await server.as(director).post(`${url}/return`)).json().status, 'refining');
  const refined = await server.as(manager).put(`${url}/draft`, {
    ...content,
    adjustments: [{ reasonCode: 'relationship', reason: 'Long-standing customer', amountCents: -20_000 }],
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

test('an edit after sending voids the links that are open', async () => {
  const { url, token } = await sent();
  await server.as(director).post(`${url}/revise`);
  assert.equal((await server.as(null).get(`/api/sign-off/${token}`)).json().status, 'void');
  assert.equal((await server.as(null).post(`/api/sign-off/${token}/code`)).json().code, 'link-used-up');
});

test('an integration has one estimate until the customer declines it', async () => {
  const { customerId } = await makeCustomer(t.platform);
  const base = `/api/customers/${showId('cus', customerId)}/estimates`;
  const integration = showId('int', uuidv7());
  const start = () => server.as(manager).post(base, { content, integration });
  const made = await start();
  assert.equal(made.statusCode, 201, made.body);
  const [second, third] = await Promise.all([start(), start()]);
  assert.equal(second?.json().code, 'estimate-exists');
  assert.equal(third?.statusCode, 409);
  await t.owner`select set_config('app.customer', ${customerId}, false)`;
  await t.owner`update estimates.estimates set status = 'declined' where customer_id = ${customerId}`;
  const both = await Promise.all([start(), start()]);
  assert.deepEqual(both.map((one) => one.statusCode).sort(), [201, 409]);
});

test('an incomplete version names each gap by its place', async () => {
  const { customerId } = await makeCustomer(t.platform);
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
  const { url, contact, customerId } = await submitted();
  const commented = await server.as(director).post(`${url}/comments`, { place: 'lines/1', text: 'High?' });
  await server.as(director).post(`${url}/return`);
  await server.as(manager).put(`${url}/draft`, { ...content, title: 'Lowered' });
  const [comment] = commented.json().comments;
  await server.as(manager).post(`${url}/comments/${comment.id}/answer`, { answer: 'Lowered.' });
  await server.as(manager).post(`${url}/submit`);
  await server.as(director).post(`${url}/finalise`);
  const answer = await server.as(director).post(`${url}/send`, { contacts: [showId('con', contact.id)] });
  assert.equal(answer.statusCode, 200, answer.body);
  const portal = await makePerson(t.platform, { roles: ['signatory'], customerId });
  const statusOf = async (number: number) =>
    (await server.as(portal).get(`${url}/versions/${number}/pdf`)).statusCode;
  assert.deepEqual([await statusOf(1), await statusOf(2)], [404, 200]);
});

test('roles, other customers and nobody are refused', async () => {
  const { url } = await submitted();
  const other = await makeCustomer(t.platform);
  const portal = await makePerson(t.platform, { roles: ['signatory'], customerId: other.customerId });
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

test('the same version renders to the same bytes of PDF each time', async () => {
  const { url } = await sent();
  const [one, two] = [
    await server.as(director).get(`${url}/versions/1/pdf`),
    await server.as(director).get(`${url}/versions/1/pdf`),
  ];
  assert.equal(one.headers['content-type'], 'application/pdf');
  assert.ok(one.rawPayload.equals(two.rawPayload));
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
