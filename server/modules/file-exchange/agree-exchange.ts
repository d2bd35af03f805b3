import { getCustomer } from '#modules/customers/index.ts';
import { showId } from '#platform/ids.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { exchangeFingerprint, termsMark } from './exchange.ts';
import { type Exchange, lockExchange, saveTerms } from './exchange-store.ts';
import { problems } from './problems.ts';
import { usableNaming } from './usable-naming.ts';

/**
 * Naming, acknowledgement and schedule need both sides: who changes them proposes, and the other side agrees to them as they
 * stand. What is left out stays as it is. Agreeing to one's own proposal changes nothing. A naming counts for files once
 * it is agreed. A decision holds for the terms that were seen: fails with terms-changed when the other side changed them
 * since, and with invalid-naming.
 */
export async function agreeExchange(
  work: Work,
  exchangeId: string,
  terms: {
    seen: string;
    naming?: string | undefined;
    acknowledgement?: string | undefined;
    schedule?: string | undefined;
  },
): Promise<Exchange> {
  const { actor } = work;
  const { environmentId } = work.scope;
  if (actor.kind !== 'person') throw commonProblems.forbidden();
  const side = actor.customerId === null ? 'vendor' : 'customer';
  const before = environmentId && (await lockExchange(work.sql, environmentId, exchangeId));
  if (!before) throw notFound('exchange');
  if (terms.seen !== termsMark(before)) throw problems['terms-changed']();
  const customer = await getCustomer(work.sql, before.customerId);
  if (customer === undefined) throw notFound('customer');
  const named = {
    naming:
      terms.naming === undefined
        ? before.naming
        : usableNaming(terms.naming, customer.code, before.direction),
    acknowledgement: terms.acknowledgement ?? before.acknowledgement,
    schedule: terms.schedule ?? before.schedule,
  };
  const changed = (Object.keys(named) as (keyof typeof named)[]).some((term) => named[term] !== before[term]);
  if (!changed && (before.proposedBy === side || before.agreedAt !== null)) return before;
  const after: Exchange = changed
    ? { ...before, ...named, proposedBy: side, agreedAt: null, agreedBy: null }
    : { ...before, namingInForce: before.naming, agreedAt: work.now, agreedBy: actor.name };
  await saveTerms(work.sql, after);
  const shown = showId('exc', after.id);
  work.emit(after.environmentId, {
    type: changed ? 'exchange.proposed' : 'exchange.agreed',
    subject: { exchangeId: shown },
    data: {
      exchangeId: shown,
      ...named,
      ...(changed ? { side } : { fingerprint: exchangeFingerprint(after) }),
    },
  });
  work.audit({
    action: changed ? 'exchange.propose' : 'exchange.agree',
    subject: shown,
    detail: { naming: named.naming, schedule: named.schedule },
  });
  return after;
}
