import { randomBytes } from 'node:crypto';
import type { Delimiter } from '#contract/file-exchange.ts';
import { getCustomer } from '#modules/customers/index.ts';
import type { Config } from '#platform/config.ts';
import { showId } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import {
  type Acceptance,
  countExchanges,
  type Exchange,
  getExchange,
  insertExchange,
} from './exchange-store.ts';
import { placeProbe } from './probe.ts';
import { problems } from './problems.ts';
import { usableNaming } from './usable-naming.ts';

/** Exchanges of one environment. */
const mostExchanges = 200;

/** Makes an exchange with its folders and the probe to collect. Fails with exchange-exists, invalid-naming and too-many-exchanges. */
export async function createExchange(
  work: Work,
  input: {
    code: string;
    direction?: 'in' | 'out' | undefined;
    format?: 'EMP' | undefined;
    version?: '1' | undefined;
    delimiter?: Delimiter | undefined;
    naming?: string | undefined;
    acknowledgement?: string | undefined;
    schedule?: string | undefined;
    acceptance?: { [K in keyof Acceptance]?: Acceptance[K] | undefined } | undefined;
    filesInARow?: number | undefined;
  },
): Promise<Exchange> {
  const { customerId, environmentId } = work.scope;
  if (customerId === undefined || environmentId === undefined) throw notFound('environment');
  const customer = await getCustomer(work.sql, customerId);
  if (customer === undefined) throw notFound('customer');
  if ((await countExchanges(work.sql, environmentId)) >= mostExchanges)
    throw problems['too-many-exchanges']({ detail: `${mostExchanges} exchanges are there.` });
  const { files } = work.platform.config;
  const direction = input.direction ?? 'in';
  const format = input.format ?? 'EMP';
  const id = await insertExchange(work.sql, {
    customerId,
    environmentId,
    code: input.code,
    direction,
    format,
    version: input.version ?? '1',
    dialect: { delimiter: input.delimiter ?? ',' },
    naming: usableNaming(
      input.naming ?? `{CUSTOMER}_${format}_{FULL|DELTA}_{YYYYMMDD}T{HHMMSS}Z_{NNN}.csv`,
      customer.code,
      direction,
    ),
    acknowledgement: input.acknowledgement ?? '/out/ack/<file>.ack.json and, with findings, <file>.err.csv',
    schedule: input.schedule ?? 'On any day, as changes arise',
    acceptance: acceptanceFrom(files, input.acceptance ?? {}),
    filesInARow: input.filesInARow ?? files.filesInARow,
    probeToken: randomBytes(6).toString('hex'),
    createdAt: work.now,
    createdBy: work.actor.id,
  });
  const exchange = id === undefined ? undefined : await getExchange(work.sql, environmentId, id);
  if (exchange === undefined) throw problems['exchange-exists']();
  await placeProbe(work, exchange);
  const exchangeId = showId('exc', exchange.id);
  work.emit(environmentId, {
    type: 'exchange.created',
    subject: { exchangeId },
    data: {
      exchangeId,
      code: exchange.code,
      direction,
      format,
      version: exchange.version,
      filesInARow: exchange.filesInARow,
    },
  });
  work.audit({ action: 'exchange.create', subject: exchangeId, detail: { code: exchange.code, direction } });
  return exchange;
}

/** A whole policy: what is told, else what the configuration says. */
function acceptanceFrom(
  files: Config['files'],
  told: { [K in keyof Acceptance]?: Acceptance[K] | undefined },
): Acceptance {
  return {
    maxErrorPercent: told.maxErrorPercent ?? files.maxErrorPercent,
    maxHeadcountDropPercent: told.maxHeadcountDropPercent ?? files.maxHeadcountDropPercent,
    maxEndPercent: told.maxEndPercent ?? files.maxEndPercent,
    maxNewPercent: told.maxNewPercent ?? files.maxNewPercent,
    maxBankChangePercent: told.maxBankChangePercent ?? files.maxBankChangePercent,
    maxIdentityChangePercent: told.maxIdentityChangePercent ?? files.maxIdentityChangePercent,
    maxPayChangedPercent: told.maxPayChangedPercent ?? files.maxPayChangedPercent,
    maxPayChangePercent: told.maxPayChangePercent ?? files.maxPayChangePercent,
    maxPayFactor: told.maxPayFactor ?? files.maxPayFactor,
    unknownColumns: told.unknownColumns ?? 'warn',
    wholeFile: told.wholeFile ?? 'any',
  };
}
