import { useState } from 'react';
import {
  type AuditView,
  type DifferenceView,
  differenceCauseNames,
  differenceList,
} from '#contract/data-audits.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct, useApiList } from '../../api/use-api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { SidePanel } from '../../ui/dialog.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { sayKind } from '../../ui/history.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../../ui/states.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Nothing } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';
import { UploadAudit } from './upload-audit.tsx';

export const auditStateNames = {
  comparing: 'Being compared',
  open: 'Differences wait',
  closed: 'Closed',
  refused: 'File refused',
  failed: 'Failed',
};

const differenceStateNames = { open: 'Open', accepted: 'Accepted', corrected: 'Corrected' };

const sayField = ({ field }: DifferenceView) => (field === null ? 'the whole employee' : sayKind(field));

/** The differences of one comparison, each to be accepted with a reason or corrected. */
export function Differences({ place, audit, onClose }: { place: Place; audit: AuditView; onClose(): void }) {
  const path = `${environmentPath(place)}/audits/${audit.id}`;
  const list = useApiList(`${path}/differences?limit=200`, differenceList);
  const mayAccept = useHasRole('project-owner', 'developer', 'signatory');
  const mayCompare = useHasRole(
    'project-owner',
    'developer',
    'signatory',
    'integrations-manager',
    'lead-consultant',
  );
  const [replacing, setReplacing] = useState(false);
  const [accepting, setAccepting] = useState<{ ids: string[]; run: number; clear(): void }>();
  const accept = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${path}/accept`, { ...body, run: accepting?.run }),
    done: 'Differences accepted',
    quiet: true,
  });
  const recompare = useAct({ run: () => act('POST', `${path}/recompare`), done: 'Being compared again' });
  const columns: Column<DifferenceView>[] = [
    {
      id: 'key',
      header: 'Employee',
      value: (row) => row.employeeNumber,
      cell: (row) => (
        <>
          {row.companyCode} {row.employeeNumber}
          <span className="block text-small text-muted @2xl:hidden">{sayField(row)}</span>
        </>
      ),
    },
    { id: 'field', header: 'Field', value: sayField, cell: sayField, wideOnly: true },
    {
      id: 'cause',
      header: 'Difference',
      value: (row) => differenceCauseNames[row.cause],
      cell: (row) => <Difference row={row} />,
    },
    {
      id: 'state',
      header: 'State',
      value: (row) => differenceStateNames[row.state],
      cell: (row) => (
        <Badge tone={row.state === 'open' ? 'caution' : 'positive'}>{differenceStateNames[row.state]}</Badge>
      ),
    },
  ];
  return (
    <SidePanel
      open
      onOpenChange={(open) => !open && onClose()}
      title={audit.fileName}
      description={`${auditStateNames[audit.state]}: ${audit.open} open, ${audit.accepted} accepted, ${audit.corrected} corrected`}
    >
      {[audit.refusal, audit.failure].map((why) =>
        why ? (
          <p key={why.code} className="mb-3 text-critical">
            {why.message}
          </p>
        ) : null,
      )}
      <div className="mb-3 flex flex-wrap gap-2">
        {mayCompare ? (
          <Button small disabled={audit.state === 'comparing'} onClick={() => recompare.mutate()}>
            Compare again with the present records
          </Button>
        ) : null}
        {mayAccept ? (
          <Button small disabled={audit.state === 'comparing'} onClick={() => setReplacing(true)}>
            Replace the file
          </Button>
        ) : null}
      </div>
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
                    onClick={() => setAccepting({ ids: rows.map((row) => row.id), run: audit.runs, clear })}
                  >
                    Accept with a reason
                  </Button>
                )
              : undefined
          }
          empty={<EmptyState title="No difference" />}
        />
      )}
      {replacing ? <UploadAudit place={place} replaces={audit} onClose={() => setReplacing(false)} /> : null}
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

/** What each side holds, one under the other; values of personal classes are not shown, only how they differ. */
function Difference({ row }: { row: DifferenceView }) {
  return (
    <>
      {row.ours === null && row.theirs === null ? (
        differenceCauseNames[row.cause]
      ) : (
        <dl className="grid grid-cols-[auto_1fr] gap-x-2 text-small">
          <dt className="text-muted">Payroll</dt>
          <dd className="min-w-[6ch] wrap-anywhere">{row.ours ?? <Nothing />}</dd>
          <dt className="text-muted">File</dt>
          <dd className="min-w-[6ch] wrap-anywhere">{row.theirs ?? <Nothing />}</dd>
        </dl>
      )}
      {row.reason ? <p className="text-small text-muted">{row.reason}</p> : null}
    </>
  );
}
