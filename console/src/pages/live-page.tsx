import { useNavigate } from '@tanstack/react-router';
import { integrationList } from '#contract/integrations.ts';
import { useApiList } from '../api/use-api.ts';
import { Page } from '../app/page.tsx';
import { integrationColumns } from '../features/pipeline/integration-columns.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';

/** Integrations that are live or being monitored. */
export function LivePage() {
  const navigate = useNavigate();
  const list = useApiList('/api/integrations?phase=live&limit=200', integrationList, 'after');
  return (
    <Page title="Live" lead="Integrations that are live or being monitored.">
      {list.error && !list.items ? (
        <ProblemView error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Table
          label="Live integrations"
          rows={list.items}
          columns={integrationColumns}
          rowId={(row) => row.id}
          onOpen={(row) => void navigate({ to: `/customers/${row.customer.id}/integrations/${row.id}` })}
          onMore={list.more}
          empty={
            <EmptyState title="Nothing is live yet">
              An integration is live when every track it chose is: by the customer's word for the Web API, by
              the first production file for files.
            </EmptyState>
          }
        />
      )}
    </Page>
  );
}
