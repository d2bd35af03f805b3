import { useState } from 'react';
import { customerView } from '#contract/customers.ts';
import {
  type AuditView,
  auditList,
  auditTracks,
  type DifferenceView,
  differenceCauseNames,
  differenceList,
  type ExtractView,
  extractList,
} from '#contract/data-audits.ts';
import { trackNames } from '#contract/integrations.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct, useApi, useApiList } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { SidePanel } from '../../ui/dialog.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { sayCount, saySize } from '../../ui/money.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../../ui/states.tsx';
import { acts, type Column, Table } from '../../ui/table.tsx';
import { CalendarDate, RelativeTime } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';
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

function Extracts({ place }: { place: Place }) {
  const base = environmentPath(place);
  const query = useApi(`${base}/extracts`, extractList);
  const [making, setMaking] = useState(false);
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
        <Badge tone={row.state === 'ready' ? 'positive' : row.state === 'failed' ? 'critical' : 'info'}>
          {row.state === 'ready' ? 'Ready' : row.state === 'failed' ? 'Failed' : 'Being written'}
        </Badge>
      ),
    },
    {
      id: 'rows',
      header: 'Rows',
      value: (row) => row.rows,
      cell: (row) => (row.rows === null ? '–' : sayCount(row.rows)),
      align: 'right',
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
    },
    {
      ...acts,
      cell: (row) =>
        may && row.state === 'ready' ? (
          <span className="inline-flex gap-1">
            <Button small look="quiet" onClick={() => setGiving(row)}>
              Give by link
            </Button>
            <Button small look="quiet" onClick={() => put.mutate(row)}>
              Put under /out
            </Button>
          </span>
        ) : null,
    },
  ];
  return (
    <Section title="Extracts" action={query.data?.items.length ? button : null}>
      {query.error && !query.data ? (
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Table
          label="Extracts"
          name="extracts"
          plain
          rows={query.data?.items}
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
              options: contacts.map((one) => ({ value: one.email, label: `${one.name}, ${one.email}` })),
            },
          ]}
        />
      ) : null}
      {making ? (
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
          ]}
        />
      ) : null}
    </Section>
  );
}

const stateNames = {
  comparing: 'Being compared',
  open: 'Differences wait',
  closed: 'Closed',
  refused: 'File refused',
};
const stateTones = { comparing: 'info', open: 'caution', closed: 'positive', refused: 'critical' } as const;

function Audits({ place }: { place: Place }) {
  const base = environmentPath(place);
  const query = useApi(`${base}/audits`, auditList);
  const [open, setOpen] = useState<AuditView>();
  const [dialog, setDialog] = useState<'upload' | 'declare'>();
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
      id: 'state',
      header: 'State',
      value: (row) => stateNames[row.state],
      cell: (row) => <Badge tone={stateTones[row.state]}>{stateNames[row.state]}</Badge>,
    },
    {
      id: 'agreeing',
      header: 'Agreeing',
      value: (row) => row.agreeingPercent,
      cell: (row) => (row.agreeingPercent === null ? '–' : `${row.agreeingPercent} %`),
      align: 'right',
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
          base={base}
          audit={query.data?.items.find((one) => one.id === open.id) ?? open}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
      {dialog === 'upload' ? <UploadAudit base={base} onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'declare' ? (
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
            { name: 'statement', label: 'In your own words', kind: 'area', required: true },
          ]}
        />
      ) : null}
    </Section>
  );
}

function Differences({ base, audit, onClose }: { base: string; audit: AuditView; onClose(): void }) {
  const path = `${base}/audits/${audit.id}`;
  const list = useApiList(`${path}/differences?limit=200`, differenceList);
  const mayAccept = useHasRole('project-owner', 'developer', 'signatory');
  const [accepting, setAccepting] = useState<{ ids: string[]; clear(): void }>();
  const accept = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${path}/accept`, body),
    done: 'Differences accepted',
    quiet: true,
  });
  const recompare = useAct({ run: () => act('POST', `${path}/recompare`), done: 'Being compared again' });
  const columns: Column<DifferenceView>[] = [
    {
      id: 'key',
      header: 'Employee',
      value: (row) => row.employeeNumber,
      cell: (row) => `${row.companyCode} ${row.employeeNumber}`,
    },
    { id: 'field', header: 'Field', value: (row) => row.field, cell: (row) => row.field ?? 'whole employee' },
    {
      id: 'cause',
      header: 'Difference',
      value: (row) => differenceCauseNames[row.cause],
      cell: (row) => (
        <span title={row.reason ?? undefined}>
          {row.ours === null && row.theirs === null
            ? differenceCauseNames[row.cause]
            : `${row.ours ?? '–'} / ${row.theirs ?? '–'}`}
        </span>
      ),
    },
    {
      id: 'state',
      header: 'State',
      value: (row) => row.state,
      cell: (row) => <Badge tone={row.state === 'open' ? 'caution' : 'positive'}>{row.state}</Badge>,
    },
  ];
  return (
    <SidePanel
      open
      onOpenChange={(open) => !open && onClose()}
      title={audit.fileName}
      description={`${stateNames[audit.state]}: ${audit.open} open, ${audit.accepted} accepted, ${audit.corrected} corrected`}
    >
      {audit.refusal ? <p className="mb-3 text-critical">{audit.refusal.message}</p> : null}
      {audit.declaredAt ? (
        <p className="mb-3">
          Declared by {audit.declaredBy} <RelativeTime at={audit.declaredAt} />
        </p>
      ) : null}
      <Button small className="mb-3" onClick={() => recompare.mutate()}>
        Compare again with the present records
      </Button>
      {list.error && !list.items ? (
        <ProblemView error={list.error} />
      ) : !list.items ? (
        <SkeletonLines />
      ) : (
        <Table
          label="Differences"
          name="differences"
          plain
          rows={list.items}
          columns={columns}
          rowId={(row) => row.id}
          total={list.total}
          onMore={list.more}
          bulk={
            mayAccept
              ? (rows, clear) => (
                  <Button
                    small
                    look="primary"
                    onClick={() => setAccepting({ ids: rows.map((row) => row.id), clear })}
                  >
                    Accept with a reason
                  </Button>
                )
              : undefined
          }
          empty={<EmptyState title="No difference" />}
        />
      )}
      {accepting ? (
        <FormDialog
          title={`Accept ${accepting.ids.length} ${accepting.ids.length === 1 ? 'difference' : 'differences'}`}
          submit="Accept"
          onClose={() => setAccepting(undefined)}
          onSubmit={async (body) => {
            await accept.mutateAsync({ ...body, differences: accepting.ids });
            accepting.clear();
          }}
          fields={[{ name: 'reason', label: 'Reason', kind: 'text', required: true }]}
        />
      ) : null}
    </SidePanel>
  );
}
