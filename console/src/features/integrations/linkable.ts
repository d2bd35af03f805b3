import { type TicketLine, ticketPage } from '#contract/desk.ts';
import { unlinkedOfCustomer } from '#contract/pipeline.ts';
import { withQuery } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';

/** What of a customer an action may link: what belongs to no integration yet. Undefined while it is being read. */
export function useLinkable(action: string, customerId: string): { id: string; label: string }[] | undefined {
  const wantsTicket = action === 'link-ticket' || action === 'request-estimate';
  const wantsOther = action === 'link-opportunity' || action === 'link-card';
  const tickets = (status: string) =>
    wantsTicket
      ? withQuery('/api/tickets', { customer: customerId, unlinked: 'true', status, limit: 200 })
      : undefined;
  const open = useApi(tickets('open'), ticketPage);
  const held = useApi(tickets('held'), ticketPage);
  const { data } = useApi(
    wantsOther ? `/api/customers/${customerId}/pipeline/unlinked` : undefined,
    unlinkedOfCustomer,
  );
  const numbered = (one: TicketLine) => ({ id: one.id, label: `#${one.number} ${one.subject}` });
  const titled = (one: { id: string; title: string }) => ({ id: one.id, label: one.title });
  if (wantsTicket) return open.data && held.data && [...open.data.items, ...held.data.items].map(numbered);
  if (action === 'link-opportunity') return data?.opportunities.map(titled);
  if (action === 'link-card') return data?.cards.map(titled);
  return [];
}
