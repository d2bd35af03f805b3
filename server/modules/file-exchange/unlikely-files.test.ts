import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemActor } from '#platform/actor.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makePerson } from '#testing/factories.ts';
import { type Ack, employees, type FileHome, openFileHome } from '#testing/file-home.ts';
import { approveTransfer, rejectTransfer } from './decide-transfer.ts';
import { processPendingTransfers } from './transfer-loop.ts';
import { getTransfer } from './transfer-store.ts';

let t: TestDatabase;
let at: FileHome;
const there = 30;

before(async () => {
  t = await openTestDatabase();
  at = await openFileHome(t);
  const { ack } = await at.send(employees(there), at.fileName('FULL'));
  assert.equal(ack.status, 'accepted', JSON.stringify(ack));
});
after(() => t.close());

/** A DELTA of these columns beside the key, for the people in these places. */
function delta(
  columns: string[],
  cells: (index: number, row: Record<string, string>) => string[],
  count = there,
): string {
  const rows: string[] = [['company_code', 'employee_number', ...columns].join(',')];
  employees(count, (row, index) => {
    rows.push([row['company_code'], row['employee_number'], ...cells(index, row)].join(','));
  });
  return `${rows.join('\r\n')}\r\n`;
}

const salary = (row: Record<string, string>, factor: number) =>
  (Number(row['salary_annual']) * factor).toFixed(2);
const held = (ack: Ack) =>
  (ack as unknown as { held: { code: string; figures: { code: string; count: number; of: number }[] } }).held;
const today = '2026-11-24';

async function reject(name: string): Promise<void> {
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const id = await at.transferOf(name);
  await transact(t.platform, at.scope, manager, async (work) =>
    rejectTransfer(work, id, await at.decision(id, 'Not meant')),
  );
}

const unlikely: [string, () => string, string, number | undefined][] = [
  [
    'pays everybody a hundred times as much',
    () => delta(['salary_annual', 'rate_effective_date'], (_, row) => [salary(row, 100), today]),
    'many-pay-changes',
    there,
  ],
  [
    'pays everybody a hundredth',
    () => delta(['salary_annual', 'rate_effective_date'], (_, row) => [salary(row, 0.01), today]),
    'many-pay-changes',
    there,
  ],
  [
    'pays one person ten times as much',
    () => delta(['salary_annual', 'rate_effective_date'], (_, row) => [salary(row, 10), today], 1),
    'pay-far-off',
    1,
  ],
  [
    'gives a yearly salary by the hour',
    () => delta(['hourly_rate', 'rate_effective_date'], (_, row) => [row['salary_annual'] ?? '', today], 1),
    'pay-far-off',
    1,
  ],
  [
    'pays a third of the people a quarter more',
    () => delta(['salary_annual', 'rate_effective_date'], (_, row) => [salary(row, 1.25), today], 10),
    'many-pay-changes',
    10,
  ],
  [
    'ends almost everybody in a DELTA',
    () => delta(['end_date', 'termination_reason'], () => ['2026-11-30', 'RESIGNATION'], 28),
    'many-ends',
    28,
  ],
  ['brings twenty new people', () => employees(20, () => {}, 400), 'many-new', 20],
  [
    'pays ten people to the account of the next',
    () => {
      const accounts: string[] = [];
      employees(there, (row) => accounts.push(row['bank_1'] ?? ''));
      return delta(
        ['bank_country', 'bank_1', 'bank_1_name', 'bank_1_type'],
        (index) => ['NZ', accounts[index + 1] ?? '', 'Somebody', 'BALANCE'],
        10,
      );
    },
    'many-bank-changes',
    10,
  ],
  [
    'has its names in the order of another column',
    () => {
      const people: Record<string, string>[] = [];
      employees(there, (row) => people.push({ ...row }));
      return delta(['first_name', 'last_name'], (index) => {
        const other = people[(index + 7) % there];
        return [other?.['first_name'] ?? '', other?.['last_name'] ?? ''];
      });
    },
    'many-identity-changes',
    undefined,
  ],
  [
    'gives an employer rate of 100 per cent',
    () => delta(['kiwisaver_employer_pct'], () => ['100'], 1),
    'values-unlikely',
    1,
  ],
  [
    'dates a rate to 1950',
    () => delta(['salary_annual', 'rate_effective_date'], (_, row) => [salary(row, 1), '1950-01-01'], 1),
    'values-unlikely',
    1,
  ],
  [
    'dates a change to 2126',
    () => delta(['position_title', 'effective_date'], () => ['Later', '2126-12-01'], 1),
    'values-unlikely',
    1,
  ],
];
for (const [what, content, code, count] of unlikely)
  test(`a file that ${what} waits for a person with the figures, and nothing of it is applied`, async () => {
    const name = at.fileName();
    const versions = await versionsOf();
    const { ack } = await at.send(content(), name);
    assert.equal(ack.status, 'held', JSON.stringify(ack));
    const figure = held(ack).figures.find((one) => one.code === code);
    assert.ok(figure !== undefined, JSON.stringify(held(ack)));
    if (count !== undefined) assert.equal(figure.count, count);
    assert.equal(ack.codes[code], 1);
    assert.deepEqual(await versionsOf(), versions);
    await reject(name);
  });

