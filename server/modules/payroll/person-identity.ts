import type { ConfirmBody } from '#contract/person-identity.ts';
import { foldCode } from '#contract/text.ts';
import { showId } from '#platform/ids.ts';
import type { Json } from '#platform/json.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { findPersonOf, insertConfirmation, moveEmployment } from './person-store.ts';
import { problems } from './problems.ts';

interface Place {
  customerId: string;
  environmentId: string;
}

/**
 * Gives an employment a person of its own again, with what was told through it; the others read as they did without it. The
 * history keeps what was recorded while they were one.
 */
export async function separateEmployment(
  work: Work,
  place: Place & { employmentId: string },
  reason: string,
): Promise<void> {
  if ((await findPersonOf(work.sql, place.environmentId, place.employmentId)) === undefined) throw notFound();
  await move(work, place, null);
  work.audit({ action: 'employee.separate', subject: showId('emp', place.employmentId), detail: { reason } });
}

/** Gives an employment to the person of another one, because somebody knows that they are one. */
export async function joinEmployment(
  work: Work,
  place: Place & { employmentId: string },
  other: { employmentId: string; reason: string },
): Promise<void> {
  if ((await findPersonOf(work.sql, place.environmentId, place.employmentId)) === undefined) throw notFound();
  const person = await findPersonOf(work.sql, place.environmentId, other.employmentId);
  if (person === undefined) throw notFound();
  await move(work, place, person);
  work.audit({
    action: 'employee.join',
    subject: showId('emp', place.employmentId),
    detail: { with: showId('emp', other.employmentId), reason: other.reason },
  });
}

async function move(work: Work, place: Place & { employmentId: string }, to: string | null): Promise<void> {
  const by = `${work.actor.kind}:${work.actor.id}`;
  const outcome = await moveEmployment(work.sql, place, to, by, work.now);
  if ('alone' in outcome) throw problems['person-alone']();
  if ('same' in outcome) throw problems['person-same']();
  for (const fact of outcome.facts)
    work.emit(place.environmentId, {
      type: fact.type,
      subject: fact.subject,
      data: fact.data as { [key: string]: Json },
      effectiveFrom: fact.effective_from,
      source: { channel: 'console' },
    });
}

/** Keeps that a key which was refused is meant as it is: the next record that comes with it is taken. */
export async function confirmKey(work: Work, place: Place, given: ConfirmBody): Promise<void> {
  const subject =
    'code' in given
      ? foldCode(given.code.toUpperCase())
      : `${given.companyCode}/${foldCode(given.employeeNumber)}`;
  const value = given.kind === 'person' ? foldCode(given.externalId) : '';
  const by = `${work.actor.kind}:${work.actor.id}`;
  await insertConfirmation(
    work.sql,
    place,
    { kind: given.kind, subject, value, reason: given.reason, by },
    work.now,
  );
  work.audit({
    action: 'employee.confirm-key',
    subject: `${given.kind} ${subject}`,
    detail: { reason: given.reason, ...(value === '' ? {} : { externalId: value }) },
  });
}
