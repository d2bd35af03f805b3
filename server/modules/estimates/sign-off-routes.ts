import { z } from 'zod';
import { acceptBody, declineBody, requestChangeBody, signOffView } from '#contract/estimates.ts';
import {
  type Acceptance,
  checkSigningCode,
  expectHeld,
  openSigningLink,
  sendSigningCode,
  signingLink,
  versionsOf,
} from '#modules/documents/index.ts';
import { systemActor } from '#platform/actor.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { getEstimate } from './estimate-store.ts';
import { pdfOf } from './freeze-estimate.ts';
import { viewSignOff } from './show-sign-off.ts';
import { acceptanceStatement, decideByLink } from './sign-estimate.ts';

const tags = ['sign-off'];
const page = '/api/sign-off/:token';
const params = z.object({ token: z.string().min(20).max(100) });
const access = { public: true as const };
const actor = systemActor('sign-off');

/** The customer's sign-off page: public behind a one-time link, with a code by mail before any decision. */
export function signOffRoutes(app: Http, platform: Platform): void {
  app.get(
    page,
    {
      config: { access },
      schema: { summary: 'What is to be signed', tags, params, response: { 200: signOffView } },
    },
    async (request) => show((await openSigningLink(platform, request.params.token)) as Found),
  );
  app.get(
    `${page}/pdf`,
    { config: { access }, schema: { summary: 'What is to be signed, as PDF', tags, params } },
    async (request, reply) => {
      const { id, customerId } = await openSigningLink(platform, request.params.token);
      const bytes = await read(platform, { customerId }, async (sql) => {
        const link = await signingLink(sql, id, false);
        if (link === undefined) throw notFound();
        await expectHeld(sql, link);
        const estimate = await getEstimate(sql, customerId, link.documentId);
        const version = (await versionsOf(sql, customerId, link.documentId)).find(
          (one) => one.number === link.version,
        );
        if (estimate === undefined || version === undefined) throw notFound();
        return pdfOf({ sql, platform }, estimate, version);
      });
      if (bytes === undefined) throw notFound('the kept PDF is gone');
      return reply
        .header('content-disposition', 'inline; filename="estimate.pdf"')
        .type('application/pdf')
        .send(bytes);
    },
  );
  app.post(
    `${page}/code`,
    {
      config: { access },
      schema: { summary: 'Mail a code to the recipient', tags, params, response: { 200: signOffView } },
    },
    async (request) => {
      const found = await openSigningLink(platform, request.params.token);
      await transact(platform, { customerId: found.customerId }, actor, (work) =>
        sendSigningCode(work, found.id),
      );
      return show(found);
    },
  );
  app.post(
    `${page}/accept`,
    {
      config: { access },
      schema: { summary: 'Accept', tags, params, body: acceptBody, response: { 200: signOffView } },
    },
    (request) => decide(request, { kind: 'accepted', name: request.body.name, code: request.body.code }),
  );
  app.post(
    `${page}/decline`,
    {
      config: { access },
      schema: { summary: 'Decline', tags, params, body: declineBody, response: { 200: signOffView } },
    },
    (request) => decide(request, { kind: 'declined', words: request.body.reason, code: request.body.code }),
  );
  app.post(
    `${page}/request-change`,
    {
      config: { access },
      schema: {
        summary: 'Ask for a change',
        tags,
        params,
        body: requestChangeBody,
        response: { 200: signOffView },
      },
    },
    (request) =>
      decide(request, { kind: 'change-requested', words: request.body.text, code: request.body.code }),
  );

  type Found = { id: string; customerId: string };

  function show(found: Found) {
    return read(platform, { customerId: found.customerId }, (sql) => viewSignOff(platform, sql, found.id));
  }

  async function decide(
    request: { params: { token: string }; ip: string; headers: Record<string, unknown> },
    decision: { kind: Acceptance['decision']; name?: string; words?: string; code: string },
  ) {
    const found = await openSigningLink(platform, request.params.token);
    await checkSigningCode(platform, found, decision.code);
    const userAgent = String(request.headers['user-agent'] ?? '').slice(0, 300);
    await transact(platform, { customerId: found.customerId }, actor, async (work) => {
      const shown = await viewSignOff(platform, work.sql, found.id);
      const words = decision.words ?? acceptanceStatement(shown.title, shown.version);
      await decideByLink(
        work,
        found.id,
        { kind: decision.kind, name: decision.name ?? '', words },
        { ip: request.ip, userAgent },
      );
    });
    return show(found);
  }
}
