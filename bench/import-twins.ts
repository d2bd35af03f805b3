import type { Database } from '#platform/database.ts';

const tables = [
  'payroll.people',
  'payroll.employments',
  'payroll.person_details',
  'payroll.employment_details',
  'payroll.tax_nz',
  'payroll.kiwisaver',
  'payroll.bank_account_sets',
  'payroll.pay_rates',
  'platform.events',
];

/** What a table held: the text of its COPY, a line a row. */
export interface Copied {
  name: string;
  chunks: Buffer[];
  rows: number;
}

const lineEnd = 0x0a;
const twin = (name: string) => `bench.${name.split('.')[1]}`;

/** Makes an empty twin of every table an import fills: same columns, checks, indexes, and foreign keys between twins. */
export async function makeTwins(owner: Database): Promise<void> {
  await owner.unsafe('create schema bench');
  for (const name of tables) await owner.unsafe(`create table ${twin(name)} (like ${name} including all)`);
  const keys = await owner<{ name: string; definition: string }[]>`
    select c.conrelid::regclass::text as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c
    where c.contype = 'f' and c.conrelid = any (${tables}::regclass[]) and c.confrelid = any (${tables}::regclass[])`;
  for (const key of keys) {
    const definition = key.definition.replace(/REFERENCES payroll\./, 'references bench.');
    await owner.unsafe(`alter table ${twin(key.name)} add ${definition}`);
  }
}

/** Takes out of the real tables what an import put there, in the order in which it can go back. */
export async function copyOut(owner: Database, environmentId: string): Promise<Copied[]> {
  const copied: Copied[] = [];
  for (const name of tables) {
    const chunks: Buffer[] = [];
    await owner`select set_config('app.environment', ${environmentId}, false)`;
    const stream = await owner
      .unsafe(`copy (select ${await storedColumns(owner, name)} from ${name}) to stdout`)
      .readable();
    let rows = 0;
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      for (const byte of chunk as Buffer) if (byte === lineEnd) rows += 1;
    }
    copied.push({ name, chunks, rows });
  }
  return copied;
}

/** The columns that COPY may give: the database works the others out. */
async function storedColumns(owner: Database, name: string): Promise<string> {
  const columns = await owner<{ name: string }[]>`
    select attname as name from pg_attribute
    where attrelid = ${name}::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`;
  return columns.map((column) => column.name).join(', ');
}

/** COPY of the resulting rows into the twins. */
export async function copyBack(owner: Database, copied: Copied[]): Promise<void> {
  for (const { name, chunks } of copied) {
    const stream = await owner
      .unsafe(`copy ${twin(name)} (${await storedColumns(owner, name)}) from stdin`)
      .writable();
    await new Promise<void>((resolve, reject) => {
      stream.on('error', reject);
      stream.on('finish', resolve);
      for (const chunk of chunks) stream.write(chunk);
      stream.end();
    });
  }
}

/** Makes sure that each twin holds exactly the rows of its table, and none is empty: else the base line did less work. */
export async function assertCopied(owner: Database, copied: Copied[]): Promise<void> {
  for (const { name, rows } of copied) {
    const [found] = await owner.unsafe<{ count: number }[]>(
      `select count(*)::int as count from ${twin(name)}`,
    );
    if (rows === 0 || found?.count !== rows)
      throw new Error(`the twin of ${name} holds ${found?.count} of its ${rows} rows`);
  }
}

/** Empties the real tables and the twins: every round starts alike. */
export async function clearAll(owner: Database): Promise<void> {
  const own = tables.filter((name) => name.startsWith('payroll.'));
  await owner.unsafe(
    `truncate ${own.join(', ')}, payroll.codes, payroll.pending_changes, payroll.imports cascade`,
  );
  await owner.unsafe(`truncate platform.events, ${tables.map(twin).join(', ')}`);
}
