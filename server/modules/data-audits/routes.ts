import { Readable } from 'node:stream';
import { z } from 'zod';
import * as contract from '#contract/data-audits.ts';
import { dataAuditParams as params } from '#contract/data-audits.ts';
import { isLinkHeld } from '#modules/credentials/index.ts';
import { mayReadPay } from '#modules/payroll/index.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import { sha256 } from '#platform/crypto.ts';
import type { Access, Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, type Scope, transact } from '#platform/transact.ts';
import { acceptDifferences } from './accept-differences.ts';
import { listDifferences } from './audit-store.ts';
import { getPlacement, listExtracts, placementByToken } from './extract-store.ts';
import { deliverExtract, linkExtract, placeExtract } from './give-extract.ts';
import { makeExtract, makeExtractAgain } from './make-extract.ts';
import { compareAgain, mostFileBytes, openAudit } from './open-audit.ts';
import { problems } from './problems.ts';
import { receiveUpload } from './receive-upload.ts';
import { showDifference, viewAudits, viewExtracts } from './show-audit.ts';

const tags = ['data audits'];
const base = '/api/customers/:customer/environments/:environment';
const readers: { access: Access } = { access: { staff: 'any', portal: 'any' } };
const givers: { access: Access } = { access: { staff: ['integrations-manager', 'lead-consultant'] } };
const auditors: { access: Access } = {
  access: {
    staff: ['integrations-manager', 'lead-consultant'],
    portal: ['project-owner', 'developer', 'signatory'],
  },
};
/** The customer audits its data: its own file, and its own word for what differs. */
const customers: { access: Access } = { access: { portal: ['project-owner', 'developer', 'signatory'] } };

/** Extracts and how they are given, audits with their differences, and the download behind an extract's link. */
export function dataAuditRoutes(app: Http, platform: Platform): void {
  extractRoutes(app, platform);
  auditRoutes(app, platform);
  uploadRoutes(app, platform);
  downloadRoute(app, platform);
}

function environmentOf(scope: Scope): { customerId: string; environmentId: string } {
  if (scope.customerId === undefined || scope.environmentId === undefined) throw notFound();
  return { customerId: scope.customerId, environmentId: scope.environmentId };
}

/** Where the next page begins; null when this one is the last. */
function nextOf(items: readonly { id: string }[], limit: number): string | null {
  return items.length === limit ? (items.at(-1)?.id ?? null) : null;
}

function extractRoutes(app: Http, platform: Platform): void {
  app.get(
    `${base}/extracts`,
    {
      config: readers,
      schema: {
        summary: 'Extracts',
        tags,
        params: params.environment,
        querystring: contract.extractsQuery,
        response: { 200: contract.extractList },
      },
    },
    async (request) => {
      const { environmentId } = environmentOf(request.scope);
      const withPay = mayReadPay(request.actor);
      const { query: page } = request;
      const items = await read(platform, request.scope, (sql) =>
        viewExtracts(sql, environmentId, { withPay, page }),
      );
      return { items, next: nextOf(items, page.limit) };
    },
  );
  app.get(
    `${base}/extracts/:extract`,
    {
      config: readers,
      schema: {
        summary: 'One extract',
        tags,
        params: params.extract,
        response: { 200: contract.extractView },
      },
    },
    (request) => extractOf(platform, request.scope, request.actor, request.params.extract),
  );
  app.post(
    `${base}/extracts`,
    {
      config: givers,
      schema: {
        summary: 'Make an extract of all employees',
        tags,
        params: params.environment,
        body: contract.createExtractBody,
        response: { 202: contract.extractView },
      },
    },
    async (request, reply) => {
      const of = environmentOf(request.scope);
      const id = await transact(platform, of, request.actor, (work) => makeExtract(work, of, request.body));
      return reply.code(202).send(await extractOf(platform, of, request.actor, id));
    },
  );
  app.post(
    `${base}/extracts/:extract/again`,
    {
      config: givers,
      schema: {
        summary: 'Write a failed extract again',
        tags,
        params: params.extract,
        response: { 202: contract.extractView },
      },
    },
    async (request, reply) => {
      const of = environmentOf(request.scope);
      const { extract } = request.params;
      await transact(platform, of, request.actor, (work) => makeExtractAgain(work, of, extract));
      return reply.code(202).send(await extractOf(platform, of, request.actor, extract));
    },
  );
  app.post(
    `${base}/extracts/:extract/link`,
    {
      config: givers,
      schema: {
        summary: 'Give an extract by one-time link',
        tags,
        params: params.extract,
        body: contract.extractLinkBody,
        response: { 201: contract.extractLink },
      },
    },
    async (request, reply) => {
      const of = environmentOf(request.scope);
      const link = await transact(platform, of, request.actor, (work) =>
        linkExtract(work, of, request.params.extract, request.body.sendLinkTo),
      );
      return reply.code(201).send(link);
    },
  );
  app.post(
    `${base}/extracts/:extract/place`,
    {
      config: givers,
      schema: {
        summary: 'Put an extract under /out for SFTP',
        tags,
        params: params.extract,
        response: { 201: contract.placedExtract },
      },
    },
    async (request, reply) => {
      const of = environmentOf(request.scope);
      const path = await transact(platform, of, request.actor, (work) =>
        placeExtract(work, of, request.params.extract),
      );
      return reply.code(201).send({ path });
    },
  );
}

