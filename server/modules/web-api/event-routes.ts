import { type EventDocument, eventPage, eventsQuery } from '#contract/web-api.ts';
import { readEvents, type StoredEvent } from '#platform/events.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';
import { problems } from './problems.ts';
import { headOf } from './web-api-store.ts';

/** GET /v1/events: the environment's log in order, with the sequences that webhooks carry. */
export function eventRoutes(v1: Http, platform: Platform): void {
  v1.get(
    '/v1/events',
    {
      config: { access: { credential: 'events:read' }, sends: { 200: ['link'] } },
      schema: {
        operationId: 'listEvents',
        summary: 'Read the event feed',
        description:
          'Everything that happened in the environment, in order and without a hole: 1, 2, 3 … Ask again with `after` set to `next`. An empty page means that you are up to date.',
        tags: ['Events'],
        querystring: eventsQuery,
        response: { 200: eventPage },
      },
    },
    async (request, reply) => {
      const { environmentId } = request.scope;
      if (environmentId === undefined) throw notFound();
      const { after, limit } = request.query;
      return read(platform, request.scope, async (sql) => {
        const head = await headOf(sql, environmentId);
        if (after > head) throw problems['events-cursor-ahead']();
        const items = (await readEvents(sql, environmentId, after, limit)).map(showEvent);
        const next = items.at(-1)?.sequence ?? after;
        if (next < head) reply.header('link', `</v1/events?after=${next}&limit=${limit}>; rel="next"`);
        return { items, next, head };
      });
    },
  );
}

/** An event as a customer sees it: what happened and where it came in, not who of the vendor's people it was. */
export function showEvent(event: StoredEvent): EventDocument {
  return {
    id: showId('evt', event.id),
    sequence: event.sequence,
    type: event.type,
    subject: event.subject,
    data: event.data,
    effectiveFrom: event.effectiveFrom,
    channel: event.source['channel'] ?? null,
    recordedAt: event.recordedAt.toString(),
  };
}
