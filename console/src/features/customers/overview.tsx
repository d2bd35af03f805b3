import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type CustomerView, serviceModelNames } from '#contract/customers.ts';
import { estimateList } from '#contract/estimates.ts';
import { integrationList } from '#contract/integrations.ts';
import { roleNames } from '#contract/roles.ts';
import { useHasRole, useMe } from '../../api/me.ts';
import { useApi } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Fact, FactList } from '../../ui/facts.tsx';
import { Money, sayCount } from '../../ui/money.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { statusNames, statusTones } from '../estimates/draft.ts';
import { OpenIntegration } from '../integrations/open-integration.tsx';
import { integrationColumns } from '../pipeline/integration-columns.tsx';
import { ChangeCustomer } from './change-customer.tsx';
import { Contacts } from './contacts.tsx';
import { accountPlaces } from './customer-fields.ts';

const integrationsOfCustomer = integrationList.omit({ phases: true });

/** What is going on with a customer: integrations, estimates, contacts. */
export function Overview({ customer }: { customer: CustomerView }) {
  const staff = useMe().customer === null;
  const navigate = useNavigate();
  const [opening, setOpening] = useState(false);
  const [changing, setChanging] = useState(false);
  const mayChange = useHasRole(
    'commercial-director',
    'lead-consultant',
    'customer-team-lead',
    'administrator',
  );
  const mayReadAudit = useHasRole('administrator', 'auditor', 'integrations-manager');
  const mayOpen = useHasRole('commercial-director', 'lead-consultant');
  const integrations = useApi(`/api/customers/${customer.id}/integrations`, integrationsOfCustomer);
  const estimates = useApi(staff ? `/api/customers/${customer.id}/estimates` : undefined, estimateList);
  const open = mayOpen ? (
    <Button look="primary" onClick={() => setOpening(true)}>
      Open an integration
    </Button>
  ) : null;
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_280px]">
      <div className="flex min-w-0 flex-col gap-8">
        <Section title="Integrations" action={integrations.data?.items.length ? open : null}>
          {integrations.error && !integrations.data ? (
            <ProblemView error={integrations.error} onRetry={() => void integrations.refetch()} />
          ) : (
            <Table
              label="Integrations"
              name="integrations"
              plain
              rows={integrations.data?.items}
              columns={integrationColumns.filter(
                (column) => !['customer', 'whose', 'gates'].includes(column.id),
              )}
              rowId={(row) => row.id}
              onOpen={(row) => void navigate({ to: `/customers/${customer.id}/integrations/${row.id}` })}
              empty={
                <EmptyState title="No integration yet" action={open}>
                  An integration starts with a request of the customer; its steps, gates and evidence then
                  live on one page.
                </EmptyState>
              }
            />
          )}
        </Section>
        <Contacts customer={customer} />
      </div>
      <aside aria-label="About this customer" className="flex min-w-0 flex-col gap-5">
        <FactList title="Customer">
          <Fact name="Code">
            <code className="font-mono text-code">{customer.code}</code>
          </Fact>
          <Fact name="Service model">{serviceModelNames[customer.serviceModel]}</Fact>
          <Fact name="Head count">
            {customer.headCount === null ? 'not known' : sayCount(customer.headCount)}
          </Fact>
          <Fact name="Mail domains">{customer.domains.join(', ') || 'none'}</Fact>
          <Fact name="Since">
            <RelativeTime at={customer.createdAt} />
          </Fact>
        </FactList>
        <FactList title={staff ? 'Who looks after them' : 'Who looks after you'}>
          {accountPlaces.map(([place, role]) => (
            <Fact key={place} name={roleNames[role]}>
              {customer[place]?.name ?? <span className="text-muted">nobody yet</span>}
            </Fact>
          ))}
        </FactList>
        {mayChange || mayReadAudit ? (
          <div className="flex flex-wrap gap-2">
            {mayChange ? <Button onClick={() => setChanging(true)}>Change customer</Button> : null}
            {mayReadAudit ? (
              <Link className={buttonClass()} to="/audit" search={{ customer: customer.id } as never}>
                Audit trail
              </Link>
            ) : null}
          </div>
        ) : null}
        {estimates.data && estimates.data.items.length > 0 ? (
          <section aria-label="Estimates">
            <h2 className="mb-1.5 text-heading">Estimates</h2>
            <ul className="flex flex-col gap-2">
              {estimates.data.items.map((one) => (
                <li key={one.id} className="flex flex-col">
                  <Link
                    className="font-medium hover:underline"
                    to={`/customers/${customer.id}/estimates/${one.id}`}
                  >
                    {one.title}
                  </Link>
                  <span className="flex flex-wrap items-center gap-2 text-small text-muted">
                    <Badge tone={statusTones[one.status]}>{statusNames[one.status]}</Badge>
                    version {one.version}, <Money cents={one.netCents} />
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
      </aside>
      {changing ? <ChangeCustomer customer={customer} onClose={() => setChanging(false)} /> : null}
      {opening ? <OpenIntegration customer={customer} onClose={() => setOpening(false)} /> : null}
    </div>
  );
}
