import {
  createCompany,
  type EmpCheck,
  type EmpImportCounts,
  type EmpImporter,
  type EmpMode,
  type EmpRow,
  openEmpImport,
  validateEmpRow,
} from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { read, transact } from '#platform/transact.ts';
import { makeCustomer } from './factories.ts';

export interface PayrollScope {
  customerId: string;
  environmentId: string;
}

/** A new customer's sandbox with the legal employer KOW01 in Auckland. */
export async function makeEmployer(platform: Platform): Promise<PayrollScope> {
  const customer = await makeCustomer(platform);
  const scope = { customerId: customer.customerId, environmentId: customer.sandboxId };
  await transact(platform, scope, systemActor('test'), (work) =>
    createCompany(work, scope, {
      code: 'KOW01',
      name: 'Kōwhai Foods',
      timeZone: 'Pacific/Auckland',
      country: 'NZ',
    }),
  );
  return scope;
}

/** Checks and applies rows as one EMP file would be; throws when a row is refused. */
export function importRows(
  platform: Platform,
  scope: PayrollScope,
  mode: EmpMode,
  rows: EmpRow[],
  options: { importId?: string; chunkRows?: number } = {},
): Promise<EmpImportCounts> {
  return withRows(platform, scope, mode, rows, options, async (importer) => {
    const check = await importer.check();
    if (check.refusedRows > 0) throw new Error(JSON.stringify(check.findings));
    return importer.apply();
  });
}

/** What the database says of an EMP file with these rows, from line 2; nothing is applied. */
export function checkRows(
  platform: Platform,
  scope: PayrollScope,
  mode: EmpMode,
  rows: EmpRow[],
): Promise<EmpCheck> {
  return withRows(platform, scope, mode, rows, { alsoRefused: true }, (importer) => importer.check());
}

async function withRows<T>(
  platform: Platform,
  scope: PayrollScope,
  mode: EmpMode,
  rows: EmpRow[],
  options: { importId?: string; chunkRows?: number; alsoRefused?: boolean },
  use: (importer: EmpImporter) => Promise<T>,
): Promise<T> {
  const importer = await openEmpImport(platform, {
    importId: options.importId ?? uuidv7(),
    ...scope,
    mode,
    actor: systemActor('test'),
    source: { channel: 'file' },
    chunkRows: options.chunkRows ?? 7,
  });
  try {
    const rules = {
      mode,
      today: platform.clock.today('Pacific/Auckland').toString(),
      irdHighest: platform.config.payroll.irdHighest,
    };
    for (const [i, row] of rows.entries()) {
      const { findings, staged, readable } = validateEmpRow(row, rules);
      const toStage = staged ?? (options.alsoRefused ? readable : null);
      if (toStage === null) throw new Error(`row ${i}: ${findings.map((one) => one.code).join(', ')}`);
      await importer.stage([{ line: i + 2, staged: toStage }]);
    }
    return await use(importer);
  } finally {
    await importer.close();
  }
}

export interface LoggedEvent {
  type: string;
  sequence: number;
  subject: Record<string, string>;
  data: { version: number; change: { fields: string[]; classes: string[]; values: Record<string, unknown> } };
  effectiveFrom: string | null;
}

/** The environment's log from its start. */
export function eventsOf(platform: Platform, scope: PayrollScope): Promise<LoggedEvent[]> {
  return read(platform, scope, async (sql) => [
    ...(await sql<LoggedEvent[]>`
      select type, sequence, subject, data, effective_from as "effectiveFrom" from platform.events
      where stream_id = ${scope.environmentId} order by sequence`),
  ]);
}
