import { Link } from '@tanstack/react-router';
import { type Opportunity, opportunityPage, opportunityStageNames } from '#contract/pipeline.ts';
import { useMe } from '../../api/me.ts';
import { useSearchedList } from '../../api/use-searched-list.ts';
import { Badge } from '../../ui/badge.tsx';
import { Money } from '../../ui/money.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';

const tones = {
  prospect: 'neutral',
  discovery: 'neutral',
  estimate: 'accent',
  proposal: 'accent',
  won: 'positive',
  lost: 'critical',
} as const;

/** Opportunities with stage and amount. */
export function Opportunities() {
  const { vendor } = useMe();
  const name = 'opportunities';
  const list = useSearchedList('/api/opportunities', opportunityPage, { cursor: 'cursor', name });
  const columns: Column<Opportunity>[] = [
    {
      id: 'title',
      header: 'Opportunity',
      value: (row) => row.title,
      cell: (row) => (
        <>
          {row.integrationId ? (
            <Link
              className="font-medium hover:underline"
              to={`/customers/${row.customer.id}/integrations/${row.integrationId}`}
            >
              {row.title}
            </Link>
          ) : (
            row.title
          )}
          <span className="block text-small text-muted @2xl:hidden">{row.customer.name}</span>
        </>
      ),
    },
    {
      id: 'customer',
      header: 'Customer',
      value: (row) => row.customer.name,
      cell: (row) => row.customer.name,
      wideOnly: true,
    },
    {
      id: 'stage',
      header: 'Stage',
      value: (row) => opportunityStageNames[row.stage],
      cell: (row) => <Badge tone={tones[row.stage]}>{opportunityStageNames[row.stage]}</Badge>,
    },
    {
      id: 'amount',
      header: `Amount, ${vendor.currency}`,
      value: (row) => (row.amountCents === null ? null : row.amountCents / 100),
      cell: (row) => <Money cents={row.amountCents} />,
      align: 'right',
    },
    {
      id: 'moved',
      header: 'Moved',
      value: (row) => row.movedAt,
      cell: (row) => <RelativeTime at={row.movedAt} />,
      align: 'right',
      wideOnly: true,
    },
  ];
  if (list.error && !list.items)
    return <ProblemView error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <Table
      label="Opportunities"
      name={name}
      {...list.table}
      columns={columns}
      rowId={(row) => row.id}
      empty={
        <EmptyState title="No opportunity yet">
          One is made, or linked, when an integration is opened.
        </EmptyState>
      }
    />
  );
}
