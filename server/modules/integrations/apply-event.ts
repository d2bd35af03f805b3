import { type Person, personById } from '#modules/access/index.ts';
import { findContact } from '#modules/customers/index.ts';
import { numberChange, setReviewer, withdrawEstimate } from '#modules/estimates/index.ts';
import type { StoredEvent } from '#platform/events.ts';
import type { Work } from '#platform/transact.ts';
import { applyFindings } from './apply-evidence.ts';
import { customerRules } from './customer-rules.ts';
import { type Dossier, fairlead, record } from './dossier.ts';
import { environmentRules } from './environment-rules.ts';
import { idIn, numberOf, type Seen } from './evidence.ts';
import type { FactActor } from './facts.ts';
import { isFinal } from './playbook.ts';
import { settle } from './settle.ts';
import { mailPerson } from './tell.ts';

/** Turns one event into what it says about an integration's gates, and those into moves. */
export async function applyEvent(
  work: Work,
  dossier: Dossier,
  event: StoredEvent,
  environment: 'sandbox' | 'production' | undefined,
): Promise<void> {
  const { timeZone } = work.platform.config.vendor;
  const by = event.actor.kind === 'person' ? await personById(work.sql, event.actor.id) : undefined;
  const assigneeId = idIn(event, 'assigneeId', 'per');
  const actor = await doerOf(work, dossier, event, by);
  const seen: Seen = {
    event,
    environment,
    integration: dossier.integration,
    by,
    doer: actor === fairlead ? '' : actor.name,
    assignee: assigneeId === undefined ? undefined : await personById(work.sql, assigneeId),
    time: timeOf(event.recordedAt, work.now, timeZone),
    dayOf: (instant) => Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString(),
  };
  await tellOfFigures(work, dossier, event, actor);
  const rule = environment === undefined ? customerRules[event.type] : environmentRules[event.type];
  applyFindings(work, dossier, seen, rule?.(seen) ?? [], actor);
  await receiveEstimate(work, dossier, event);
  await settle(work, dossier, actor);
}

/** E9: figures that the reviewer changes in review make a version in their name, of which the manager is told, once. */
async function tellOfFigures(work: Work, dossier: Dossier, event: StoredEvent, by: FactActor): Promise<void> {
  const { links, seats, state } = dossier.integration;
  const version = numberOf(event, 'version');
  if (event.type !== 'estimate.version_created' || state !== 'in-review' || version === links.estimateVersion)
    return;
  const sentence = `${by.name} has changed the estimate in review: version ${version} is in their name.`;
  record(work, dossier, { kind: 'noted', sentence }, by);
  const manager = seats['integrations-manager'];
  if (manager !== undefined)
    await mailPerson(work, dossier, manager, 'The estimate was changed in review', sentence);
}

/**
 * N4: the estimate of a new customer's change is the Lead Consultant's, who sits in the Commercial Director's seat, and
 * bears the number of the change. One that is begun for an integration that is over is withdrawn at once.
 */
async function receiveEstimate(work: Work, dossier: Dossier, event: StoredEvent): Promise<void> {
  const estimateId = event.type === 'estimate.created' ? idIn(event, 'estimateId', 'est') : undefined;
  if (estimateId === undefined) return;
  if (isFinal(dossier.integration.state)) await withdrawEstimate(work, dossier.customerId, dossier.id);
  const { change, origin } = dossier.integration;
  if (origin === 'existing') return;
  await setReviewer(work, dossier.customerId, estimateId, 'lead-consultant');
  if (change !== undefined) await numberChange(work, dossier.customerId, dossier.id, change.number);
}

/** Whose deed an event was: the person, the customer's system, the contact who signed, else Fairlead. */
async function doerOf(
  work: Work,
  dossier: Dossier,
  event: StoredEvent,
  by: Person | undefined,
): Promise<FactActor> {
  if (by !== undefined) return { kind: 'person', id: by.id, name: by.name };
  if (event.actor.kind === 'credential')
    return { kind: 'credential', id: event.actor.id, name: "The customer's system" };
  const contactId = idIn(event, 'by', 'con');
  if (contactId === undefined) return fairlead;
  const contact = await findContact(work.sql, dossier.customerId, { id: contactId });
  return contact === undefined
    ? fairlead
    : { kind: 'person', id: contact.personId ?? contact.id, name: contact.name };
}

/** The time of an instant in a zone, with its day unless that is today. */
function timeOf(at: Temporal.Instant, now: Temporal.Instant, timeZone: string): string {
  const local = at.toZonedDateTimeISO(timeZone).toPlainDateTime();
  const rounded = local.round({ smallestUnit: 'second', roundingMode: 'trunc' });
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const time = rounded.toPlainTime().toString();
  return rounded.toPlainDate().equals(today) ? time : `${rounded.toPlainDate()} ${time}`;
}
