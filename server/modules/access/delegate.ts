import { uuidv7 } from '#platform/ids.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import {
  type Delegation,
  delegationById,
  deleteDelegation,
  insertDelegation,
  isDelegatedWithin,
} from './delegation-store.ts';
import { holdsThemselves, personById } from './person-store.ts';
import { problems } from './problems.ts';

const longestDays = 366;

/**
 * Lets one of the vendor's people act for another one while that one is away: with their roles and in their seats. The
 * person themselves says so, or an administrator. Fails with delegation-not-possible.
 */
export async function delegate(
  work: Work,
  input: { personId: string; delegateId: string; startsOn: string; endsOn: string },
): Promise<Delegation> {
  const { timeZone } = work.platform.config.vendor;
  await expectMayDelegate(work, input.personId);
  const [person, other] = [
    await personById(work.sql, input.personId),
    await personById(work.sql, input.delegateId),
  ];
  if (person === undefined || person.customerId !== null) throw notFound();
  const refuse = (pointer: string, detail: string) =>
    problems['delegation-not-possible']({ errors: [{ pointer, detail }] });
  if (other === undefined || other.customerId !== null || other.id === person.id)
    throw refuse('/delegate', 'must be another one of the vendor’s people');
  const first = Temporal.PlainDate.from(input.startsOn);
  const last = Temporal.PlainDate.from(input.endsOn);
  const today = work.now.toZonedDateTimeISO(timeZone).toPlainDate();
  if (Temporal.PlainDate.compare(last, first) < 0) throw refuse('/endsOn', 'lies before the first day');
  if (Temporal.PlainDate.compare(last, today) < 0) throw refuse('/endsOn', 'has passed already');
  if (first.until(last, { largestUnit: 'day' }).days >= longestDays)
    throw refuse('/endsOn', 'is more than a year after the first day');
  if (await isDelegatedWithin(work.sql, person.id, input))
    throw refuse('/startsOn', 'lies in a time for which somebody was named already');
  const delegation: Delegation = { ...input, id: uuidv7(), timeZone };
  await insertDelegation(work.sql, delegation);
  work.audit({
    action: 'person.delegate',
    subject: person.id,
    detail: { delegateId: other.id, startsOn: input.startsOn, endsOn: input.endsOn },
  });
  return delegation;
}

/** Ends a delegation at once, whether it has begun or not; the person themselves or an administrator. */
export async function endDelegation(
  work: Work,
  input: { personId: string; delegationId: string },
): Promise<void> {
  await expectMayDelegate(work, input.personId);
  const found = await delegationById(work.sql, input.delegationId);
  if (found === undefined || found.personId !== input.personId) throw notFound();
  await deleteDelegation(work.sql, found.id);
  work.audit({
    action: 'person.delegation-end',
    subject: found.personId,
    detail: { delegateId: found.delegateId },
  });
}

/** A delegate can't hand on what was handed to them: that takes the person themselves, or who is an administrator. */
async function expectMayDelegate({ actor, sql }: Work, personId: string): Promise<void> {
  if (actor.kind !== 'person') throw commonProblems.forbidden();
  if (actor.id !== personId && !(await holdsThemselves(sql, actor.id, 'administrator')))
    throw commonProblems.forbidden();
}

/** Only who is an administrator themselves lets the vendor's people in and out and changes their roles, never a stand-in. */
export async function expectMayGrant({ actor, sql }: Work): Promise<void> {
  if (actor.kind !== 'person') return;
  if (!(await holdsThemselves(sql, actor.id, 'administrator'))) throw commonProblems.forbidden();
}