function auditRoutes(app: Http, platform: Platform): void {
  app.get(
    `${base}/audits`,
    {
      config: readers,
      schema: {
        summary: 'Data audits',
        tags,
        params: params.environment,
        querystring: contract.auditsQuery,
        response: { 200: contract.auditList },
      },
    },
    async (request) => {
      const { environmentId } = environmentOf(request.scope);
      const { query: page } = request;
      const items = await read(platform, request.scope, (sql) => viewAudits(sql, environmentId, page));
      return { items, next: nextOf(items, page.limit) };
    },
  );
  app.get(
    `${base}/audits/:audit`,
    {
      config: readers,
      schema: {
        summary: 'One data audit',
        tags,
        params: params.audit,
        response: { 200: contract.auditView },
      },
    },
    (request) => auditOf(platform, request.scope, request.params.audit),
  );
  app.get(
    `${base}/audits/:audit/differences`,
    {
      config: readers,
      schema: {
        summary: 'Differences in order of the key',
        tags,
        params: params.audit,
        querystring: contract.differenceQuery,
        response: { 200: contract.differenceList },
      },
    },
    async (request) => {
      const { environmentId } = environmentOf(request.scope);
      const auditId = request.params.audit;
      await auditOf(platform, request.scope, auditId);
      const { cursor, ...filter } = request.query;
      const rows = await read(platform, request.scope, (sql) =>
        listDifferences(sql, { environmentId, auditId }, { ...filter, after: cursor }),
      );
      const last = rows.length === filter.limit ? rows.at(-1) : undefined;
      return {
        items: rows.map(showDifference),
        next: last === undefined ? null : showId('dif', last.id),
        total: rows[0]?.total ?? 0,
      };
    },
  );
  app.post(
    `${base}/audits/:audit/accept`,
    {
      config: customers,
      schema: {
        summary: 'Accept differences with a reason',
        tags,
        params: params.audit,
        body: contract.acceptDifferencesBody,
        response: { 200: contract.decided },
      },
    },
    async (request) => {
      const of = environmentOf(request.scope);
      const { audit } = request.params;
      const decided = await transact(platform, of, request.actor, (work) =>
        acceptDifferences(work, of, audit, request.body),
      );
      return { decided, audit: await auditOf(platform, of, audit) };
    },
  );
  app.post(
    `${base}/audits/:audit/recompare`,
    {
      config: auditors,
      schema: { summary: 'Compare again', tags, params: params.audit, response: { 202: contract.auditView } },
    },
    async (request, reply) => {
      const of = environmentOf(request.scope);
      const { audit } = request.params;
      await transact(platform, of, request.actor, (work) => compareAgain(work, of, audit));
      return reply.code(202).send(await auditOf(platform, of, audit));
    },
  );
}

