import { z } from 'zod';
import { confirmAcceptanceBody, estimateView } from '#contract/estimates.ts';
import { idOf } from '#contract/ids.ts';
import { viewEstimate } from '#modules/estimates/index.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { read, transact } from '#platform/transact.ts';
import { confirmAcceptance } from './confirm-acceptance.ts';

/** What is done to an estimate that needs more than the estimate to be judged. */
export function estimateRoutes(app: Http, platform: Platform): void {
  app.post(
    '/api/customers/:customer/estimates/:estimate/confirm',
    {
      config: { access: { staff: ['commercial-director', 'lead-consultant'] } },
      schema: {
        summary: 'Confirm that the customer accepted by mail',
        tags: ['estimates'],
        params: z.object({ customer: idOf('cus'), estimate: idOf('est') }),
        body: confirmAcceptanceBody,
        response: { 200: estimateView },
      },
    },
    async (request) => {
      const { customer, estimate } = request.params;
      const { contact, mail, reference } = request.body;
      await transact(platform, request.scope, request.actor, (work) =>
        confirmAcceptance(work, customer, estimate, { contactId: contact, mailId: mail, reference }),
      );
      return read(platform, request.scope, (sql) =>
        viewEstimate(platform, sql, customer, estimate, request.actor),
      );
    },
  );
}
