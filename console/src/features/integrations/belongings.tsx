import { Link } from '@tanstack/react-router';
import { ticketView } from '#contract/desk.ts';
import { type IntegrationView, integrationView } from '#contract/integrations.ts';
import { boardColumns, cardView, opportunityStageNames, opportunityView } from '#contract/pipeline.ts';
import { useApi } from '../../api/use-api.ts';
import { Fact, FactList } from '../../ui/facts.tsx';
import { Money } from '../../ui/money.tsx';
import { Nothing } from '../../ui/time.tsx';
import { ticketStatusNames } from '../desk/tickets.tsx';

const linkClass = 'text-accent underline underline-offset-2';

/** What belongs to an integration, each by its name: the estimate, and for staff the ticket, card and opportunity. */
export function Belongings({ integration, portal }: { integration: IntegrationView; portal: boolean }) {
  const { links, customer } = integration;
  return (
    <FactList title="Belongs to it">
      <Fact name="Estimate">
        {links.estimate ? (
          <Link className={linkClass} to={`/customers/${customer.id}/estimates/${links.estimate}`}>
            {links.estimateVersion ? `Version ${links.estimateVersion}` : 'The draft'}
          </Link>
        ) : (
          <Nothing />
        )}
      </Fact>
      {portal ? null : (
        <>
          <Fact name="Ticket">
            {links.ticket ? <TicketLink customer={customer.id} id={links.ticket} /> : <Nothing />}
          </Fact>
          <Fact name="Card">
            {links.card ? <CardLink customer={customer.id} id={links.card} /> : <Nothing />}
          </Fact>
          <Fact name="Opportunity">
            {links.opportunity ? (
              <OpportunityLink customer={customer.id} id={links.opportunity} />
            ) : (
              <Nothing />
            )}
          </Fact>
        </>
      )}
    </FactList>
  );
}

interface Named {
  customer: string;
  id: string;
}

/** The integration something belongs to, by its name. */
export function IntegrationLink({ customer, id }: Named) {
  const { data } = useApi(`/api/customers/${customer}/integrations/${id}`, integrationView);
  return (
    <Link className={linkClass} to={`/customers/${customer}/integrations/${id}`}>
      {data ? `${data.number} ${data.name}` : 'The integration'}
    </Link>
  );
}

function TicketLink({ customer, id }: Named) {
  const { data } = useApi(`/api/customers/${customer}/tickets/${id}`, ticketView);
  return (
    <>
      <Link className={linkClass} to={`/customers/${customer}/tickets/${id}`}>
        {data ? `#${data.number}` : 'In the helpdesk'}
      </Link>
      {data ? <span className="text-muted">, {ticketStatusNames[data.status].toLowerCase()}</span> : null}
    </>
  );
}

function CardLink({ customer, id }: Named) {
  const { data } = useApi(`/api/customers/${customer}/cards/${id}`, cardView);
  return (
    <>
      <Link className={linkClass} to="/pipeline" search={{ view: 'board' } as never}>
        {boardColumns.find((one) => one.key === data?.column)?.title ?? 'On the board'}
      </Link>
      {data ? <span className="text-muted">, {data.assignee?.name ?? 'unassigned'}</span> : null}
    </>
  );
}

function OpportunityLink({ customer, id }: Named) {
  const { data } = useApi(`/api/customers/${customer}/opportunities/${id}`, opportunityView);
  const amount = data?.amountCents;
  return (
    <>
      <Link className={linkClass} to="/pipeline" search={{ view: 'opportunities' } as never}>
        {data ? opportunityStageNames[data.stage] : 'In the pipeline'}
      </Link>
      {data && amount != null ? (
        <span className="text-muted">
          , <Money cents={amount} currency={data.currency} />
        </span>
      ) : null}
    </>
  );
}
