import { cleanTexts } from '#contract/text-tree.ts';
import { type InboundMessage, inboundMessage } from '#contract/webhooks.ts';
import { effectiveDay, putEmployee } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import type { Tx } from '#platform/database.ts';
import { showId } from '#platform/ids.ts';
import { isPassing } from '#platform/passing-fault.ts';
import type { Platform } from '#platform/platform.ts';
import { Problem, type ProblemError } from '#platform/problem.ts';
import { transact, type Work } from '#platform/transact.ts';
import {
  type InboundResult,
  type NextInbound,
  newerGroups,
  noteInboundFailure,
  raiseHeads,
  settleInbound,
  takeNextInbound,
} from './inbound-store.ts';
import { noteDuplicateApplied } from './note-sighting.ts';
import { toleranceSeconds } from './signature.ts';

const giveUpAfter = 5;
const mostErrors = 50;
/** How long a change waits for the employee it is about: over a weekend. */
const waitHours = 72;

/** Whose messages are applied. */
export interface InboxOf {
  customerId: string;
  environmentId: string;
}

/**
 * Applies the oldest message that waits in an environment, in one transaction with its new state: once, whatever is
 * killed when. One that breaks a rule becomes a dead letter with its cause; one that comes before its employee waits for it; a
 * fault that passes by itself counts for nothing.
 * False when nothing waits, or nothing can be done just now.
 */
export async function applyNextInbound(platform: Platform, of: InboxOf): Promise<boolean> {
  let taken: NextInbound | undefined;
  const actor = systemActor('webhooks.receiver');
  try {
    return await transact(platform, of, actor, async (work) => {
      taken = await takeNextInbound(work.sql, of.environmentId, work.now);
      if (taken === undefined) return false;
      const result = await apply(work, of, taken);
      await settleInbound(work.sql, of.environmentId, taken.id, result, work.now);
      if (result.state === 'applied' && taken.copies > 1)
        await noteDuplicateApplied(work, { ...taken, environmentId: of.environmentId });
      return true;
    });
  } catch (error) {
    const failed = taken;
    if (failed === undefined) throw error;
    if (isPassing(error)) {
      platform.log.warn({ err: error, message: failed.id }, 'an inbound message waits');
      return false;
    }
    platform.log.error({ err: error, message: failed.id }, 'an inbound message could not be applied');
    await transact(platform, of, actor, ({ sql }) =>
      noteInboundFailure(sql, of.environmentId, failed.id, giveUpAfter),
    );
    return false;
  }
}

async function apply(work: Work, of: InboxOf, taken: NextInbound): Promise<InboundResult> {
  const body = JSON.parse(taken.body.toString('utf8')) as object;
  const unreadable = cleanTexts(body, { root: '', use: 'prose' });
  if (unreadable.length > 0) return malformed(unreadable);
  const parsed = inboundMessage.safeParse(body);
  if (!parsed.success)
    return malformed(
      parsed.error.issues.map((issue) => ({ pointer: `/${issue.path.join('/')}`, detail: issue.message })),
    );
  const { message, isAhead } = notAhead(parsed.data, taken.receivedAt);
  const { companyCode, employeeNumber } = message.data;
  const key = { companyCode, employeeNumber };
  try {
    const { fresh, stale } = await withoutStaleGroups(work, of, message);
    if (stale.length > 0 && Object.keys(fresh.input).filter((name) => name !== 'effectiveFrom').length === 0)
      return { state: 'stale', cause: 'older-than-applied', detail: left(stale), ...key };
    const put = await work.sql.savepoint((sql) =>
      putEmployee(
        { ...work, sql: sql as Tx },
        {
          ...of,
          ...key,
          input: fresh.input,
          source: {
            channel: 'webhook',
            receiverId: showId('whr', taken.receiverId),
            messageId: taken.messageId,
          },
        },
      ),
    );
    await raiseHeads(work.sql, { ...of, ...key }, fresh.groups, message.timestamp);
    const notes = [
      isAhead ? 'Its timestamp lies in the future, so it counts as of when it was received.' : '',
      stale.length > 0 ? left(stale) : '',
      put.changed ? '' : 'Everything was so already.',
      put.bankChangeHeld ? 'New bank accounts wait for a second approver.' : '',
      // The receipt was given before anybody looked, so that this is where warnings are read.
      ...put.warnings.map((one) => `Warning ${one.code} at ${one.field}: ${one.message}.`),
    ].filter(Boolean);
    return { state: 'applied', detail: notes.join(' ') || null, ...key };
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    const waitUntil = taken.waitUntil ?? taken.receivedAt.add({ hours: waitHours });
    if (error.code === 'employee-incomplete' && Temporal.Instant.compare(work.now, waitUntil) < 0)
      return {
        state: 'waiting',
        cause: error.code,
        detail: `There is no such employee yet. The change is applied as soon as there is, until ${waitUntil.round('second')}.`,
        waitUntil,
        ...key,
      };
    return {
      state: 'dead',
      cause: error.code,
      detail: `${error.title}. ${error.mend}`,
      errors: (error.errors ?? []).slice(0, mostErrors),
      ...key,
    };
  }
}

