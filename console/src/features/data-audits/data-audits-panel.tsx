import { useState } from 'react';
import { type AuditView, auditList, auditTracks } from '#contract/data-audits.ts';
import { trackNames } from '#contract/integrations.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { sayCount } from '../../ui/money.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Nothing, RelativeTime } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';
import { useIntegrationField, useIntegrationNames } from '../integrations/integration-field.ts';
import { auditStateNames, Differences } from './differences.tsx';
import { Extracts } from './extracts.tsx';
import { UploadAudit } from './upload-audit.tsx';

/** Extracts that are given, and the customer's comparison with its own data. */
export function DataAuditsPanel({ place }: { place: Place }) {
  return (
    <div className="flex flex-col gap-8">
      <Extracts place={place} />
      <Audits place={place} />
    </div>
  );
}

const stateTones = {
  comparing: 'info',
  open: 'caution',
  closed: 'positive',
  refused: 'critical',
  failed: 'critical',
} as const;

function Audits({ place }: { place: Place }) {
  const base = environmentPath(place);
  const query = useApi(`${base}/audits`, auditList, ({ items }) =>
    items.some((one) => one.state === 'comparing'),
  );
  const [open, setOpen] = useState<AuditView>();
  const [dialog, setDialog] = useState<'upload' | 'declare'>();
  const integration = useIntegrationField(dialog === 'declare' ? place.customer : undefined);
  const nameOf = useIntegrationNames(place.customer);
  const mayUpload = useHasRole('project-owner', 'developer', 'signatory');
  const mayDeclare = useHasRole('project-owner', 'signatory');
  const declare = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${base}/audits/declare`, body),
    done: 'Data audit declared done',
    quiet: true,
  });
  const columns: Column<AuditView>[] = [
    {
      id: 'file',
      header: 'File',
      value: (row) => row.fileName,
      cell: (row) => <span className="font-medium">{row.fileName}</span>,
    },
    {
      id: 'track',
      header: 'Track',
      value: (row) => trackNames[row.track],
      cell: (row) => trackNames[row.track],
      wideOnly: true,
    },
    {
      id: 'integration',
      header: 'Integration',
      value: (row) => nameOf(row.integrationId),
      cell: (row) => nameOf(row.integrationId) ?? <Nothing word="none" />,
      wideOnly: true,
    },
    {
      id: 'state',
      header: 'State',
      value: (row) => auditStateNames[row.state],
      cell: (row) => <Badge tone={stateTones[row.state]}>{auditStateNames[row.state]}</Badge>,
    },
    {
      id: 'agreeing',
      header: 'Agreeing',
      value: (row) => row.agreeingPercent,
      cell: (row) => (row.agreeingPercent === null ? '–' : `${row.agreeingPercent} %`),
      align: 'right',
      wideOnly: true,
    },
    {
      id: 'open',
      header: 'Open',
      value: (row) => row.open,
      cell: (row) => sayCount(row.open),
      align: 'right',
    },
    {
      id: 'accepted',
      header: 'Accepted',
      value: (row) => row.accepted,
      cell: (row) => sayCount(row.accepted),
      align: 'right',
      wideOnly: true,
    },
    {
      id: 'corrected',
      header: 'Corrected',
      value: (row) => row.corrected,
      cell: (row) => sayCount(row.corrected),
      align: 'right',
      wideOnly: true,
    },
    {
      id: 'created',
      header: 'Uploaded',
      value: (row) => row.createdAt,
      cell: (row) => <RelativeTime at={row.createdAt} />,
      align: 'right',
      wideOnly: true,
    },
  ];
  const buttons = (
    <>
      {mayUpload ? <Button onClick={() => setDialog('upload')}>Compare a file</Button> : null}
      {mayDeclare ? <Button onClick={() => setDialog('declare')}>Declare it done elsewhere</Button> : null}
    </>
  );
  return (
    <Section
      title="Data audits"
      action={query.data?.items.length ? <div className="flex flex-wrap gap-2">{buttons}</div> : null}
    >
      {query.error && !query.data ? (
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Table
          label="Data audits"
          name="audits"
          plain
          rows={query.data?.items}
          columns={columns}
          rowId={(row) => row.id}
          onOpen={(row) => setOpen(row)}
          openId={open?.id}
          empty={
            <EmptyState title="No data audit yet" action={buttons}>
              The customer uploads its own list of employees; every difference is then corrected, or accepted
              with a reason.
            </EmptyState>
          }
        />
      )}
      {open ? (
        <Differences
          place={place}
          audit={query.data?.items.find((one) => one.id === open.id) ?? open}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
      {dialog === 'upload' ? <UploadAudit place={place} onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'declare' && integration.ready ? (
        <FormDialog
          title="Declare the data audit done"
          description="Worth as much as an audit made here: you confirm it in your own name."
          submit="Declare it done"
          onClose={() => setDialog(undefined)}
          onSubmit={(body) => declare.mutateAsync(body)}
          fields={[
            {
              name: 'track',
              label: 'Track',
              kind: 'select',
              required: true,
              options: auditTracks.map((value) => ({ value, label: trackNames[value] })),
            },
            ...integration.fields,
            { name: 'statement', label: 'In your own words', kind: 'area', required: true },
          ]}
        />
      ) : null}
    </Section>
  );
}
