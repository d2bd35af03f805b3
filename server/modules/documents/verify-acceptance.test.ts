import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { showId, uuidv7 } from '#platform/ids.ts';
import { type EstimateBench, openEstimateBench } from '#testing/estimate-bench.ts';

let one: EstimateBench;
before(async () => {
  one = await openEstimateBench();
});
after(() => one.close());

const whole = { content: 'fits', pdf: 'fits', decision: 'fits', chain: 'fits' };

/** An estimate that was accepted; gives its verification and how to look at it. */
async function accepted() {
  const made = await one.sent();
  const code = await one.codeFor(made);
  const body = { code, name: 'Hēmi Signing Person', agreed: true };
  const answer = await one.server.as(null).post(`/api/sign-off/${made.token}/accept`, body);
  const id = answer.json().verification as string;
  const look = async () => (await one.server.as(null).get(`/api/verify/${id}`)).json();
  await one.t.owner`select set_config('app.customer', ${made.customerId}, false)`;
  return { ...made, id, look };
}

test('anybody sees that it fits, and neither words nor names nor amounts', async () => {
  const { id, look } = await accepted();
  const view = await look();
  assert.deepEqual(view.checks, whole);
  assert.equal(view.signedBy, 'H. S. P.');
  assert.deepEqual(Object.keys(view).sort(), [
    'at',
    'checks',
    'decision',
    'id',
    'pdfSha256',
    'sha256',
    'signedBy',
    'version',
  ]);
  assert.equal(view.id, id);
  const missing = await one.server.as(null).get(`/api/verify/${showId('doc', uuidv7())}`);
  assert.equal(missing.statusCode, 404);
});

test('a changed price, another PDF, another name and a decision taken out are each told apart', async () => {
  const { customerId, look } = await accepted();
  const { owner } = one.t;
  const unlocked = async (change: () => Promise<unknown>) => {
    await owner`alter table documents.versions disable trigger keep_frozen`;
    await change();
    await owner`alter table documents.versions enable trigger keep_frozen`;
  };
  const [kept] = await owner<{ content: object; pdfKey: string }[]>`
    select content, pdf_key as "pdfKey" from documents.versions where customer_id = ${customerId}`;
  assert.ok(kept);
  await unlocked(
    () => owner`update documents.versions set content = jsonb_set(content, '{lines,0,rateCents}', '9')
                where customer_id = ${customerId}`,
  );
  assert.deepEqual((await look()).checks, { ...whole, content: 'differs' });
  await unlocked(
    () => owner`update documents.versions set content = ${owner.json(kept.content as never)},
                  facts = jsonb_set(facts, '{gstPercent}', '"0"') where customer_id = ${customerId}`,
  );
  assert.deepEqual((await look()).checks, { ...whole, content: 'differs' });
  await unlocked(
    () => owner`update documents.versions set facts = jsonb_set(facts, '{gstPercent}', '"15"')
                where customer_id = ${customerId}`,
  );
  assert.deepEqual((await look()).checks, whole);

  const writer = await one.t.platform.objects.create({ class: 'pdf', customerId });
  await writer.write(Buffer.from('%PDF another'));
  const { key } = await writer.finish();
  await unlocked(
    () => owner`update documents.versions set pdf_key = ${key} where customer_id = ${customerId}`,
  );
  assert.deepEqual((await look()).checks, { ...whole, pdf: 'differs' });
  await one.t.platform.objects.remove(key);
  assert.deepEqual((await look()).checks, { ...whole, pdf: 'missing' });
  await unlocked(
    () => owner`update documents.versions set pdf_key = ${kept.pdfKey} where customer_id = ${customerId}`,
  );

  await owner`update documents.acceptances set name = 'Somebody Else' where customer_id = ${customerId}`;
  assert.deepEqual((await look()).checks, { ...whole, decision: 'differs', chain: 'differs' });
});

test('two decisions of one customer at once stand one after the other in its chain', async () => {
  const first = await one.sent();
  const { customerId, contact, url } = first;
  const { server, director, manager } = one;
  const base = url.slice(0, url.lastIndexOf('/'));
  const content = (await server.as(director).get(url)).json().versions[0].content;
  const made = [first.token];
  for (let i = 0; i < 3; i++) {
    const next = (await server.as(manager).post(base, { content })).json();
    await server.as(manager).post(`${base}/${next.id}/submit`);
    await server.as(director).post(`${base}/${next.id}/finalise`);
    await server.as(director).post(`${base}/${next.id}/send`, { contacts: [showId('con', contact.id)] });
    const text = await one.mailText(contact.email, 'estimate');
    made.push(/\/sign-off\/([\w-]+)/.exec(text)?.[1] ?? '');
  }
  const codes: string[] = [];
  for (const token of made) codes.push(await one.codeFor({ token, contact }));
  const answers = await Promise.all(
    made.map((token, index) =>
      server
        .as(null)
        .post(`/api/sign-off/${token}/accept`, { code: codes[index], name: 'Signing Person', agreed: true }),
    ),
  );
  assert.deepEqual(
    answers.map((answer) => answer.statusCode),
    [200, 200, 200, 200],
  );
  await one.t.owner`select set_config('app.customer', ${customerId}, false)`;
  const rows = await one.t.owner<{ sequence: number; hash: string; previousHash: string }[]>`
    select sequence, hash, previous_hash as "previousHash" from documents.acceptances
    where customer_id = ${customerId} order by sequence`;
  assert.deepEqual(
    rows.map((row) => [row.sequence, row.previousHash]),
    rows.map((_, index) => [index + 1, rows[index - 1]?.hash ?? '']),
  );
  const last = await server.as(null).get(`/api/verify/${answers[0]?.json().verification}`);
  assert.deepEqual(last.json().checks, whole);
  await one.t.owner`delete from documents.acceptances where customer_id = ${customerId} and sequence = 2`;
  const broken = await server.as(null).get(`/api/verify/${answers[0]?.json().verification}`);
  assert.equal(broken.json().checks.chain, 'differs');
});
