import { companyPage } from '#contract/web-api.ts';
import { selectCompanies } from '#modules/payroll/index.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';

/** GET /v1/companies: the legal employers that employees of the key's environment can belong to. */
export function companyRoutes(v1: Http, platform: Platform): void {
  v1.get(
    '/v1/companies',
    {
      config: { access: { credential: 'environment:read' } },
      schema: {
        operationId: 'listCompanies',
        summary: 'List companies',
        description:
          'The legal employers of the environment. Their codes stand in the addresses of employees. A new sandbox has one; the vendor adds others.',
        tags: ['Companies'],
        response: { 200: companyPage },
      },
    },
    async (request) => {
      const { environmentId } = request.scope;
      if (environmentId === undefined) throw notFound();
      const companies = await read(platform, request.scope, (sql) => selectCompanies(sql, environmentId));
      const items = companies.map(({ code, name, country, timeZone }) => ({
        companyCode: code,
        name,
        country,
        timeZone,
      }));
      return { items, next: null };
    },
  );
}
