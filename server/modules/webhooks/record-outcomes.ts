import { contactsOf } from '#modules/customers/index.ts';
import { countUsageIn } from '#modules/fair-use/index.ts';
import { systemActor } from '#platform/actor.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { transact, type Work } from '#platform/transact.ts';
import { goneStatus } from './attempt-delivery.ts';
import { type AttemptOutcome, recordAttempts } from './delivery-store.ts';
import type { PauseCause } from './endpoint.ts';
import { type EndpointHealth, noteHealth, noteWarned, setEndpointStatus } from './endpoint-store.ts';

const warnAfter = { failures: 4, hours: 24 };
const pauseAfterDays = 5;

/** Whose endpoint a batch of attempts went to. */
export interface LaneOf {
  customerId: string;
  environmentId: string;
  endpointId: string;
}

/**
 * Records a batch of attempts in one transaction with all that follows from them: usage, the first delivery as a fact,
 * a warning by mail, a pause. Returns false when the endpoint was paused.
 */
export async function recordOutcomes(
  platform: Platform,
  of: LaneOf,
  outcomes: (AttemptOutcome & { eventType: string })[],
): Promise<boolean> {
  return transact(platform, of, systemActor('webhooks.dispatcher'), async (work) => {
    const recorded = new Set(await recordAttempts(work.sql, of, outcomes));
    const counted = outcomes.filter((one) => recorded.has(one.id));
    const delivered = counted.filter((one) => one.state === 'delivered');
    const events = delivered.filter((one) => one.eventType !== 'webhook.test');
    const health = await noteHealth(work.sql, of.environmentId, of.endpointId, {
      delivered: delivered.length,
      deliveredEvents: events.length,
      failed: counted.length - delivered.length,
      now: work.now,
    });
    if (health === undefined) return false;
    if (events.length > 0)
      await countUsageIn(work, {
        customerId: of.customerId,
        environmentId: of.environmentId,
        meter: 'messages',
        quantity: events.length,
      });
    if (health.firstDelivered) emitFirstDelivered(work, of, health.fingerprint);
    const gone = counted.some((one) => one.status === goneStatus);
    return !(await judgeHealth(work, of, health, gone));
  });
}

function emitFirstDelivered(work: Work, of: LaneOf, fingerprint: string): void {
  const endpointId = showId('whe', of.endpointId);
  work.emit(of.environmentId, {
    type: 'endpoint.first_delivered',
    subject: { endpointId },
    data: { endpointId, fingerprint },
  });
}

/** Pauses an endpoint that is gone or has failed for days, warns of one that fails; true when it is paused now. */
async function judgeHealth(work: Work, of: LaneOf, health: EndpointHealth, gone: boolean): Promise<boolean> {
  const failingHours = health.failingSince === null ? 0 : health.failingSince.until(work.now).total('hours');
  const cause: PauseCause | undefined = gone
    ? 'gone'
    : failingHours >= pauseAfterDays * 24
      ? 'failing'
      : undefined;
  if (cause !== undefined) {
    await pauseEndpoint(work, of, cause);
    await tellCustomer(work, of, health, cause);
    return true;
  }
  const warns = health.failures >= warnAfter.failures && failingHours >= warnAfter.hours;
  if (warns && health.warnedAt === null) {
    await noteWarned(work.sql, of.environmentId, of.endpointId, work.now);
    await tellCustomer(work, of, health, undefined);
  }
  return false;
}

/** Pauses an endpoint and says so in the log; its messages wait. */
export async function pauseEndpoint(work: Work, of: LaneOf, cause: PauseCause): Promise<void> {
  if (!(await setEndpointStatus(work.sql, of.environmentId, of.endpointId, cause))) return;
  const endpointId = showId('whe', of.endpointId);
  work.emit(of.environmentId, {
    type: 'endpoint.paused',
    subject: { endpointId },
    data: { endpointId, cause },
  });
}

/** Not through the endpoint, which is broken, but by mail to the customer's contacts (at most ten). */
async function tellCustomer(
  work: Work,
  of: LaneOf,
  health: EndpointHealth,
  cause: PauseCause | undefined,
): Promise<void> {
  const contacts = await contactsOf(work.sql, of.customerId);
  if (contacts.length === 0) return;
  const what =
    cause === 'gone'
      ? 'answered 410 (gone) and was paused'
      : cause === 'failing'
        ? `has failed for ${pauseAfterDays} days and was paused`
        : `has failed for ${warnAfter.hours} hours`;
  await work.mail({
    to: contacts.slice(0, 10).map((one) => one.email),
    subject: `Your webhook endpoint ${health.label} ${cause === undefined ? 'is failing' : 'was paused'}`,
    text: [
      `Your endpoint ${health.label} (${new URL(health.url).host}) ${what}.`,
      'No message is lost: they wait and are sent in order once the endpoint works and is enabled again.',
      'The log of deliveries in the portal shows each attempt with its answer.',
    ].join('\n\n'),
    automatic: true,
    kind: 'webhook-endpoint-notice',
    customerId: of.customerId,
  });
}
