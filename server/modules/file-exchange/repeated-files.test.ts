import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makePerson } from '#testing/factories.ts';
import { type Ack, employees, type FileHome, openFileHome } from '#testing/file-home.ts';
import { approveTransfer } from './decide-transfer.ts';
import { processPendingTransfers } from './transfer-loop.ts';

let t: TestDatabase;

before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

/** A home with thirty people, and the number of the first. */
async function fresh(): Promise<{ at: FileHome; number: string }> {
  const at = await openFileHome(t);
  let number = '';
  await at.send(
    employees(30, (row, index) => {
      if (index === 0) number = row['employee_number'] ?? '';
    }),
    at.fileName('FULL'),
  );
  return { at, number };
}

const pay = (number: string, amount: string) =>
  `company_code,employee_number,salary_annual,rate_effective_date\r\nKOW01,${number},${amount},2026-12-01\r\n`;

const payOf = (at: FileHome, number: string) =>
  read(t.platform, at.scope, async (sql) => {
    const [row] = await sql<{ amount: string }[]>`
      select r.amount::text as amount from payroll.pay_rates r
      join payroll.employments e on e.environment_id = r.environment_id and e.id = r.employment_id
      where r.environment_id = ${at.scope.environmentId} and e.employee_number = ${number} and r.superseded_at is null
      order by r.effective_from desc limit 1`;
    return Number(row?.amount);
  });

async function approve(at: FileHome, name: string): Promise<Ack> {
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const id = await at.transferOf(name);
  await transact(t.platform, at.scope, manager, async (work) =>
    approveTransfer(work, id, await at.decision(id, 'Meant so')),
  );
  while ((await processPendingTransfers(t.platform)) > 0);
  return (await at.answers(name)).ack;
}

test('a change that is taken back by the bytes of an earlier file is taken back', async () => {
  const { at, number } = await fresh();
  const first = await payOf(at, number);
  const [low, high] = [(first * 1.05).toFixed(2), (first * 1.15).toFixed(2)];
  for (const amount of [low, high, low])
    assert.equal((await at.send(pay(number, amount))).ack.status, 'accepted');
  assert.equal(await payOf(at, number), Number(low));
  assert.equal((await at.send(pay(number, low))).ack.status, 'duplicate', 'nothing has changed since');
});

test('the same bytes again are a duplicate only while nothing else has changed what they say', async () => {
  const { at, number } = await fresh();
  const amount = ((await payOf(at, number)) * 1.05).toFixed(2);
  const name = at.fileName();
  assert.equal((await at.send(pay(number, amount), name)).ack.status, 'accepted');
  t.platform.clock.set(t.platform.clock.now().add({ minutes: 1 }));
  await transact(
    t.platform,
    at.scope,
    await makePerson(t.platform, { roles: ['integrations-manager'] }),
    async (work) => {
      await work.sql`update payroll.employments set updated_at = ${work.now.toString()}
      where environment_id = ${at.scope.environmentId} and employee_number = ${number}`;
    },
  );
  assert.equal(
    (await at.send(pay(number, amount), name)).ack.status,
    'duplicate',
    'the same file under its own name',
  );
  assert.equal((await at.send(pay(number, amount))).ack.status, 'accepted');
});

test('a FULL file with the bytes of a DELTA goes through its own checks', async () => {
  const { at, number } = await fresh();
  const content = pay(number, ((await payOf(at, number)) * 1.05).toFixed(2));
  assert.equal((await at.send(content)).ack.status, 'accepted');
  const { ack } = await at.send(content, at.fileName('FULL'));
  assert.equal(ack.status, 'rejected', JSON.stringify(ack));
  assert.ok(ack.codes['header-missing-column']);
});

test('a name from years ahead, or of no day or hour at all, is refused before later files come behind it', async () => {
  const { at, number } = await fresh();
  for (const [stamp, code] of [
    ['20991231T000000Z', 'file-stamp-ahead'],
    ['20269924T020000Z', 'file-stamp'],
    ['20261124T990000Z', 'file-stamp'],
  ] as const) {
    const { ack } = await at.send(pay(number, '61000.00'), `${at.code}_EMP_DELTA_${stamp}_001.csv`);
    assert.deepEqual([ack.status, Object.keys(ack.codes)], ['rejected', [code]]);
  }
  const content = pay(number, ((await payOf(at, number)) * 1.02).toFixed(2));
  assert.equal((await at.send(content)).ack.status, 'accepted');
});

