import { Link, useNavigate } from '@tanstack/react-router';
import type { z } from 'zod';
import { type IntegrationList, integrationList, myWork } from '#contract/integrations.ts';
import { useHasRole, useMe } from '../api/me.ts';
import { useApi, useApiList } from '../api/use-api.ts';
import { Page } from '../app/page.tsx';
import { KeysToDecide } from '../features/credentials/keys-to-decide.tsx';
import { Badge } from '../ui/badge.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../ui/states.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { RelativeTime, sayBusinessHours } from '../ui/time.tsx';

/** The first page: my work for staff, their integrations for a customer's people. */
export function HomePage() {
  return useMe().customer === null ? <MyWork /> : <PortalHome />;
}

type Item = z.output<typeof myWork>['items'][number];
const columns: Column<Item>[] = [
  {
    id: 'sentence',
    header: 'Waits on you',
    value: (item) => item.sentence,
    cell: (item) => (
      <>
        <Link
          className="font-medium hover:underline"
          to={`/customers/${item.customer.id}/integrations/${item.integration}`}
          tabIndex={-1}
        >
          {item.sentence}
        </Link>
        <span className="block text-small text-muted @2xl:hidden">{item.customer.name}</span>
      </>
    ),
  },
  {
    id: 'customer',
    header: 'Customer',
    value: (item) => item.customer.name,
    cell: (item) => item.customer.name,
    wideOnly: true,
  },
  {
    id: 'name',
    header: 'Integration',
    value: (item) => item.name,
    cell: (item) => item.name,
    wideOnly: true,
  },
  {
    id: 'state',
    header: 'State',
    value: (item) => item.stateName,
    cell: (item) => <Badge>{item.stateName}</Badge>,
    wideOnly: true,
  },
  {
    id: 'age',
    header: 'Waiting',
    value: (item) => item.ageBusinessHours,
    cell: (item) => sayBusinessHours(item.ageBusinessHours),
    align: 'right',
    wideOnly: true,
  },
  {
    id: 'due',
    header: 'Due',
    value: (item) => item.dueAt ?? '',
    cell: (item) =>
      item.late ? (
        <Badge tone="caution">
          Late: <RelativeTime at={item.dueAt} />
        </Badge>
      ) : (
        <RelativeTime at={item.dueAt} />
      ),
    align: 'right',
  },
];

function MyWork() {
  const me = useMe();
  const navigate = useNavigate();
  const list = useApiList('/api/my-work', myWork, 'after');
  const mayIssue = useHasRole('integrations-manager');
  return (
    <Page title="My work" lead={`What waits on ${me.person.name}, the longest waiting first.`}>
      <div className="flex flex-col gap-8">
        {list.error && !list.items ? (
          <ProblemView error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <Table
            label="My work"
            rows={list.items}
            columns={columns}
            rowId={(item) => `${item.integration}${item.step ?? ''}${item.sentence}`}
            onOpen={(item) =>
              void navigate({ to: `/customers/${item.customer.id}/integrations/${item.integration}` })
            }
            onMore={list.more}
            empty={
              <EmptyState
                title="Nothing waits on you"
                action={
                  <Link to="/pipeline" className="text-accent underline underline-offset-2">
                    See the pipeline
                  </Link>
                }
              >
                When a step or a gate is yours, it appears here.
              </EmptyState>
            }
          />
        )}
        {mayIssue ? <KeysToDecide /> : null}
      </div>
    </Page>
  );
}

function PortalHome() {
  const me = useMe();
  const query = useApi('/api/integrations', integrationList);
  return (
    <Page
      title="Your integrations"
      lead={`What ${me.vendor.name} and ${me.customer?.name} are connecting, and what waits on you.`}
      width="narrow"
    >
      {query.error && !query.data ? (
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <SkeletonLines />
      ) : query.data.items.length === 0 ? (
        <EmptyState title="No integration yet">
          Your contact at {me.vendor.name} opens one when you ask for it. You then see every step of it here.
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-4">
          {query.data.items.map((row) => (
            <PortalCard key={row.id} row={row} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function PortalCard({ row }: { row: IntegrationList['items'][number] }) {
  return (
    <li>
      <Link
        to={`/customers/${row.customer.id}/integrations/${row.id}`}
        className="block rounded-card border bg-raised px-5 py-4 transition-colors duration-120 hover:border-control"
      >
        <span className="flex flex-wrap items-center justify-between gap-2">
          <span className="text-title font-semibold">{row.name}</span>
          <Badge tone={row.phase === 'live' ? 'positive' : 'accent'}>{row.stateName}</Badge>
        </span>
        <span className="mt-1 block">
          {row.next.mine ? <strong className="font-semibold">Yours: </strong> : null}
          {row.next.sentence}
        </span>
        <span className="mt-1 block text-small text-muted">
          {row.gatesPassed} of {row.gatesTotal} gates passed, changed <RelativeTime at={row.changedAt} />
        </span>
      </Link>
    </li>
  );
}
