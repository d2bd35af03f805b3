import { integrationPhaseNames, type PlaybookView, playbookView } from '#contract/integrations.ts';
import { useApi } from '../api/use-api.ts';
import { Page, Section } from '../app/page.tsx';
import { Badge } from '../ui/badge.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';
import { type Column, Table } from '../ui/table.tsx';

type State = PlaybookView['states'][number];
type Row = PlaybookView['rows'][number];
const stateColumns: Column<State>[] = [
  {
    id: 'name',
    header: 'State',
    value: (row) => row.name,
    cell: (row) => <span className="font-medium">{row.name}</span>,
  },
  {
    id: 'phase',
    header: 'Phase',
    value: (row) => integrationPhaseNames[row.phase],
    cell: (row) => integrationPhaseNames[row.phase],
  },
  {
    id: 'final',
    header: 'Final',
    value: (row) => (row.final ? 'yes' : 'no'),
    cell: (row) => (row.final ? 'yes' : 'no'),
    wideOnly: true,
  },
  {
    id: 'count',
    header: 'Integrations',
    value: (row) => row.count,
    cell: (row) => row.count,
    align: 'right',
  },
];
const rowColumns: Column<Row>[] = [
  {
    id: 'id',
    header: 'Row',
    value: (row) => row.id,
    cell: (row) => <code className="font-mono text-code">{row.id}</code>,
    width: '64px',
  },
  {
    id: 'title',
    header: 'Step',
    value: (row) => row.title,
    cell: (row) => <span className="font-medium">{row.title}</span>,
  },
  {
    id: 'who',
    header: 'Who',
    value: (row) => row.who.join(', '),
    cell: (row) => row.who.join(', '),
    wideOnly: true,
  },
  {
    id: 'gates',
    header: 'Gates',
    value: (row) => row.gates.map((gate) => gate.title).join('; '),
    cell: (row) => <span title={row.gates.map((gate) => gate.title).join('\n')}>{row.gates.length}</span>,
    align: 'right',
  },
  {
    id: 'timer',
    header: 'Timer',
    value: (row) => row.timer,
    cell: (row) => (row.timer ? <Badge>{row.timer}</Badge> : '–'),
    wideOnly: true,
  },
];

/** Where the integrations stand, and the implementation process as it is. */
export function ReportsPage() {
  const query = useApi('/api/playbook', playbookView);
  return (
    <Page title="Reports">
      {query.error && !query.data ? (
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <SkeletonLines lines={10} />
      ) : (
        <div className="flex flex-col gap-8">
          <Section title="Where integrations stand">
            <Table
              label="States"
              name="states"
              plain
              rows={query.data.states.filter((state) => state.count > 0 || !state.final)}
              columns={stateColumns}
              rowId={(row) => row.id}
            />
          </Section>
          <Section title={`Implementation process, version ${query.data.version}`}>
            <Table
              label="Implementation process"
              name="rows"
              plain
              rows={query.data.rows}
              columns={rowColumns}
              rowId={(row) => `${row.id}${row.title}`}
            />
          </Section>
        </div>
      )}
    </Page>
  );
}
