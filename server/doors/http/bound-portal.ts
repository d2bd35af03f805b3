import type { Config } from '#platform/config.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems } from '#platform/problem.ts';
import { withinScope } from '#platform/transact.ts';
import { countPortalAct } from './portal-act-store.ts';

type Kind = 'uploads' | 'additions' | 'sends' | 'faults' | 'changes';

const environment = '/api/customers/:customer/environments/:environment';

/** Which acts of a portal person are of which kind; every other one, those of routes to come too, is a change. */
export const portalActs: Record<string, Kind> = {
  [`POST ${environment}/audits`]: 'uploads',
  [`POST ${environment}/audits/:audit/file`]: 'uploads',
  [`POST ${environment}/audits/:audit/recompare`]: 'uploads',
  [`POST ${environment}/key-requests`]: 'additions',
  [`POST ${environment}/endpoints`]: 'additions',
  [`POST ${environment}/receivers`]: 'additions',
  [`POST ${environment}/files/accounts/:account/keys`]: 'additions',
  [`POST ${environment}/api-keys/:key/roll`]: 'additions',
  [`POST ${environment}/endpoints/:endpoint/roll-secret`]: 'additions',
  [`POST ${environment}/receivers/:receiver/roll-secret`]: 'additions',
  [`POST ${environment}/endpoints/:endpoint/test`]: 'sends',
  [`POST ${environment}/endpoints/:endpoint/verify`]: 'sends',
  [`POST ${environment}/deliveries/:delivery/resend`]: 'sends',
  [`POST ${environment}/inbound/:message/replay`]: 'sends',
  'POST /api/page-faults': 'faults',
};

const limits: Record<Kind, { most: (portal: Config['portal']) => number; what: string }> = {
  uploads: { most: (portal) => portal.uploadsPerHour, what: 'uploads and comparisons of audit files' },
  additions: {
    most: (portal) => portal.additionsPerHour,
    what: 'new requests, keys, secrets and connections',
  },
  sends: { most: (portal) => portal.sendsPerHour, what: 'tests and repeated messages' },
  faults: { most: (portal) => portal.faultsPerHour, what: 'reports of faults' },
  changes: { most: (portal) => portal.changesPerHour, what: 'changes' },
};

/**
 * Bounds what one person of a customer does in an hour, in every act that is allowed to them: more gets 429 with the limit
 * and when it ends. It goes by person: nobody else of the customer, and no other customer, is held up.
 */
export function boundPortal(app: Http, platform: Platform): void {
  app.addHook('preHandler', async ({ actor, method, routeOptions }) => {
    if (method === 'GET' || method === 'HEAD') return;
    if (actor.kind !== 'person' || actor.customerId === null) return;
    const { customerId, id: personId } = actor;
    const kind = portalActs[`${method} ${routeOptions.url}`] ?? 'changes';
    const now = platform.clock.now();
    const hour = hourOf(now);
    const acts = await withinScope(platform.db, { customerId }, (sql) =>
      countPortalAct(sql, { customerId, personId, kind, hour }),
    );
    const { most, what } = limits[kind];
    if (acts <= most(platform.config.portal)) return;
    const until = hour.add({ hours: 1 });
    throw commonProblems['too-many-requests']({
      detail: `One person makes at most ${most(platform.config.portal)} ${what} in an hour; the next one is possible at ${until.toString()}.`,
      headers: { 'retry-after': String(Math.max(1, Math.ceil(until.since(now).total('seconds')))) },
    });
  });
}

const hourMs = 3_600_000;
function hourOf(now: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(now.epochMilliseconds / hourMs) * hourMs);
}
