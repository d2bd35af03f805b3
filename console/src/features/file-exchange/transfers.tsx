import { useState } from 'react';
import {
  type TransferRow,
  type TransferView,
  transferList,
  transferStateNames,
  transferView,
} from '#contract/file-exchange.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct, useApi, useApiList } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { SidePanel } from '../../ui/dialog.tsx';
import { type FileStage, FileTimeline } from '../../ui/file-timeline.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { sayCount, saySize } from '../../ui/money.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../../ui/states.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';

const tones: Record<TransferRow['state'], Tone> = {
  received: 'info',
  checking: 'info',
  held: 'caution',
  applying: 'info',
  applied: 'positive',
  validated: 'positive',
  rejected: 'critical',
  duplicate: 'neutral',
  superseded: 'neutral',
};
const count = (value: number | null) => (value === null ? '–' : sayCount(value));
const columns: Column<TransferRow>[] = [
  {
    id: 'file',
    header: 'File',
    value: (row) => row.fileName,
    cell: (row) => <span className="font-medium">{row.fileName}</span>,
  },
  {
    id: 'exchange',
    header: 'Exchange',
    value: (row) => row.exchange.code,
    cell: (row) => row.exchange.code,
    wideOnly: true,
  },
  {
    id: 'state',
    header: 'State',
    value: (row) => transferStateNames[row.state],
    cell: (row) => <Badge tone={tones[row.state]}>{transferStateNames[row.state]}</Badge>,
  },
  { id: 'mode', header: 'Mode', value: (row) => row.mode, cell: (row) => row.mode ?? '–', wideOnly: true },
  { id: 'rows', header: 'Rows', value: (row) => row.rows, cell: (row) => count(row.rows), align: 'right' },
  {
    id: 'accepted',
    header: 'Accepted',
    value: (row) => row.accepted,
    cell: (row) => count(row.accepted),
    align: 'right',
    wideOnly: true,
  },
  {
    id: 'rejected',
    header: 'Refused',
    value: (row) => row.rejected,
    cell: (row) => count(row.rejected),
    align: 'right',
    wideOnly: true,
  },
  {
    id: 'size',
    header: 'Size',
    value: (row) => row.sizeBytes,
    cell: (row) => saySize(row.sizeBytes),
    align: 'right',
    wideOnly: true,
  },
  {
    id: 'received',
    header: 'Received',
    value: (row) => row.receivedAt,
    cell: (row) => <RelativeTime at={row.receivedAt} />,
    align: 'right',
  },
];

/** Files that were transferred; each opens to its way through the checks. */
export function Transfers({ place }: { place: Place }) {
  const base = `${environmentPath(place)}/files`;
  const list = useApiList(`${base}/transfers?limit=200`, transferList, 'before');
  const [open, setOpen] = useState<TransferRow>();
  return (
    <Section title="Transfers">
      {list.error && !list.items ? (
        <ProblemView error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Table
          label="Transfers"
          name="transfers"
          rows={list.items}
          columns={columns}
          rowId={(row) => row.id}
          onOpen={(row) => setOpen(row)}
          openId={open?.id}
          onMore={list.more}
          empty={
            <EmptyState title="Nothing has arrived yet">
              Put a file into the exchange's folder over SFTP. A name in /in/validate is only checked, nothing
              is applied.
            </EmptyState>
          }
        />
      )}
      {open ? <Transfer base={base} row={open} onClose={() => setOpen(undefined)} /> : null}
    </Section>
  );
}

const stepNames: Record<TransferView['timeline'][number]['step'], string> = {
  received: 'Received',
  deduplicated: 'Compared with earlier files',
  structure: 'Structure checked',
  rows: 'Rows checked',
  policy: 'Acceptance policy',
  approved: 'Approved',
  outcome: 'Outcome',
  acknowledged: 'Answered',
  archived: 'Archived',
};

const heldFor: Record<string, string> = {
  'out-of-order': 'a later file has been used already',
  'headcount-drop': 'many employees are missing',
  'many-ends': 'many employments end',
  'many-new': 'many employees are new',
  'many-bank-changes': 'many bank accounts change',
  'many-identity-changes': 'many people would be somebody else',
  'many-pay-changes': 'the pay of many changes',
  'pay-far-off': 'pay changes to many times as much, or as little',
  'values-unlikely': 'it has values that are hardly ever true',
  'not-processed': 'it could not be processed',
};

const vouchers = {
  sha256: 'Its control file carries its SHA-256.',
  rows: 'Its control file carries the number of its rows.',
  rename: 'It was uploaded under another name and renamed when it was whole.',
};

/** How a file differs from the held one whose place it took. */
function sayDifference({ added, removed, changed, same, columns }: NonNullable<TransferView['difference']>) {
  const counted = [
    [changed, 'changed'],
    [added, 'added'],
    [removed, 'left out'],
    [same, 'the same'],
  ]
    .filter(([n]) => Number(n) > 0)
    .map(([n, word]) => `${sayCount(Number(n))} ${word}`);
  const inColumns =
    columns.length === 0
      ? ''
      : ` Columns: ${columns.slice(0, 8).join(', ')}${columns.length > 8 ? ' and more' : ''}.`;
  return `Rows: ${counted.join(', ') || 'none'}.${inColumns}`;
}

function stagesOf(view: TransferView): FileStage[] {
  return view.timeline.map((entry) => ({
    name: stepNames[entry.step],
    at: entry.at,
    state: entry.step === 'outcome' && view.state === 'rejected' ? 'refused' : 'done',
    detail: sayStep(entry, view),
  }));
}

