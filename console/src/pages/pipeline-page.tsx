import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { integrationList } from '#contract/integrations.ts';
import { useSearchedList } from '../api/use-searched-list.ts';
import { Page } from '../app/page.tsx';
import { CardBoard } from '../features/pipeline/card-board.tsx';
import { integrationColumns } from '../features/pipeline/integration-columns.tsx';
import { Opportunities } from '../features/pipeline/opportunities.tsx';
import { PhaseBoard, type PipelineWish } from '../features/pipeline/phase-board.tsx';
import { Checkbox } from '../ui/field.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';
import { useTableAddress } from '../ui/table-address.ts';
import { FilterInput } from '../ui/table-bar.tsx';
import { Tabs } from '../ui/tabs.tsx';

/** The pipeline: integrations by phase, the same as a list, the board of cards, the opportunities. */
export function PipelinePage() {
  const { view = 'phases', mine } = useSearch({ strict: false }) as { view?: string; mine?: unknown };
  const navigate = useNavigate();
  const address = useTableAddress();
  const wish: PipelineWish = {
    ...(address.filter.trim() === '' ? {} : { search: address.filter.trim() }),
    ...(mine === undefined ? {} : { mine: true }),
  };
  const go = (change: Record<string, unknown>) =>
    void navigate({
      to: '/pipeline',
      search: ((before: Record<string, unknown>) => ({ ...before, ...change })) as never,
      replace: true,
    });
  const onlyMine = (
    <Checkbox
      label="Only mine"
      checked={wish.mine ?? false}
      onChange={(event) => go({ mine: event.target.checked ? 1 : undefined })}
    />
  );
  return (
    <Page title="Pipeline">
      <Tabs
        label="Pipeline"
        value={view}
        onChange={(next) => go({ view: next })}
        tabs={[
          {
            value: 'phases',
            label: 'By phase',
            content: (
              <div className="flex flex-col gap-3">
                <div className="flex flex-wrap items-center gap-3">
                  <FilterInput label="integrations" address={address} />
                  {onlyMine}
                </div>
                <PhaseBoard wish={wish} />
              </div>
            ),
          },
          {
            value: 'list',
            label: 'List',
            content: <IntegrationTable mine={wish.mine} controls={onlyMine} />,
          },
          { value: 'board', label: 'Customer Pipeline', content: <CardBoard /> },
          { value: 'opportunities', label: 'Opportunities', content: <Opportunities /> },
        ]}
      />
    </Page>
  );
}

function IntegrationTable({ mine, controls }: { mine: boolean | undefined; controls: ReactNode }) {
  const navigate = useNavigate();
  const list = useSearchedList('/api/integrations', integrationList, {
    filters: { mine: mine ? 'true' : undefined },
  });
  if (list.error && !list.items)
    return <ProblemView error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <Table
      label="Integrations"
      {...list.table}
      columns={integrationColumns}
      rowId={(row) => row.id}
      onOpen={(row) => void navigate({ to: `/customers/${row.customer.id}/integrations/${row.id}` })}
      controls={controls}
      empty={
        mine ? (
          <EmptyState title="Nothing waits on you" action={controls} />
        ) : (
          <EmptyState title="No integration is open">
            Open one from a customer's page: choose Customers, then the customer, then “Open an integration”.
          </EmptyState>
        )
      }
    />
  );
}
