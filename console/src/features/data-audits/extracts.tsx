import { useState } from 'react';
import { customerView } from '#contract/customers.ts';
import { type ExtractView, extractList } from '#contract/data-audits.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct, useApi, useApiList } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { sayCount, saySize } from '../../ui/money.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { acts, type Column, Table } from '../../ui/table.tsx';
import { CalendarDate, RelativeTime } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';
import { useIntegrationField } from '../integrations/integration-field.ts';

/** Extracts of the employees, and their giving to the customer. */
export function Extracts({ place }: { place: Place }) {
  const base = environmentPath(place);
  const query = useApiList(`${base}/extracts`, extractList, 'before', (one) => one.state === 'making');
  const [making, setMaking] = useState(false);
  const integration = useIntegrationField(making ? place.customer : undefined);
  const [giving, setGiving] = useState<ExtractView>();
  const contacts = useApi(giving ? `/api/customers/${place.customer}` : undefined, customerView).data
    ?.contacts;
  const may = useHasRole('integrations-manager');
  const make = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${base}/extracts`, body),
    done: 'Extract is being written',
    quiet: true,
  });
  const give = useAct<Record<string, unknown>, { mailedTo: string }>({
    run: (body) => act('POST', `${base}/extracts/${giving?.id}/link`, body),
    done: ({ mailedTo }) => `Link mailed to ${mailedTo}`,
    quiet: true,
  });
  const put = useAct<ExtractView, { path: string }>({
    run: (one) => act('POST', `${base}/extracts/${one.id}/place`),
    done: ({ path }) => `Extract put at ${path}`,
  });
  const again = useAct<ExtractView>({
    run: (one) => act('POST', `${base}/extracts/${one.id}/again`),
    done: 'Extract is being written again',
  });
  const button = may ? <Button onClick={() => setMaking(true)}>Make an extract</Button> : null;
  const columns: Column<ExtractView>[] = [
    {
      id: 'file',
      header: 'Extract',
      value: (row) => row.fileName,
      cell: (row) => <span className="font-medium">{row.fileName}</span>,
    },
    {
      id: 'asOf',
      header: 'True on',
      value: (row) => row.asOf,
      cell: (row) => <CalendarDate date={row.asOf} />,
      wideOnly: true,
    },
    {
      id: 'state',
      header: 'State',
      value: (row) => row.state,
      cell: (row) => (
        <span className={row.failure ? 'block py-2' : undefined}>
          <Badge tone={row.state === 'ready' ? 'positive' : row.state === 'failed' ? 'critical' : 'info'}>
            {row.state === 'ready' ? 'Ready' : row.state === 'failed' ? 'Failed' : 'Being written'}
          </Badge>
          {row.failure ? (
            <span className="mt-1 block min-w-44 max-w-72 whitespace-normal text-small text-muted">
              {row.failure.message}
            </span>
          ) : null}
        </span>
      ),
    },
    {
      id: 'rows',
      header: 'Rows',
      value: (row) => row.rows,
      cell: (row) => (row.rows === null ? '–' : sayCount(row.rows)),
      align: 'right',
      wideOnly: true,
    },
    {
      id: 'size',
      header: 'Size',
      value: (row) => row.sizeBytes,
      cell: (row) => (row.sizeBytes === null ? '–' : saySize(row.sizeBytes)),
      align: 'right',
      wideOnly: true,
    },
    {
      id: 'given',
      header: 'Delivered',
      value: (row) => row.deliveries.find((one) => one.deliveredAt)?.deliveredAt,
      cell: (row) => <RelativeTime at={row.deliveries.find((one) => one.deliveredAt)?.deliveredAt} />,
      align: 'right',
      wideOnly: true,
    },
    {
      ...acts,
      cell: (row) =>
        may && row.state === 'ready' ? (
          <span className="inline-flex gap-1 @max-2xl:flex-col @max-2xl:items-end">
            <Button small look="quiet" onClick={() => setGiving(row)}>
              Give by link
            </Button>
            <Button small look="quiet" onClick={() => put.mutate(row)}>
              Put under /out
            </Button>
          </span>
        ) : may && row.state === 'failed' ? (
          <Button small look="quiet" onClick={() => again.mutate(row)}>
            Write it again
          </Button>
        ) : null,
    },
  ];
  return (
    <Section title="Extracts" action={query.items?.length ? button : null}>
      {query.error && !query.items ? (
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Table
          label="Extracts"
          name="extracts"
          plain
          rows={query.items}
          onMore={query.more}
          columns={columns}
          rowId={(row) => row.id}
          empty={
            <EmptyState title="No extract yet" action={button}>
              An extract of the employees with counts and a hash, which the customer compares with its own
              data.
            </EmptyState>
          }
        />
      )}
      {giving && contacts ? (
        <FormDialog
          title="Give the extract by link"
          description="The contact gets a mail whose page shows the download once its button is pressed."
          submit="Mail the link"
          onClose={() => setGiving(undefined)}
          onSubmit={(body) => give.mutateAsync(body)}
          fields={[
            {
              name: 'sendLinkTo',
              label: 'Contact',
              kind: 'select',
              required: true,
              help: contacts.length === 0 ? 'Add a contact to the customer first.' : null,
              options: contacts.map((one) => ({ value: one.email, label: `${one.name}, ${one.email}` })),
            },
          ]}
        />
      ) : null}
      {making && integration.ready ? (
        <FormDialog
          title="Make an extract"
          submit="Make extract"
          onClose={() => setMaking(false)}
          onSubmit={(body) => make.mutateAsync(body)}
          fields={[
            {
              name: 'restricted',
              label: 'IRD numbers and bank accounts',
              kind: 'select',
              required: true,
              options: [
                { value: 'masked', label: 'Masked' },
                { value: 'full', label: 'In full' },
              ],
            },
            {
              name: 'reason',
              label: 'Why in full',
              kind: 'text',
              help: 'Needed when they are in full; kept in the audit trail.',
            },
            ...integration.fields,
          ]}
        />
      ) : null}
    </Section>
  );
}
