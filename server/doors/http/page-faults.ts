import { z } from 'zod';
import { staffRoles } from '#contract/roles.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';

const pageFault = z.strictObject({
  id: z.string().regex(/^flt_\d{1,20}$/),
  kind: z.string().regex(/^\w{1,100}$/),
  places: z.array(z.string().regex(/^[\w.-]{1,100}:\d{1,9}:\d{1,9}$/)).max(8),
});

/** POST /api/page-faults: a page of the console went wrong in somebody's browser; its id on the screen leads to this line. */
export function pageFaultRoute(app: Http, platform: Platform): void {
  app.post(
    '/api/page-faults',
    {
      // By name: an auditor changes nothing, but what went wrong in their browser is to be known too.
      config: { access: { staff: [...staffRoles], portal: 'any' } },
      schema: { summary: 'Record a fault of a page', tags: ['console'], body: pageFault },
    },
    async (request, reply) => {
      const { id, kind, places } = request.body;
      platform.log.error(
        { fault: id, kind, places, personId: request.actor.id },
        'a page of the console went wrong',
      );
      return reply.code(204).send();
    },
  );
}