const versionsOf = () =>
  read(t.platform, at.scope, async (sql) => {
    const rows = await sql<{ version: number }[]>`
      select version from payroll.employments where environment_id = ${at.scope.environmentId} order by employee_number`;
    return rows.map((row) => row.version);
  });

test('ordinary changes are applied: a rise of three per cent for all, one end, one promotion', async () => {
  const rise = delta(['salary_annual', 'rate_effective_date'], (_, row) => [salary(row, 1.03), today]);
  assert.equal((await at.send(rise)).ack.status, 'accepted');
  const end = delta(['end_date', 'termination_reason'], () => ['2026-12-24', 'RESIGNATION'], 1);
  assert.equal((await at.send(end)).ack.status, 'accepted');
  const promotion = delta(['salary_annual', 'rate_effective_date'], (_, row) => [salary(row, 1.6), today], 1);
  assert.equal((await at.send(promotion)).ack.status, 'accepted');
});

test('an approval counts for every reason that was shown, and names the bytes that were looked at', async () => {
  const name = at.fileName();
  const content = delta(['salary_annual', 'rate_effective_date'], (_, row) => [salary(row, 5), today]);
  const { ack } = await at.send(content, name);
  assert.deepEqual(
    held(ack).figures.map((one) => one.code),
    ['many-pay-changes', 'pay-far-off'],
  );
  const id = await at.transferOf(name);
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const decide = (sha256: string) =>
    transact(t.platform, at.scope, manager, (work) =>
      approveTransfer(work, id, { reason: 'A new agreement', sha256 }),
    );
  await assert.rejects(decide('0'.repeat(64)), { code: 'transfer-differs' });
  await decide((await at.decision(id, '')).sha256);
  while ((await processPendingTransfers(t.platform)) > 0);
  assert.equal((await at.answers(name)).ack.status, 'accepted');
});

test('whoever registered the key that a file was put with does not approve it', async () => {
  const owner = await makePerson(t.platform, { roles: ['project-owner'], customerId: at.scope.customerId });
  const name = at.fileName();
  const content = delta(['end_date', 'termination_reason'], () => ['2026-11-30', 'RESIGNATION']);
  assert.equal((await at.send(content, name)).ack.status, 'held');
  const id = await at.transferOf(name);
  await transact(t.platform, at.scope, systemActor('test'), async ({ sql }) => {
    const transfer = await getTransfer(sql, at.scope.environmentId, id);
    await sql`
      insert into file_exchange.account_keys
        (environment_id, customer_id, account_id, id, algorithm, public_key, fingerprint, label, registered_at, registered_by)
      values (${at.scope.environmentId}, ${at.scope.customerId}, ${transfer?.accountId ?? ''}, ${transfer?.keyId ?? ''},
        'ssh-ed25519', '', ${name}, '', now(), ${owner.id})`;
  });
  const approve = async () =>
    transact(t.platform, at.scope, owner, async (work) =>
      approveTransfer(work, id, await at.decision(id, 'My own file')),
    );
  await assert.rejects(approve(), { code: 'second-person' });
  await reject(name);
});

test('a dry run of such a file ends, says what would happen, and waits for nobody', async () => {
  const name = at.fileName();
  const content = delta(['end_date', 'termination_reason'], () => ['2026-11-30', 'RESIGNATION'], 28);
  const { ack } = await at.send(content, name, '/in/validate');
  assert.equal(ack.status, 'accepted', JSON.stringify(ack));
  assert.equal(ack.codes['many-ends'], 1);
  assert.match(
    ack.nextStep,
    /This was a test: nothing was loaded\. Sent for real, the file would wait for a person/,
  );
  const id = await at.transferOf(name);
  const transfer = await read(t.platform, at.scope, (sql) => getTransfer(sql, at.scope.environmentId, id));
  assert.equal(transfer?.state, 'validated');
  const fresh = employees(1, (row) => Object.assign(row, { department_code: 'NOT-THERE-YET' }), 900);
  const dryRun = await at.send(fresh, at.fileName(), '/in/validate');
  const said = dryRun.errors.find((line) => line.includes('code-new'));
  assert.match(said ?? '', /applying the file registers it/);
});
