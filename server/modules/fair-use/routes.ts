import {
  fairUsePolicyBody,
  fairUsePolicyView,
  usageMeters,
  usageOverview,
  usageOverviewQuery,
  usageParams,
  usageQuery,
  usageView,
} from '#contract/fair-use.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { transact } from '#platform/transact.ts';
import { dayAcross, newestPolicy } from './fair-use-store.ts';
import { meterState, recommendedPolicy } from './policy.ts';
import { setPolicy } from './set-policy.ts';
import { keepRecovering, usageMeter } from './usage-meter.ts';
import { viewUsage } from './usage-view.ts';

/** Routes of the meters and the policy. */
export function fairUseRoutes(app: Http, platform: Platform): void {
  const meter = usageMeter(platform);
  let recovering: ReturnType<typeof keepRecovering> | undefined;
  app.addHook('onReady', async () => {
    recovering = keepRecovering(platform);
  });
  app.addHook('onClose', async () => {
    await recovering?.stop();
    await meter.flush();
  });
  app.get(
    '/api/customers/:customer/environments/:environment/usage',
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'Usage of an environment against the fair-use policy',
        params: usageParams,
        querystring: usageQuery,
        response: { 200: usageView },
      },
    },
    async (request) => {
      const { customerId, environmentId } = request.scope;
      if (customerId === undefined || environmentId === undefined) throw notFound();
      return viewUsage(platform, { customerId, environmentId }, request.query);
    },
  );
  app.get(
    '/api/fair-use',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'Usage of all environments on a day',
        querystring: usageOverviewQuery,
        response: { 200: usageOverview },
      },
    },
    async (request) => {
      const now = platform.clock.now().toZonedDateTimeISO(platform.config.vendor.timeZone);
      const day = request.query.day ?? now.toPlainDate().toString();
      const policy = await newestPolicy(platform.db);
      const found = await dayAcross(platform.db, day, request.query.limit);
      return {
        day,
        items: found.map((row) => {
          const percents = usageMeters.map(
            (one) => meterState(policy, row.headCount, one, row.totals, now).percent,
          );
          const known = percents.filter((percent) => percent !== null);
          return {
            customer: { id: showId('cus', row.customerId), code: row.customerCode, name: row.customerName },
            environment: row.environmentKind,
            ...row.totals.day,
            percent: known.length === 0 ? null : Math.max(...known),
          };
        }),
        next: null,
      };
    },
  );
  policyRoutes(app, platform);
}

function policyRoutes(app: Http, platform: Platform): void {
  const view = async () => {
    const policy = await newestPolicy(platform.db);
    return {
      policy: policy === undefined ? null : { ...policy, setAt: policy.setAt.toString() },
      recommended: recommendedPolicy,
      mode: platform.config.fairUse.policy,
    };
  };
  app.get(
    '/api/fair-use/policy',
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: { summary: "The vendor's fair-use policy", response: { 200: fairUsePolicyView } },
    },
    view,
  );
  app.put(
    '/api/fair-use/policy',
    {
      config: { access: { staff: ['integrations-manager', 'commercial-director'] } },
      schema: {
        summary: "Set the vendor's fair-use policy as a new version",
        body: fairUsePolicyBody,
        response: { 200: fairUsePolicyView },
      },
    },
    async (request) => {
      await transact(platform, {}, request.actor, (work) => setPolicy(work, request.body));
      return view();
    },
  );
}
