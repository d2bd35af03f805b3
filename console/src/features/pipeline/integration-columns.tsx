import { Link } from '@tanstack/react-router';
import type { IntegrationRow } from '#contract/integrations.ts';
import { Badge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/table.tsx';
import { sayBusinessHours } from '../../ui/time.tsx';

const short = '@2xl:block @2xl:max-w-[220px] @2xl:truncate';

/** The columns of every list of integrations. */
export const integrationColumns: Column<IntegrationRow>[] = [
  {
    id: 'name',
    header: 'Integration',
    value: (row) => row.name,
    cell: (row) => (
      <>
        <Link
          className="font-medium hover:underline"
          to={`/customers/${row.customer.id}/integrations/${row.id}`}
          tabIndex={-1}
        >
          {row.name}
        </Link>
        <span className="block text-small text-muted @2xl:hidden">{row.customer.name}</span>
      </>
    ),
  },
  {
    id: 'customer',
    header: 'Customer',
    value: (row) => row.customer.name,
    cell: (row) => <span className={short}>{row.customer.name}</span>,
    wideOnly: true,
  },
  {
    id: 'state',
    header: 'State',
    value: (row) => row.stateName,
    cell: (row) => (
      <span className="flex flex-wrap gap-1">
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
    cell: (row) => <span className={short}>{row.next.sentence}</span>,
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
];
