import { z } from 'zod';
import { formatList, formatView } from '#contract/file-exchange.ts';
import { idOf } from '#contract/ids.ts';
import { selectCompanies } from '#modules/payroll/index.ts';
import type { Tx } from '#platform/database.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { acknowledgeFormat } from './acknowledge-format.ts';
import { type Format, findFormat, formats } from './emp-format.ts';
import { formatAcknowledgements } from './exchange-store.ts';
import { type Employer, type FormatDownload, formatDownload, formatDownloads } from './format-documents.ts';
import { showFormat } from './views.ts';

const base = '/api/customers/:customer/environments/:environment/files/formats';
const tags = ['files'];
const params = z.object({
  customer: idOf('cus'),
  environment: z.string(),
  format: z.string(),
  version: z.string(),
});
const downloadNames = formatDownloads.map((one) => one.name) as [FormatDownload, ...FormatDownload[]];

/** Standard formats: their page, template, samples and schema, and who has accepted them. */
export function formatRoutes(app: Http, platform: Platform): void {
  const view = async (sql: Tx, environmentId: string, format: Format) => {
    const acknowledged = await formatAcknowledgements(sql, environmentId);
    return showFormat(
      format,
      platform.config.files.maxRows,
      acknowledged.find((one) => one.format === format.format && one.version === format.version),
    );
  };
  app.get(
    base,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'Standard file formats',
        tags,
        params: params.omit({ format: true, version: true }),
        response: { 200: formatList },
      },
    },
    (request) =>
      read(platform, request.scope, async (sql) => ({
        items: await Promise.all(
          formats.map((format) => view(sql, request.scope.environmentId ?? '', format)),
        ),
        next: null,
      })),
  );
  app.get(
    `${base}/:format/:version`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: { summary: 'The page of a format', tags, params, response: { 200: formatView } },
    },
    (request) =>
      read(platform, request.scope, (sql) =>
        view(sql, request.scope.environmentId ?? '', known(request.params)),
      ),
  );
  app.get(
    `${base}/:format/:version/:name`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'A template, sample, schema or page of a format',
        tags,
        params: params.extend({ name: z.enum(downloadNames) }),
      },
    },
    async (request, reply) => {
      const format = known(request.params);
      const { name } = request.params;
      const companies = await read(platform, request.scope, (sql) =>
        selectCompanies(sql, request.scope.environmentId ?? ''),
      );
      const own = companies.find((one) => one.country === 'NZ') ?? companies[0];
      const employer: Employer =
        own === undefined ? noEmployer : { code: own.code, country: own.country === 'AU' ? 'AU' : 'NZ' };
      const { type, text } = formatDownload(format, name, platform.config.files.maxRows, employer);
      return reply
        .type(type)
        .header('content-disposition', `attachment; filename="${format.format}-${format.version}-${name}"`)
        .send(text);
    },
  );
  app.post(
    `${base}/:format/:version/acknowledge`,
    {
      config: {
        access: { portal: ['developer', 'project-owner'] },
      },
      schema: { summary: 'Accept a format version', tags, params, response: { 200: formatView } },
    },
    (request) =>
      transact(platform, request.scope, request.actor, async (work) => {
        const format = known(request.params);
        await acknowledgeFormat(work, format.format, format.version);
        return view(work.sql, request.scope.environmentId ?? '', format);
      }),
  );
}

/** What samples carry before the vendor has set an employer up. */
const noEmployer: Employer = { code: 'KOW01', country: 'NZ' };

function known(named: { format: string; version: string }): Format {
  const format = findFormat(named.format, named.version);
  if (format === undefined) throw notFound('format');
  return format;
}
