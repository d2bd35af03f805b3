import { Link } from '@tanstack/react-router';
import type { IntegrationRow } from '#contract/integrations.ts';
import { Badge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime, sayBusinessHours } from '../../ui/time.tsx';

/** The columns of every list of integrations. */
export const integrationColumns: Column<IntegrationRow>[] = [
  {
    id: 'name',
    header: 'Integration',
    value: (row) => row.name,
    cell: (row) => (
      <Link
        className="font-medium hover:underline"
        to={`/customers/${row.customer.id}/integrations/${row.id}`}
        tabIndex={-1}
      >
        {row.name}
      </Link>
    ),
  },
  {
    id: 'customer',
    header: 'Customer',
    value: (row) => row.customer.name,
    cell: (row) => (
      <>
        {row.customer.name} <span className="font-mono text-code text-muted">{row.customer.code}</span>
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: (row) => row.stateName,
    cell: (row) => (
      <span className="flex gap-1">
        <Badge tone={row.phase === 'live' ? 'positive' : 'neutral'}>{row.stateName}</Badge>
        {row.held ? <Badge tone="caution">On hold</Badge> : null}
        {row.stale > 0 ? <Badge tone="caution">{row.stale} stale</Badge> : null}
      </span>
    ),
  },
  {
    id: 'next',
    header: 'Next',
    value: (row) => row.next.sentence,
    cell: (row) => row.next.sentence,
    wideOnly: true,
  },
  {
    id: 'whose',
    header: 'Whose',
    value: (row) => row.next.whose.person ?? row.next.whose.roleName,
    cell: (row) => row.next.whose.person ?? row.next.whose.roleName,
    wideOnly: true,
  },
  {
    id: 'gates',
    header: 'Gates',
    value: (row) => row.gatesPassed,
    cell: (row) => `${row.gatesPassed} of ${row.gatesTotal}`,
    align: 'right',
    wideOnly: true,
  },
  {
    id: 'age',
    header: 'In this state',
    value: (row) => row.ageBusinessHours,
    cell: (row) => sayBusinessHours(row.ageBusinessHours),
    align: 'right',
    wideOnly: true,
  },
  {
    id: 'changed',
    header: 'Changed',
    value: (row) => row.changedAt,
    cell: (row) => <RelativeTime at={row.changedAt} />,
    align: 'right',
  },
];
