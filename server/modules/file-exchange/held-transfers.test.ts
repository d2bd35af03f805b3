import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { empRowOf, generatePerson, openEmpImport, validateEmpRow } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makePerson } from '#testing/factories.ts';
import { employees, type FileHome, openFileHome } from '#testing/file-home.ts';
import { untilOneWaits } from '#testing/waiting.ts';
import { approveTransfer, rejectTransfer } from './decide-transfer.ts';
import { placeFile } from './file-store.ts';
import { processPendingTransfers } from './transfer-loop.ts';

let t: TestDatabase;
let at: FileHome;
let { answers, code, count, events, fileName, scope, send, transferOf } = {} as FileHome;

before(async () => {
  t = await openTestDatabase({ files: { maxRows: 60 } });
  at = await openFileHome(t);
  await at.send(employees(40), at.fileName('FULL'));
  ({ answers, code, count, events, fileName, scope, send, transferOf } = at);
});
after(() => t.close());

test('a FULL file that lacks too many employees is held until a second person approves it', async () => {
  const present = await count('payroll.employments');
  const { ack, errors } = await send(employees(20), fileName('FULL'));
  assert.equal(ack.status, 'held');
  assert.equal(errors.filter((line) => line.includes('not-in-full-file')).length, present - 20);
  const [held] = await read(
    t.platform,
    scope,
    (sql) => sql<{ state: string; held: { before: number; after: number } }[]>`
    select state, held from file_exchange.transfers where environment_id = ${scope.environmentId} and state = 'held'`,
  );
  assert.deepEqual([held?.held.before, held?.held.after], [present, 20]);
});

test('a file made before one that was applied is held', async () => {
  const early = `${code}_EMP_DELTA_20261123T020000Z_001.csv`;
  const { ack } = await send(
    employees(3, (row) => {
      row['position_title'] = 'Early';
    }),
    early,
  );
  assert.equal(ack.status, 'held');
  assert.equal(ack.codes['out-of-order'], 1);
});

test('a held file is applied once it is approved, and never when it is rejected', async () => {
  const heldIds = await read(
    t.platform,
    scope,
    (sql) => sql<{ id: string; mode: string; fileName: string }[]>`
      select id, mode, file_name as "fileName" from file_exchange.transfers
      where environment_id = ${scope.environmentId} and state = 'held' order by id`,
  );
  const [full, early] = heldIds;
  assert.ok(full !== undefined && early !== undefined);
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const before = await count('payroll.employments');
  await transact(t.platform, scope, manager, async (work) =>
    approveTransfer(work, full.id, await at.decision(full.id, 'A branch was sold')),
  );
  await transact(t.platform, scope, manager, async (work) =>
    rejectTransfer(work, early.id, await at.decision(early.id, 'Too late')),
  );
  while ((await processPendingTransfers(t.platform)) > 0);
  assert.equal((await answers(full.fileName)).ack.status, 'accepted');
  assert.equal((await answers(early.fileName)).ack.status, 'rejected');
  assert.equal(await count('payroll.employments'), before, 'a missing employee is reported, never ended');
  await assert.rejects(
    transact(t.platform, scope, manager, async (work) =>
      approveTransfer(work, early.id, await at.decision(early.id, 'again')),
    ),
    /not held/,
  );
});

test('a held file that is rejected takes its control file along, and not the one of the next', async () => {
  const name = fileName('FULL');
  const control = `/in/employees/${name.replace('.csv', '.ctl.json')}`;
  const few = employees(20, (row) => {
    row['position_title'] = 'Refused';
  });
  await at.put(control, JSON.stringify({ rows: 20 }));
  assert.equal((await send(few, name)).ack.status, 'held');
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const reject = async (file: string) => {
    const id = await transferOf(file);
    await transact(t.platform, scope, manager, async (work) =>
      rejectTransfer(work, id, await at.decision(id, 'Far too few')),
    );
  };
  await reject(name);
  assert.equal(await at.home.find(control), undefined);
  const next = `${code}_EMP_FULL_20261118T020000Z_001.csv`;
  const ofNext = `/in/employees/${next.replace('.csv', '.ctl.json')}`;
  assert.equal((await send(few, next)).ack.status, 'held');
  t.platform.clock.set(t.platform.clock.now().add({ seconds: 5 }));
  await at.put(ofNext, JSON.stringify({ rows: 40 }));
  await reject(next);
  assert.ok(await at.home.find(ofNext));
});

test('a held file that a later one overtook waits for an approval of just that', async () => {
  const early = fileName('FULL');
  const few = employees(20, (row) => {
    row['position_title'] = 'Overtaken';
  });
  assert.equal((await send(few, early)).ack.status, 'held');
  const later = employees(2, (row) => {
    row['position_title'] = 'Later';
  });
  assert.equal((await send(later)).ack.status, 'accepted');
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const approve = async () => {
    const id = await transferOf(early);
    await transact(t.platform, scope, manager, async (work) =>
      approveTransfer(work, id, await at.decision(id, 'Meant so')),
    );
    while ((await processPendingTransfers(t.platform)) > 0);
    return (await answers(early)).ack;
  };
  const again = await approve();
  assert.equal(again.status, 'held');
  assert.equal(again.codes['out-of-order'], 1);
  assert.equal((await approve()).status, 'accepted');
});