/** What a step found, in words; undefined when there is no more to say than that it was done. */
function sayStep(
  { step, detail }: TransferView['timeline'][number],
  { state, fileName, sizeBytes }: TransferView,
): string | undefined {
  if (step === 'received') return `${fileName}, ${saySize(sizeBytes)}`;
  if (step === 'rows') {
    const parts = (['accepted', 'rejected', 'warnings'] as const).filter((name) => Number(detail[name]) > 0);
    const words = { accepted: 'accepted', rejected: 'refused', warnings: 'with warnings' };
    return [
      `${sayCount(Number(detail.rows))} rows`,
      ...parts.map((name) => `${sayCount(Number(detail[name]))} ${words[name]}`),
    ].join(', ');
  }
  if (step === 'policy')
    return detail.held ? `Held: ${heldFor[String(detail.held)] ?? detail.held}` : undefined;
  if (step === 'approved') return detail.reason ? String(detail.reason) : undefined;
  if (step === 'outcome')
    return [transferStateNames[state], ...(detail.reason ? [String(detail.reason)] : [])].join(': ');
  if (step === 'acknowledged') return detail.errorFile ? 'With a file of errors' : undefined;
  return undefined;
}

function Transfer({ base, row, onClose }: { base: string; row: TransferRow; onClose(): void }) {
  const path = `${base}/transfers/${row.id}`;
  const query = useApi(path, transferView);
  const [decision, setDecision] = useState<'approve' | 'reject'>();
  const may = useHasRole('integrations-manager', 'customer-team-lead', 'project-owner');
  const view = query.data;
  const { state, mode } = view ?? row; // the row is as it was when the panel opened
  const decide = useAct<Record<string, unknown>>({
    // The decision is about the bytes that this panel shows.
    run: (body) => act('POST', `${path}/${decision}`, { ...body, sha256: view?.sha256 }),
    done: decision === 'approve' ? 'File approved' : 'File rejected',
    quiet: true,
  });
  return (
    <SidePanel
      open
      onOpenChange={(open) => !open && onClose()}
      title={row.fileName}
      description={`${transferStateNames[state]}${mode ? `, ${mode}` : ''}`}
    >
      {query.error && !view ? (
        <ProblemView error={query.error} />
      ) : !view ? (
        <SkeletonLines />
      ) : (
        <div className="flex flex-col gap-4">
          {view.held ? (
            <div className="rounded-card border border-caution/50 bg-caution/7 p-3">
              {view.held.figures.length > 1 ? (
                <ul className="list-disc pl-4 font-medium">
                  {view.held.figures.map((figure) => (
                    <li key={figure.code}>{figure.message}</li>
                  ))}
                </ul>
              ) : (
                <p className="font-medium">{view.held.message}</p>
              )}
              {view.state === 'validated' ? (
                <p className="mt-1 text-muted">Sent for real, the file would wait for a person.</p>
              ) : null}
              {may && view.state === 'held' ? (
                <div className="mt-2 flex gap-2">
                  <Button small look="primary" onClick={() => setDecision('approve')}>
                    Approve
                  </Button>
                  <Button small onClick={() => setDecision('reject')}>
                    Reject
                  </Button>
                </div>
              ) : null}
            </div>
          ) : null}
          {view.supersedes ? (
            <div className="rounded-card border bg-raised p-3">
              <p className="font-medium">It took the place of a held file of the same name</p>
              <p className="text-muted">
                {view.difference ? sayDifference(view.difference) : 'The two were not compared row by row.'}
              </p>
            </div>
          ) : null}
          {view.supersededBy ? (
            <p className="rounded-card border bg-raised p-3">
              A newer file of this name took its place while it was held. Nothing of it was loaded.
            </p>
          ) : null}
          <dl className="grid grid-cols-3 gap-2">
            {(
              [
                ['Rows', view.rows],
                ['Accepted', view.accepted],
                ['Refused', view.rejected],
              ] as const
            ).map(([label, value]) => (
              <div key={label}>
                <dt className="text-small text-muted">{label}</dt>
                <dd className="numeric text-title font-semibold">{count(value)}</dd>
              </div>
            ))}
          </dl>
          <FileTimeline
            stages={stagesOf(view)}
            errors={view.findings.map((one) => ({
              line: one.line ?? undefined,
              row: one.key?.replace('/', ' '),
              column: one.column ?? undefined,
              code: one.code,
              message: `${one.message}${/[.?!]$/.test(one.message) ? '' : '.'} ${one.fix}`,
            }))}
            errorTotal={view.findingsTotal}
          />
          <div className="flex flex-wrap gap-2">
            {view.hasAcknowledgement ? (
              <a className={buttonClass('plain', true)} href={`${path}/ack.json`}>
                Acknowledgement
              </a>
            ) : null}
            {view.hasErrorFile ? (
              <a className={buttonClass('plain', true)} href={`${path}/errors.csv`}>
                Error file
              </a>
            ) : null}
          </div>
          {view.vouchedBy || ['held', 'applying', 'applied', 'validated'].includes(view.state) ? (
            <p className="text-small text-muted">
              {view.vouchedBy
                ? vouchers[view.vouchedBy]
                : 'Nothing shows that the file is whole: one that was cut off at a line end looks the same.'}
            </p>
          ) : null}
          <p className="text-small break-all text-muted">SHA-256 {view.sha256}</p>
        </div>
      )}
      {decision ? (
        <FormDialog
          title={decision === 'approve' ? 'Approve this file' : 'Reject this file'}
          submit={decision === 'approve' ? 'Approve' : 'Reject'}
          onClose={() => setDecision(undefined)}
          onSubmit={(body) => decide.mutateAsync(body)}
          fields={[{ name: 'reason', label: 'Reason', kind: 'area', required: true }]}
        />
      ) : null}
    </SidePanel>
  );
}
