import { hash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createClock } from '#platform/clock.ts';
import { loadConfig } from '#platform/config.ts';
import type { Consumer } from '#platform/consume.ts';
import { consumePending } from '#platform/consume.ts';
import { type Database, databaseRoles, openDatabase } from '#platform/database.ts';
import { createLog } from '#platform/log.ts';
import { listFunctionFiles, listMigrations, migrate } from '#platform/migrate.ts';
import { type ObjectStore, openObjects } from '#platform/objects/open-objects.ts';
import type { Platform } from '#platform/platform.ts';

/** A database of a test file's own, with everything a module needs. */
export interface TestDatabase {
  platform: Platform & { clock: Clock };
  store: ObjectStore;
  /** Works as the database's owner, whom row-level security binds as well. */
  owner: Database;
  ownerUrl: string;
  close(): Promise<void>;
}

/** Random once, and the same for all tests. */
const testMasterKey = 'nQ0m6uX3cXr8lF1dV7yJ2bTzKpS5hWgA9eRiEoUqN4s=';
const migrator = { name: 'fairlead_migrator', password: 'fairlead-test' };

/** Clones the migrated template (made once for each state of the migrations) and opens a platform on it. */
export async function openTestDatabase(
  overrides: Record<string, Record<string, unknown>> = {},
): Promise<TestDatabase> {
  const serverUrl = process.env['FAIRLEAD_TEST_DATABASE'];
  if (serverUrl === undefined)
    throw new Error(
      'FAIRLEAD_TEST_DATABASE must name a PostgreSQL 18 to test on; npm test starts one itself',
    );
  const admin = openDatabase(serverUrl, { max: 1 });
  const name = `fairlead_test_${randomBytes(6).toString('hex')}`;
  const dataDir = await mkdtemp(join(tmpdir(), 'fairlead-test-'));
  try {
    const template = await ensureTemplate(admin, serverUrl);
    await admin.unsafe(`create database ${name} template ${template} owner ${migrator.name}`);
  } finally {
    await admin.end();
  }
  const ownerUrl = ownerUrlOf(serverUrl, name);
  const owner = openDatabase(ownerUrl, { max: 1 });
  const config = loadConfig(
    {
      ...overrides,
      server: { dataDir, logLevel: process.env['FAIRLEAD_TEST_LOG'] ?? 'silent', ...overrides['server'] },
      secrets: { masterKey: testMasterKey },
    },
    {},
  );
  const db = openDatabase(ownerUrl, { max: 4, role: databaseRoles.app, limits: config.database });
  const clock = createClock();
  const log = createLog({ level: process.env['FAIRLEAD_TEST_LOG'] ?? 'silent', role: 'test' });
  const store = await openObjects(config, { databaseUrl: ownerUrl, clock, log });
  const platform = {
    config,
    db,
    clock,
    log,
    objects: store.objects,
    wake: () => {},
  };
  return {
    platform,
    store,
    owner,
    ownerUrl,
    close: async () => {
      await store.close();
      await db.end({ timeout: 2 });
      await owner.end({ timeout: 2 });
      const last = openDatabase(serverUrl, { max: 1 });
      await last.unsafe(`drop database if exists ${name} with (force)`);
      await last.end();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Lets the consumers handle all that is pending, over and over until nothing is left. */
export async function runConsumers(platform: Platform, consumers: Consumer[]): Promise<void> {
  for (;;) {
    let handled = 0;
    for (const consumer of consumers) handled += await consumePending(platform, consumer);
    if (handled === 0) return;
  }
}

async function ensureTemplate(admin: Database, serverUrl: string): Promise<string> {
  const digest = hash(
    'sha256',
    JSON.stringify([listMigrations().map((one) => one.text), listFunctionFiles()]),
    'hex',
  ).slice(0, 16);
  const template = `fairlead_template_${digest}`;
  await admin`select pg_advisory_lock(7270462)`;
  try {
    const [found] = await admin`select 1 from pg_database where datname = ${template}`;
    if (found !== undefined) return template;
    await admin.unsafe(`do $$ begin
      if not exists (select from pg_roles where rolname = '${migrator.name}') then
        create role ${migrator.name} login createrole password '${migrator.password}';
      end if; end $$`);
    const building = `${template}_building`;
    await admin.unsafe(`drop database if exists ${building} with (force)`);
    await admin.unsafe(`create database ${building} owner ${migrator.name}`);
    await migrate(ownerUrlOf(serverUrl, building));
    await admin.unsafe(`alter database ${building} rename to ${template}`);
    return template;
  } finally {
    await admin`select pg_advisory_unlock(7270462)`;
  }
}

function ownerUrlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.username = migrator.name;
  url.password = migrator.password;
  url.pathname = `/${database}`;
  return url.href;
}