test('a file that was held for coming late is still held for the people it lacks', async () => {
  const few = employees(20, (row) => {
    row['position_title'] = 'Late and few';
  });
  const name = `${code}_EMP_FULL_20261120T020000Z_001.csv`;
  const { ack } = await send(few, name);
  assert.deepEqual([ack.status, ack.codes['out-of-order']], ['held', 1]);
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const approve = async () => {
    const id = await transferOf(name);
    await transact(t.platform, scope, manager, async (work) =>
      approveTransfer(work, id, await at.decision(id, 'Meant so')),
    );
    while ((await processPendingTransfers(t.platform)) > 0);
    return (await answers(name)).ack;
  };
  const again = await approve();
  assert.deepEqual([again.status, again.codes['headcount-drop']], ['held', 1]);
  assert.equal((await approve()).status, 'accepted');
});

test('a file that died while it was applied is never held half-way for what came meanwhile', async () => {
  const name = `${code}_EMP_FULL_20261119T020000Z_001.csv`;
  const everybody = await at.count('payroll.employments');
  const content = employees(everybody, (row) => {
    row['position_title'] = 'Everybody';
  });
  assert.equal((await send(content, name)).ack.codes['out-of-order'], 1);
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const id = await transferOf(name);
  await transact(t.platform, scope, manager, async (work) =>
    approveTransfer(work, id, await at.decision(id, 'Meant so')),
  );
  while ((await processPendingTransfers(t.platform)) > 0);
  assert.equal((await answers(name)).ack.status, 'accepted');
  assert.equal((await send(employees(10, () => {}, 500))).ack.status, 'accepted');
  await transact(t.platform, scope, systemActor('test'), async ({ sql }) => {
    await sql`update file_exchange.transfers set state = 'applying', finished_at = null where id = ${id}`;
  });
  while ((await processPendingTransfers(t.platform)) > 0);
  assert.equal((await answers(name)).ack.status, 'accepted');
});

test('what the database refuses after every check holds the file, names no value, and is never tried for ever', async () => {
  await t.owner`alter table payroll.employment_details add constraint unforeseen check (position_title <> 'Unforeseen')`;
  const name = fileName();
  const content = employees(1, (row) => {
    row['position_title'] = 'Unforeseen';
  });
  const { ack } = await send(content, name);
  assert.equal(ack.status, 'held');
  assert.equal(ack.codes['not-storable'], 1);
  assert.ok(!JSON.stringify(ack).includes('Unforeseen'));
  await t.owner`alter table payroll.employment_details drop constraint unforeseen`;
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const held = await transferOf(name);
  await transact(t.platform, scope, manager, async (work) =>
    approveTransfer(work, held, await at.decision(held, 'The table was mended')),
  );
  while ((await processPendingTransfers(t.platform)) > 0);
  assert.equal((await answers(name)).ack.status, 'accepted');
});

test('a held file of which a part was applied says so when it is rejected', async () => {
  await t.owner`alter table payroll.employment_details add constraint never_stored check (position_title <> 'Never stored')`;
  const name = fileName();
  const content = employees(4, (row, i) => {
    row['position_title'] = i === 3 ? 'Never stored' : 'Before it';
  });
  assert.equal((await send(content, name)).ack.status, 'held');
  const id = await transferOf(name);
  // The part that was applied before: three rows under the same import.
  const importer = await openEmpImport(t.platform, {
    importId: id,
    ...scope,
    mode: 'DELTA',
    actor: systemActor('test'),
    source: { channel: 'file' },
  });
  for (let i = 0; i < 3; i++) {
    const row = { ...empRowOf(generatePerson(7, i), 'KOW01'), position_title: 'Before it' };
    const { staged } = validateEmpRow(row, {
      mode: 'DELTA',
      today: '2026-11-24',
      irdHighest: t.platform.config.payroll.irdHighest,
    });
    if (staged !== null) await importer.stage([{ line: i + 2, staged }]);
  }
  await importer.apply();
  await importer.close();
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  await transact(t.platform, scope, manager, async (work) =>
    rejectTransfer(work, id, await at.decision(id, 'A new file comes')),
  );
  const { ack } = await answers(name);
  assert.deepEqual([ack.status, ack.rows.accepted, ack.rows.rejected], ['rejected', 3, 1]);
  assert.match(ack.nextStep, /^3 rows were loaded/);
  assert.equal((await events()).at(-1)?.data['accepted'], 3);
  await t.owner`alter table payroll.employment_details drop constraint never_stored`;
});

test('files put under one name at the same moment are each received, and the last one stands there', async () => {
  const placed = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const first = transact(t.platform, scope, systemActor('test'), async ({ sql, now }) => {
    const bytes = { objectKey: 'first', sizeBytes: 5, sha256: '0'.repeat(64) };
    const file = { ...scope, folder: '/in/employees', name: 'same.part', kind: 'partial' as const };
    await placeFile(sql, { ...file, ...bytes, modifiedAt: now });
    placed.resolve();
    await leave.promise;
  });
  await placed.promise;
  const second = at.put('/in/employees/same.part', 'second');
  await untilOneWaits(t).finally(leave.resolve);
  await Promise.all([first, second]);
  assert.equal((await at.home.find('/in/employees/same.part'))?.sizeBytes, 6);
});
