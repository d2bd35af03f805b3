import { sha256 } from '#platform/crypto.ts';
import { fingerprint } from '#platform/fingerprint.ts';
import type { Exchange } from './exchange-store.ts';

/** Names the configuration that evidence was seen under: nothing of accounts, keys or the environment. */
export function exchangeFingerprint(exchange: Exchange): string {
  return fingerprint({
    code: exchange.code,
    direction: exchange.direction,
    format: exchange.format,
    version: exchange.version,
    dialect: { ...exchange.dialect },
    naming: exchange.naming,
    acknowledgement: exchange.acknowledgement,
  });
}

/** The mark of the terms that both sides agree to: another one as soon as any of them is changed. */
export function termsMark(exchange: Exchange): string {
  const { schedule, acceptance, filesInARow, proposedBy } = exchange;
  return fingerprint({
    of: exchangeFingerprint(exchange),
    schedule,
    acceptance: { ...acceptance },
    filesInARow,
    proposedBy,
  });
}

/** A small file that proves one direction of an exchange. */
export interface Probe {
  path: string;
  name: string;
  content: string;
  sha256: string;
}

/** The probe of a direction; its name and content come from the exchange's token. */
export function probeOf(exchange: Pick<Exchange, 'code' | 'probeToken'>, direction: 'in' | 'out'): Probe {
  const name = `probe-${exchange.probeToken}.txt`;
  const content = `Fairlead probe ${direction} ${exchange.probeToken}\n`;
  return {
    path: `/${direction}/${exchange.code}/${name}`,
    name,
    content,
    sha256: sha256(content).toString('hex'),
  };
}
