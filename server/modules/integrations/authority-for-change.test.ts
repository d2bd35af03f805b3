import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addContact } from '#modules/customers/index.ts';
import { transact } from '#platform/transact.ts';
import { type IntegrationWalk, openIntegrationWalk } from '#testing/integration-walk.ts';

let walk: IntegrationWalk;
before(async () => {
  walk = await openIntegrationWalk();
});
after(() => walk?.close());

test('of the customer’s people only those with its authority approve or reject a paid change', async () => {
  const { consultant, begin, t } = walk;
  const one = await begin({
    serviceModel: 'saas',
    by: consultant,
    open: { origin: 'new', projectReference: 'ONB-11', contractClause: '4.2' },
  });
  await one.must(consultant, { action: 'decide-scope', decision: 'out-of-scope', clause: 'Not named' });
  const approval = { action: 'decide-change' as const, decision: 'approved' as const, reference: 'Yes' };
  for (const decision of ['approved', 'rejected'] as const) {
    const refused = await one.act(one.owner, { ...approval, decision });
    assert.deepEqual([refused.statusCode, refused.json<{ code: string }>().code], [403, 'authority-needed']);
  }
  assert.equal((await one.see()).state, 'out-of-scope');
  await transact(t.platform, { customerId: one.customerId }, consultant, async (work) => {
    const contact = await addContact(work, one.customerId, {
      name: one.owner.name,
      email: one.owner.email,
      kind: 'project-owner',
      hasAuthority: true,
      invite: false,
    });
    await work.sql`update customers.contacts set person_id = ${one.owner.id} where id = ${contact.id}`;
  });
  const view = await one.must(one.owner, approval);
  assert.equal(view.state, 'change-approved');
});
