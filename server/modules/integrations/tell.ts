import { integrationStateNames, type Seat, trackNames } from '#contract/integrations.ts';
import { delegatesOf, peopleWithRole, personById } from '#modules/access/index.ts';
import { getCustomer } from '#modules/customers/index.ts';
import { publicUrl } from '#platform/config.ts';
import { showId } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { type Dossier, fairlead, record } from './dossier.ts';
import type { Integration } from './integration.ts';
import type { Row } from './playbook-words.ts';

/** Mails whoever sits in a seat what has happened, but not those who did it themselves. */
export function tell(seatOf: (integration: Integration) => Seat) {
  return async (work: Work, dossier: Dossier, row: Row): Promise<void> => {
    const person = dossier.integration.seats[seatOf(dossier.integration)];
    if (person === undefined || (work.actor.kind === 'person' && work.actor.id === person)) return;
    await mailPerson(
      work,
      dossier,
      person,
      row.title,
      `${row.title}. What is next stands on top of the integration's page.`,
    );
  };
}

/** Mails the customer's person who asked for the integration. */
export function tellCustomer(subject: string, text: string) {
  return async (work: Work, dossier: Dossier): Promise<void> => {
    const { requester, number } = dossier.integration;
    if (requester === undefined) return;
    await work.mail({
      to: [requester.email],
      subject: `${number}: ${subject}`,
      text: `Kia ora ${requester.name},\n\n${text}\n\n${addressOf(work, dossier)}\n\n${work.platform.config.vendor.name}\n`,
      automatic: true,
      customerId: dossier.customerId,
      integrationId: dossier.id,
      kind: 'integration-news',
    });
  };
}

/** Mails one of the vendor's people, and who stands in for them, about an integration; one who is no longer there is left out. */
export async function mailPerson(
  work: Work,
  dossier: Dossier,
  personId: string,
  subject: string,
  text: string,
): Promise<void> {
  const person = await personById(work.sql, personId);
  if (person === undefined) return;
  const standIns = await delegatesOf(work.sql, personId);
  await work.mail({
    to: [person.email, ...standIns.map((one) => one.email)],
    subject: `${dossier.integration.number} ${dossier.integration.name}: ${subject}`,
    text: `${text}\n\n${addressOf(work, dossier)}\n`,
    automatic: true,
    customerId: dossier.customerId,
    integrationId: dossier.id,
    kind: 'integration-news',
  });
}

/** E15: everybody of support is told what runs since when and who knows it; the manager too, unless it was they who did it. */
export async function handOver(work: Work, dossier: Dossier, row: Row): Promise<void> {
  const { integration } = dossier;
  const managerId = integration.seats['integrations-manager'];
  const manager = managerId === undefined ? undefined : await personById(work.sql, managerId);
  const customer = await getCustomer(work.sql, dossier.customerId);
  const { timeZone } = work.platform.config.vendor;
  const live = integration.tracks.flatMap((track) => {
    const at = integration.live[track];
    if (at === undefined) return [];
    const day = Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDate();
    return [`${trackNames[track]}: live since ${day}`];
  });
  const text = [
    `${integration.number} "${integration.name}" of ${customer?.name ?? ''} is yours to look after: ${integrationStateNames[integration.state].toLowerCase()} has begun.`,
    ...live,
    ...(manager === undefined ? [] : [`It was built under ${manager.name}, ${manager.email}.`]),
  ].join('\n');
  const people = await peopleWithRole(work.sql, 'support');
  for (const person of people) await mailPerson(work, dossier, person.id, 'Handed over to support', text);
  if (people.length === 0)
    record(
      work,
      dossier,
      { kind: 'diverged', sentence: 'Nobody holds the role Support: the hand-over has reached nobody.' },
      fairlead,
    );
  await tell(() => 'integrations-manager')(work, dossier, row);
}

/** Where an integration's page is. */
function addressOf(work: Work, dossier: Dossier): string {
  return `${publicUrl(work.platform.config)}/customers/${showId('cus', dossier.customerId)}/integrations/${showId('int', dossier.id)}`;
}