/** Uploads come as a stream of bytes: a parser of their own, in a plugin that leaves the other routes alone. */
function uploadRoutes(app: Http, platform: Platform): void {
  app.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    const uploads = door as unknown as Http;
    uploads.post(
      `${base}/audits`,
      {
        config: customers,
        bodyLimit: mostFileBytes,
        schema: {
          summary: 'Compare a CSV file of employees with payroll',
          tags,
          params: params.environment,
          querystring: contract.uploadAuditQuery,
          response: { 202: contract.auditView },
        },
      },
      async (request, reply) => {
        const of = environmentOf(request.scope);
        const id = await receiveUpload(platform, of, streamOf(request.body), (stored) =>
          transact(platform, of, request.actor, (work) => openAudit(work, of, { ...request.query, stored })),
        );
        return reply.code(202).send(await auditOf(platform, of, id));
      },
    );
    uploads.post(
      `${base}/audits/:audit/file`,
      {
        config: customers,
        bodyLimit: mostFileBytes,
        schema: {
          summary: 'Replace the file of an audit and compare again',
          tags,
          params: params.audit,
          querystring: contract.replaceFileQuery,
          response: { 202: contract.auditView },
        },
      },
      async (request, reply) => {
        const of = environmentOf(request.scope);
        const { audit } = request.params;
        await auditOf(platform, of, audit);
        await receiveUpload(platform, of, streamOf(request.body), (stored) =>
          transact(platform, of, request.actor, (work) =>
            compareAgain(work, of, audit, { ...request.query, stored }),
          ),
        );
        return reply.code(202).send(await auditOf(platform, of, audit));
      },
    );
  });
}

const streamOf = (body: unknown) => (body instanceof Readable ? body : Readable.from([]));

function downloadRoute(app: Http, platform: Platform): void {
  app.get(
    '/api/downloads/extracts/:token',
    {
      // A HEAD that drains the file would count as a delivery of bytes that nobody got.
      exposeHeadRoute: false,
      config: { access: { public: true } },
      schema: {
        summary: 'The file behind a one-time link that was used',
        tags,
        params: z.object({ token: z.string().min(20).max(100) }),
      },
    },
    async (request, reply) => {
      const found = await placementByToken(platform.db, sha256(request.params.token));
      if (found === undefined) throw notFound();
      const { extract, isOver } = await read(platform, found, async (sql) => {
        const placement = await getPlacement(sql, found.environmentId, found.id);
        const [one] = await listExtracts(sql, found.environmentId, placement?.extractId);
        const until = placement?.tokenUntil ?? null;
        return {
          extract: placement === undefined ? undefined : one,
          isOver:
            placement?.linkId == null ||
            !(await isLinkHeld(sql, found.customerId, placement.linkId)) ||
            until === null ||
            Temporal.Instant.compare(until, platform.clock.now()) <= 0,
        };
      });
      if (extract?.objectKey == null) throw notFound();
      if (isOver) throw problems['download-expired']();
      const bytes = platform.objects.read(extract.objectKey);
      reply.raw.once('finish', () => {
        if (!bytes.readableEnded) return;
        transact(platform, found, systemActor('link'), (work) =>
          deliverExtract(work, found, found.id, extract.id, 'link'),
        ).catch((error: unknown) => platform.log.error({ err: error }, 'a delivery could not be noted'));
      });
      return reply
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="${extract.fileName}"`)
        .header('content-length', String(extract.sizeBytes))
        .header('content-encoding', 'identity')
        .type('text/csv; charset=utf-8')
        .send(bytes);
    },
  );
}

async function extractOf(platform: Platform, scope: Scope, actor: Actor, id: string) {
  const { environmentId } = environmentOf(scope);
  const options = { withPay: mayReadPay(actor), id };
  const [extract] = await read(platform, scope, (sql) => viewExtracts(sql, environmentId, options));
  if (extract === undefined) throw notFound();
  return extract;
}

async function auditOf(platform: Platform, scope: Scope, id: string) {
  const { environmentId } = environmentOf(scope);
  const [audit] = await read(platform, scope, (sql) => viewAudits(sql, environmentId, { id }));
  if (audit === undefined) throw notFound();
  return audit;
}