test('who sends local time as UTC is set right by one approval', async () => {
  const { at, number } = await fresh();
  const amount = await payOf(at, number);
  const now = t.platform.clock.now();
  const named = (hours: number, serial: string) => {
    const stamp = now.add({ hours }).round('second').toString().replaceAll(/[-:]/g, '');
    return `${at.code}_EMP_DELTA_${stamp}_${serial}.csv`;
  };
  const content = (share: number) => pay(number, (amount * share).toFixed(2));
  assert.equal((await at.send(content(1.01), named(13, '001'))).ack.status, 'accepted');
  const second = named(0, '002');
  const { ack } = await at.send(content(1.02), second);
  assert.deepEqual([ack.status, ack.codes['out-of-order']], ['held', 1]);
  assert.equal((await approve(at, second)).status, 'accepted');
  assert.equal((await at.send(content(1.03), named(0, '003'))).ack.status, 'accepted');
});

const lone = (number: string, title: string) =>
  `company_code,employee_number,position_title,hours_per_week\r\nKOW01,${number},${title},120\r\n`;

test('a newer file under the name of a held one takes its place, says how they differ, and alone can be approved', async () => {
  const { at, number } = await fresh();
  const name = at.fileName();
  const path = `/in/employees/${name}`;
  assert.equal((await at.send(lone(number, 'First'), name)).ack.status, 'held');
  const first = await at.transferOf(name);
  const { ack } = await at.send(lone(number, 'Second'), name);
  assert.equal(ack.status, 'held');
  assert.equal(ack.codes['supersedes-held'], 1);
  const transfers = await read(
    t.platform,
    at.scope,
    (sql) => sql<{ id: string; state: string; difference: unknown; sha256: string }[]>`
      select id, state, difference, sha256 from file_exchange.transfers
      where environment_id = ${at.scope.environmentId} and file_name = ${name} order by id`,
  );
  assert.deepEqual(
    transfers.map((one) => one.state),
    ['superseded', 'held'],
  );
  assert.deepEqual(transfers[1]?.difference, {
    added: 0,
    removed: 0,
    changed: 1,
    same: 0,
    columns: ['position_title'],
  });
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const decide = (id: string, sha256 = '') =>
    transact(t.platform, at.scope, manager, (work) => approveTransfer(work, id, { reason: 'Yes', sha256 }));
  await assert.rejects(decide(first, transfers[0]?.sha256), { code: 'transfer-not-held' });
  await decide(transfers[1]?.id ?? '', transfers[1]?.sha256);
  while ((await processPendingTransfers(t.platform)) > 0);
  assert.equal((await at.answers(name)).ack.status, 'accepted');
  const titles = await read(
    t.platform,
    at.scope,
    (sql) => sql<{ title: string }[]>`
      select position_title as title from payroll.employment_details
      where environment_id = ${at.scope.environmentId} and superseded_at is null and position_title in ('First', 'Second')`,
  );
  assert.deepEqual(
    titles.map((one) => one.title),
    ['Second'],
  );
  assert.equal(await at.home.find(path), undefined);
  const names = async (folder: string) =>
    (await at.home.list(folder, '', 1_000))?.map((one) => one.name) ?? [];
  const stem = name.replace('.csv', '');
  const acks = (await names('/out/ack')).filter((one) => one.startsWith(stem) && one.endsWith('.ack.json'));
  assert.equal(acks.length, 2, 'each transfer keeps its answer');
  const archived = (await names('/archive')).filter((one) => one.startsWith(name));
  assert.equal(archived.length, 2, 'each file that came is in the archive');
  assert.equal((await at.events()).filter((one) => one.type === 'transfer.superseded').length, 1);
});

test('files that come under one name before they are processed are each answered and archived', async () => {
  const { at, number } = await fresh();
  const name = at.fileName();
  const amount = await payOf(at, number);
  await at.put(`/in/employees/${name}`, pay(number, (amount * 1.04).toFixed(2)));
  await at.put(`/in/employees/${name}`, pay(number, (amount * 1.06).toFixed(2)));
  while ((await processPendingTransfers(t.platform)) > 0);
  assert.equal(await payOf(at, number), Number((amount * 1.06).toFixed(2)));
  const list = async (folder: string) =>
    (await at.home.list(folder, '', 1_000))?.map((one) => one.name) ?? [];
  assert.equal((await list('/archive')).filter((one) => one.startsWith(name)).length, 2);
  const acks = (await list('/out/ack')).filter((one) => one.startsWith(name.replace('.csv', '')));
  assert.equal(acks.filter((one) => one.endsWith('.ack.json')).length, 2);
});
