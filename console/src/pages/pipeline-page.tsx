import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { integrationList } from '#contract/integrations.ts';
import { useApiList } from '../api/use-api.ts';
import { Page } from '../app/page.tsx';
import { CardBoard } from '../features/pipeline/card-board.tsx';
import { integrationColumns } from '../features/pipeline/integration-columns.tsx';
import { Opportunities } from '../features/pipeline/opportunities.tsx';
import { PhaseBoard } from '../features/pipeline/phase-board.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';
import { Tabs } from '../ui/tabs.tsx';

/** The pipeline: integrations by phase, the same as a list, the board of cards, the opportunities. */
export function PipelinePage() {
  const { view = 'phases' } = useSearch({ strict: false }) as { view?: string };
  const navigate = useNavigate();
  const list = useApiList('/api/integrations?limit=200', integrationList, 'after');
  const empty = (
    <EmptyState title="No integration is open">
      Open one from a customer's page: choose Customers, then the customer, then “Open an integration”.
    </EmptyState>
  );
  const shown = (content: ReactNode) =>
    list.error && !list.items ? (
      <ProblemView error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      content
    );
  return (
    <Page title="Pipeline">
      <Tabs
        label="Pipeline"
        value={view}
        onChange={(next) =>
          void navigate({ to: '/pipeline', search: { view: next } as never, replace: true })
        }
        tabs={[
          {
            value: 'phases',
            label: 'By phase',
            count: list.items?.length,
            content: shown(
              list.items === undefined ? (
                <SkeletonLines />
              ) : list.items.length === 0 ? (
                empty
              ) : (
                <PhaseBoard rows={list.items} />
              ),
            ),
          },
          {
            value: 'list',
            label: 'List',
            content: shown(
              <Table
                label="Integrations"
                rows={list.items}
                columns={integrationColumns}
                rowId={(row) => row.id}
                onOpen={(row) =>
                  void navigate({ to: `/customers/${row.customer.id}/integrations/${row.id}` })
                }
                onMore={list.more}
                empty={empty}
              />,
            ),
          },
          { value: 'board', label: 'Customer Pipeline', content: <CardBoard /> },
          { value: 'opportunities', label: 'Opportunities', content: <Opportunities /> },
        ]}
      />
    </Page>
  );
}