function malformed(errors: ProblemError[]): InboundResult {
  const detail = 'The message does not fit its description.';
  return { state: 'dead', cause: 'malformed', detail, errors: errors.slice(0, mostErrors) };
}

/**
 * A timestamp further in the future than clocks differ counts as the time of receipt: taken at its word it would make
 * every later change of the employee look old until that day.
 */
function notAhead(
  message: InboundMessage,
  receivedAt: Temporal.Instant,
): { message: InboundMessage; isAhead: boolean } {
  const latest = receivedAt.add({ seconds: toleranceSeconds });
  if (Temporal.Instant.compare(message.timestamp, latest) <= 0) return { message, isAhead: false };
  return { message: { ...message, timestamp: receivedAt.toString() }, isAhead: true };
}

const left = (stale: string[]) =>
  `Left out, because a newer message had set it from that day on: ${stale.join(', ')}.`;

interface Dated {
  group: string;
  from: string;
  exact: boolean;
}

/** The message without what a newer one has set already, by group and the day from which it holds. */
async function withoutStaleGroups(work: Work, of: InboxOf, message: InboundMessage) {
  const { companyCode, employeeNumber, employee } = message.data;
  const { effectiveFrom, payRates, ...groups } = employee;
  const from =
    effectiveFrom ??
    (await effectiveDay(
      work,
      of.environmentId,
      { companyCode, employeeNumber },
      groups.employment?.startDate,
    ));
  const dated: Dated[] = [
    ...Object.entries(groups)
      .filter(([, value]) => value !== undefined)
      .map(([group]) => ({ group, from, exact: effectiveFrom !== undefined })),
    ...(payRates ?? []).map((rate) => ({ group: 'payRates', from: rate.effectiveFrom, exact: true })),
  ];
  const newer = await newerGroups(
    work.sql,
    { environmentId: of.environmentId, companyCode, employeeNumber },
    dated,
    message.timestamp,
  );
  const isStale = (group: string, from: string) =>
    newer.some((one) => one.group === group && one.from === from);
  const kept = dated.filter((one) => !isStale(one.group, one.from));
  const rates = payRates?.filter((rate) => !isStale('payRates', rate.effectiveFrom));
  const input = {
    ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
    ...Object.fromEntries(
      Object.entries(groups).filter(([group]) => kept.some((one) => one.group === group)),
    ),
    ...(rates === undefined || rates.length === 0 ? {} : { payRates: rates }),
  };
  return {
    fresh: { input, groups: kept.map(({ group, from }) => ({ group, from })) },
    stale: dated.filter((one) => isStale(one.group, one.from)).map((one) => one.group),
  };
}
