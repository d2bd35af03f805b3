import { useState } from 'react';
import { type AuditView, auditList } from '#contract/data-audits.ts';
import { trackNames } from '#contract/integrations.ts';
import { useHasRole } from '../../api/me.ts';
import { useApiList } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { sayCount } from '../../ui/money.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Nothing, RelativeTime } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';
import { useIntegrationNames } from '../integrations/integration-field.ts';
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
  const query = useApiList(`${base}/audits`, auditList, 'before', (one) => one.state === 'comparing');
  const [open, setOpen] = useState<AuditView>();
  const [uploading, setUploading] = useState(false);
  const nameOf = useIntegrationNames(place.customer);
  const mayUpload = useHasRole('project-owner', 'developer', 'signatory');
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
  const compare = mayUpload ? <Button onClick={() => setUploading(true)}>Compare a file</Button> : null;
  return (
    <Section title="Data audits" action={query.items?.length ? compare : null}>
      {query.error && !query.items ? (
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Table
          label="Data audits"
          name="audits"
          plain
          rows={query.items}
          onMore={query.more}
          columns={columns}
          rowId={(row) => row.id}
          onOpen={(row) => setOpen(row)}
          openId={open?.id}
          empty={
            <EmptyState title="No data audit yet" action={compare}>
              The customer uploads its own list of employees; every difference is then corrected, or accepted
              with a reason. An audit done elsewhere is confirmed on the integration’s step, with its sheet.
            </EmptyState>
          }
        />
      )}
      {open ? (
        <Differences
          place={place}
          audit={query.items?.find((one) => one.id === open.id) ?? open}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
      {uploading ? <UploadAudit place={place} onClose={() => setUploading(false)} /> : null}
    </Section>
  );
}
