import { useState } from 'react';
import {
  type DeliveryRow,
  deliveryList,
  deliveryView,
  type InboundRow,
  inboundList,
} from '#contract/webhooks.ts';
import { act } from '../../api/client.ts';
import { useAct, useApi, useApiList } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { type Attempt, AttemptLog } from '../../ui/attempt-log.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { SidePanel } from '../../ui/dialog.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../../ui/states.tsx';
import { acts, type Column, Table } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';

const tones = { waiting: 'info', delivered: 'positive', failed: 'critical' } as const;
const names = { waiting: 'Waiting', delivered: 'Delivered', failed: 'Failed' };
const columns: Column<DeliveryRow>[] = [
  {
    id: 'sequence',
    header: 'No.',
    value: (row) => row.sequence,
    cell: (row) => row.sequence,
    align: 'right',
    width: '64px',
    wideOnly: true,
  },
  {
    id: 'type',
    header: 'Event',
    value: (row) => row.eventType,
    cell: (row) => <code className="font-mono text-code">{row.eventType}</code>,
  },
  {
    id: 'endpoint',
    header: 'Endpoint',
    value: (row) => row.endpoint.label,
    cell: (row) => row.endpoint.label,
    wideOnly: true,
  },
  {
    id: 'state',
    header: 'State',
    value: (row) => names[row.state],
    cell: (row) => <Badge tone={tones[row.state]}>{names[row.state]}</Badge>,
  },
  {
    id: 'status',
    header: 'Answer',
    value: (row) => row.lastStatus,
    cell: (row) => row.lastStatus ?? row.lastError ?? '–',
    align: 'right',
  },
  {
    id: 'attempts',
    header: 'Attempts',
    value: (row) => row.attempts,
    cell: (row) => row.attempts,
    align: 'right',
    wideOnly: true,
  },
  {
    id: 'created',
    header: 'Made',
    value: (row) => row.createdAt,
    cell: (row) => <RelativeTime at={row.createdAt} />,
    align: 'right',
    wideOnly: true,
  },
];

/** Messages to endpoints; each opens to its attempts. */
export function Deliveries({ place }: { place: Place }) {
  const base = environmentPath(place);
  const list = useApiList(`${base}/deliveries?limit=100`, deliveryList);
  const [open, setOpen] = useState<DeliveryRow>();
  return (
    <Section title="Deliveries">
      {list.error && !list.items ? (
        <ProblemView error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Table
          label="Deliveries"
          name="deliveries"
          plain
          rows={list.items}
          columns={columns}
          rowId={(row) => row.id}
          onOpen={(row) => setOpen(row)}
          openId={open?.id}
          onMore={list.more}
          empty={
            <EmptyState title="Nothing was sent yet">
              The first change of an employee appears here with its answer.
            </EmptyState>
          }
        />
      )}
      {open ? <Delivery base={base} row={open} onClose={() => setOpen(undefined)} /> : null}
    </Section>
  );
}

function Delivery({ base, row, onClose }: { base: string; row: DeliveryRow; onClose(): void }) {
  const query = useApi(`${base}/deliveries/${row.id}`, deliveryView);
  const resend = useAct({
    run: () => act('POST', `${base}/deliveries/${row.id}/resend`),
    done: 'Message sent again',
  });
  const attempts: Attempt[] = (query.data?.attemptLog ?? []).map((one) => ({
    id: String(one.number),
    at: one.at,
    status: one.status === null ? (one.error ?? 'no answer') : String(one.status),
    tone: one.status !== null && one.status < 300 ? 'positive' : 'critical',
    phases: [{ name: 'answer', ms: one.durationMs }],
    request: `POST ${query.data?.request.url}\n\n${pretty(query.data?.request.body ?? '')}`,
    response: one.response ?? one.error ?? '',
    note: one.error ?? undefined,
  }));
  return (
    <SidePanel
      open
      onOpenChange={(open) => !open && onClose()}
      title={row.eventType}
      description={`Message ${row.sequence} to ${row.endpoint.label}`}
    >
      {query.data ? (
        <div className="flex flex-col gap-4">
          <AttemptLog attempts={attempts} open={attempts.at(-1)?.id} />
          <Button className="self-start" busy={resend.isPending} onClick={() => resend.mutate()}>
            Send again
          </Button>
        </div>
      ) : query.error ? (
        <ProblemView error={query.error} />
      ) : (
        <SkeletonLines />
      )}
    </SidePanel>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

const inboundTones = {
  received: 'info',
  waiting: 'info',
  applied: 'positive',
  stale: 'neutral',
  dead: 'critical',
} as const;
const inboundNames = {
  received: 'Received',
  waiting: 'Waiting for its employee',
  applied: 'Applied',
  stale: 'Older than what is known',
  dead: 'Needs somebody',
};

/** Messages that came in at receivers. */
export function Inbound({ place }: { place: Place }) {
  const base = environmentPath(place);
  const list = useApiList(`${base}/inbound?limit=100`, inboundList);
  const replay = useAct<string>({
    run: (id) => act('POST', `${base}/inbound/${id}/replay`),
    done: 'Message applied again',
  });
  const inboundColumns: Column<InboundRow>[] = [
    {
      id: 'receiver',
      header: 'Receiver',
      value: (row) => row.receiver.label,
      cell: (row) => row.receiver.label,
    },
    {
      id: 'employee',
      header: 'Employee',
      value: (row) => row.employeeNumber,
      cell: (row) => (row.employeeNumber ? `${row.companyCode} ${row.employeeNumber}` : '–'),
    },
    {
      id: 'state',
      header: 'State',
      value: (row) => inboundNames[row.state],
      cell: (row) => <Badge tone={inboundTones[row.state]}>{inboundNames[row.state]}</Badge>,
    },
    {
      id: 'detail',
      header: 'Detail',
      value: (row) => row.detail,
      cell: (row) => row.detail ?? '',
      wideOnly: true,
    },
    {
      id: 'copies',
      header: 'Copies',
      value: (row) => row.copies,
      cell: (row) => row.copies,
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
    {
      ...acts,
      cell: (row) =>
        row.state === 'dead' ? (
          <Button small onClick={() => replay.mutate(row.id)}>
            Apply again
          </Button>
        ) : null,
    },
  ];
  if (list.items?.length === 0) return null;
  return (
    <Section title="Messages received">
      {list.error && !list.items ? (
        <ProblemView error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Table
          label="Messages received"
          name="inbound"
          plain
          rows={list.items}
          columns={inboundColumns}
          rowId={(row) => row.id}
          onMore={list.more}
        />
      )}
    </Section>
  );
}
