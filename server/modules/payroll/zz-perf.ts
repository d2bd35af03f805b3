import { openTestDatabase } from '#testing/database.ts';
import { makeEmployer } from '#testing/payroll.ts';
import { uuidv7 } from '#platform/ids.ts';
import { systemActor } from '#platform/actor.ts';
import { openEmpImport, validateEmpRow, empRowOf, generatePerson } from './index.ts';
const n = Number(process.argv[2] ?? 20000);
const t = await openTestDatabase();
import postgres from 'postgres';
const admin = postgres(process.env['FAIRLEAD_TEST_DATABASE']!, { max: 1 });
const dbname = new URL(t.ownerUrl).pathname.slice(1);
await admin.unsafe(`alter database ${dbname} set track_functions = 'all'`);
if (process.env['AE']) for (const q of ["session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 15", "auto_explain.log_nested_statements = on", "auto_explain.log_analyze = on", "auto_explain.log_level = 'notice'", "auto_explain.log_timing = off"]) await admin.unsafe(`alter database ${dbname} set ${q}`);
await admin.end();
import { openDatabase } from '#platform/database.ts';
import { appendFileSync, writeFileSync } from 'node:fs';
writeFileSync('/tmp/fl/payroll/notices.txt', '');
if (process.env['AE']) t.platform.db = openDatabase(t.ownerUrl, { max: 3, role: 'fairlead_app', onNotice: (x) => appendFileSync('/tmp/fl/payroll/notices.txt', x + '\n') });
const scope = await makeEmployer(t.platform);
const rows = Array.from({ length: n }, (_, i) => empRowOf(generatePerson(1, i), 'KOW01'));
const time = async <T>(name: string, fn: () => Promise<T>) => { const s = performance.now(); const r = await fn(); console.log(name, Math.round(performance.now() - s), 'ms'); return r; };
await time('validate only', async () => { for (const row of rows) validateEmpRow(row, { mode: 'FULL', today: '2026-11-24' }); });
for (const pass of ['first', 'same again']) {
  const importer = await openEmpImport(t.platform, { importId: uuidv7(), ...scope, mode: 'FULL', actor: systemActor('t'), source: { channel: 'file' } });
  await time(pass + ' validate+stage', async () => { for (let i = 0; i < n; i += 500) await importer.stage(rows.slice(i, i + 500).map((row, j) => ({ line: i + j + 2, staged: validateEmpRow(row, { mode: 'FULL', today: '2026-11-24' }).staged! }))); });
  await time(pass + ' check', () => importer.check());
  console.log(await time(pass + ' apply', () => importer.apply()));
  await importer.close();
  await new Promise((r) => setTimeout(r, 1500));
  console.table((await t.owner`select funcname, calls, round(total_time) total, round(self_time) self from pg_stat_user_functions where schemaname in ('payroll','platform') and total_time > 20 order by self_time desc`).map((r) => ({ ...r })));
}
if (process.argv[3]) process.exit();
const tables = ['people','employments','person_details','employment_details','tax_nz','kiwisaver','bank_account_sets','pay_rates'];
let total = 0;
for (const table of tables) {
  await t.owner.unsafe(`select set_config('app.environment', '${scope.environmentId}', false)`);
  await t.owner.unsafe(`create table payroll.copy_${table} (like payroll.${table} including all)`);
  const stream = await t.owner.unsafe(`copy (select * from payroll.${table}) to stdout`).readable();
  const chunks: Buffer[] = []; for await (const c of stream) chunks.push(c as Buffer);
  const s = performance.now();
  const w = await t.owner.unsafe(`copy payroll.copy_${table} from stdin`).writable();
  await new Promise<void>((res, rej) => { w.on('error', rej); w.on('finish', res); for (const c of chunks) w.write(c); w.end(); });
  const ms = performance.now() - s; total += ms; console.log('copy', table, Math.round(ms), 'ms', chunks.reduce((a, c) => a + c.length, 0));
}
console.log('copy total', Math.round(total));
await t.close();
