import { type TicketLine, ticketPage } from '#contract/desk.ts';
import { board, opportunityPage } from '#contract/pipeline.ts';
import { withQuery } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';

/** What of a customer an action may link: what belongs to no integration yet. Undefined while it is being read. */
export function useLinkable(action: string, customerId: string): { id: string; label: string }[] | undefined {
  const only = (name: string, path: string) => (action === name ? path : undefined);
  const of = { customer: customerId, limit: 200 };
  const tickets = useApi(
    only('link-ticket', withQuery('/api/tickets', { ...of, unlinked: 'true' })),
    ticketPage,
  );
  const asking = (status: string) =>
    only('request-estimate', withQuery('/api/tickets', { ...of, unlinked: 'true', status }));
  const open = useApi(asking('open'), ticketPage);
  const held = useApi(asking('held'), ticketPage);
  const opportunities = useApi(
    only('link-opportunity', withQuery('/api/opportunities', of)),
    opportunityPage,
  );
  const cards = useApi(only('link-card', '/api/pipeline/board?limit=1000'), board);
  const free = (one: { customer: { id: string }; integrationId: string | null }) =>
    one.customer.id === customerId && one.integrationId === null;
  const titled = (one: { id: string; title: string }) => ({ id: one.id, label: one.title });
  const numbered = (one: TicketLine) => ({ id: one.id, label: `#${one.number} ${one.subject}` });
  switch (action) {
    case 'link-ticket':
      return tickets.data?.items.map(numbered);
    case 'request-estimate':
      return open.data && held.data && [...open.data.items, ...held.data.items].map(numbered);
    case 'link-opportunity':
      return opportunities.data?.items.filter(free).map(titled);
    case 'link-card':
      return cards.data?.columns
        .flatMap((column) => column.cards)
        .filter(free)
        .map(titled);
    default:
      return [];
  }
}
