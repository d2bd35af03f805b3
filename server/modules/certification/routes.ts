import {
  agreeScenariosBody,
  certificationList,
  certificationView,
  certificationParams as params,
} from '#contract/certification.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, type Scope, transact } from '#platform/transact.ts';
import { agreeScenarios } from './agree-scenarios.ts';
import type { EnvironmentOf } from './certification-store.ts';
import { viewCertification } from './view-certification.ts';

const tags = ['certification'];
const base = '/api/customers/:customer/environments/:environment';

/** The agreed scenarios of an environment with what was seen of each. */
export function certificationRoutes(app: Http, platform: Platform): void {
  app.get(
    `${base}/scenarios`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'Agreed scenarios and what was seen of them',
        tags,
        params: params.environment,
        response: { 200: certificationList },
      },
    },
    async (request) => {
      const { environmentId } = environmentOf(request.scope);
      const items = await read(platform, request.scope, (sql) => viewCertification(sql, environmentId));
      return { items, next: null };
    },
  );
  app.put(
    `${base}/scenarios/:track`,
    {
      config: { access: { staff: ['integrations-manager'] } },
      schema: {
        summary: 'Agree which scenarios a track has',
        tags,
        params: params.track,
        body: agreeScenariosBody,
        response: { 200: certificationView },
      },
    },
    async (request) => {
      const of = environmentOf(request.scope);
      const { track } = request.params;
      await transact(platform, of, request.actor, (work) =>
        agreeScenarios(work, of, track, request.body.scenarios),
      );
      const views = await read(platform, of, (sql) => viewCertification(sql, of.environmentId));
      const view = views.find((one) => one.track === track);
      if (view === undefined) throw notFound();
      return view;
    },
  );
}

function environmentOf(scope: Scope): EnvironmentOf {
  if (scope.customerId === undefined || scope.environmentId === undefined) throw notFound();
  return { customerId: scope.customerId, environmentId: scope.environmentId };
}
