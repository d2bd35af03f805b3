import { z } from 'zod';
import { verificationView } from '#contract/documents.ts';
import { idOf } from '#contract/ids.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import type { Acceptance } from './document-store.ts';
import { verifyAcceptance } from './verify-acceptance.ts';

/** The public page that verifies a signature by its id. */
export function routes(app: Http, platform: Platform): void {
  app.get(
    '/api/verify/:acceptance',
    {
      config: { access: { public: true } },
      schema: {
        summary: 'Recompute what was signed and say what fits',
        tags: ['documents'],
        params: z.object({ acceptance: idOf('doc') }),
        response: { 200: verificationView },
      },
    },
    (request) => verifyAcceptance(platform, request.params.acceptance),
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
  };
}
