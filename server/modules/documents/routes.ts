import { z } from 'zod';
import { verificationView } from '#contract/documents.ts';
import { idOf } from '#contract/ids.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';
import { type Acceptance, acceptance, findAcceptance } from './document-store.ts';

/** The public page that verifies a signature by its id. */
export function routes(app: Http, platform: Platform): void {
  app.get(
    '/api/verify/:acceptance',
    {
      config: { access: { public: true } },
      schema: {
        summary: 'What was signed, when and by hash',
        tags: ['documents'],
        params: z.object({ acceptance: idOf('doc') }),
        response: { 200: verificationView },
      },
    },
    async (request) => {
      const found = await findAcceptance(platform.db, request.params.acceptance);
      if (found === undefined) throw notFound();
      const one = await read(platform, { customerId: found.customerId }, (sql) => acceptance(sql, found.id));
      if (one === undefined) throw notFound();
      const { name, ...view } = showAcceptance(one);
      return { ...view, signedBy: initials(name) };
    },
  );
}

/** An acceptance as screens show it. */
export function showAcceptance(one: Acceptance) {
  return {
    id: showId('doc', one.id),
    decision: one.decision,
    name: one.name,
    channel: one.channel,
    statement: one.statement,
    at: one.at.toString(),
    version: one.version,
    sha256: one.sha256,
    pdfSha256: one.pdfSha256,
    previousEvent: one.previousHash === '' ? null : one.previousHash,
  };
}

/** Whoever holds the address of the page need not learn a full name. */
function initials(name: string): string {
  return name
    .split(/\s+/)
    .map((part) => `${part[0] ?? ''}.`)
    .join(' ');
}
