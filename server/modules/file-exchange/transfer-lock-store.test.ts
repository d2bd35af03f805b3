import '#platform/mend-postgres-driver.ts';

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestDatabase } from '#testing/database.ts';
import { until } from '#testing/until.ts';

// Imported late, so that the driver is mended when it is loaded, as it is in the server.
const { openTestDatabase } = await import('#testing/database.ts');
const { openTransferLocks } = await import('./transfer-lock-store.ts');

let t: TestDatabase;

before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

test('when the connection that holds the locks is lost, others take over and it goes on with a new one', async () => {
  const [locks, others] = [openTransferLocks(t.platform.db), openTransferLocks(t.platform.db)];
  const first = await locks.hold('a');
  assert.equal(await others.hold('a'), undefined);
  await t.owner`
    select pg_terminate_backend(l.pid) from pg_locks l
    where l.locktype = 'advisory' and l.granted
      and l.database = (select oid from pg_database where datname = current_database())`;
  const taken = await until(() => others.hold('a').catch(() => undefined), { what: 'another takes over' });
  await until(() => locks.hold('b').catch(() => undefined), { what: 'a new connection holds locks' });
  await first?.release();
  assert.equal(await locks.hold('a'), undefined, 'what is lost is not let go of in the name of another');
  await taken.release();
  locks.close();
  others.close();
});
