/**
 * The Web API that customers' systems call with their keys: employees, the event feed, the environment; its
 * description, made from its own routes; and the guide for developers.
 */
import type { Http } from '#platform/http.ts';
import type { Module } from '#platform/module.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { companyRoutes } from './company-routes.ts';
import { docsRoutes } from './docs-routes.ts';
import { employeeRoutes } from './employee-routes.ts';
import { environmentRoutes } from './environment-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { notesWritten } from './note-call.ts';
import { collectRoutes } from './openapi-document.ts';
import { problems } from './problems.ts';
import { v1Answers, v1Conventions } from './v1-conventions.ts';

export { webApiFingerprint } from './note-call.ts';
export { openapiDocument } from './openapi-document.ts';

/** The Web API module. */
export const webApi: Module = {
  name: 'web-api',
  problems: problems.catalogue,
  routes: (app, platform) => {
    app.addHook('onClose', () => notesWritten(platform));
    app.register(async (v1) => v1Routes(v1 as unknown as Http, platform));
    app.register(async (v1) => unknownAddresses(v1 as unknown as Http), { prefix: '/v1' });
    docsRoutes(app, platform);
  },
};

/** An address under /v1 that no route has is answered as those that there are. */
function unknownAddresses(v1: Http): void {
  v1Answers(v1);
  v1.setNotFoundHandler(() => {
    throw notFound();
  });
}

function v1Routes(v1: Http, platform: Platform): void {
  collectRoutes(v1);
  v1Conventions(v1, platform);
  environmentRoutes(v1, platform);
  companyRoutes(v1, platform);
  employeeRoutes(v1, platform);
  eventRoutes(v1, platform);
}
