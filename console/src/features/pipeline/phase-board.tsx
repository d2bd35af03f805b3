import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { z } from 'zod';
import { type IntegrationRow, integrationBoard, integrationList } from '#contract/integrations.ts';
import { withQuery } from '../../api/client.ts';
import { useApi, useApiList } from '../../api/use-api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Board } from '../../ui/board.tsx';
import { classNames } from '../../ui/class-names.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../../ui/states.tsx';
import { sayBusinessHours } from '../../ui/time.tsx';

type Column = z.infer<typeof integrationBoard>['columns'][number];

/** What is looked for in the pipeline; the server looks. */
export interface PipelineWish {
  search?: string;
  mine?: boolean;
}

/** Integrations in columns by phase. They move by themselves: where one stands follows from what happened. */
export function PhaseBoard({ wish }: { wish: PipelineWish }) {
  const query = useApi(withQuery('/api/integrations/board', { ...wish }), integrationBoard);
  // While other words are looked for, what was found before stays.
  const last = useRef(query.data);
  if (query.data) last.current = query.data;
  const shown = last.current;
  if (query.error && !query.data)
    return <ProblemView error={query.error} onRetry={() => void query.refetch()} />;
  if (!shown) return <SkeletonLines />;
  if (shown.columns.every((column) => column.count === 0) && (wish.search || wish.mine))
    return <EmptyState title="Nothing fits">Take words away, or show everybody's.</EmptyState>;
  const columns = shown.columns.filter(
    ({ phase, count }) => count > 0 || (phase !== 'scope' && phase !== 'ended'),
  );
  return (
    <Board label="Integrations by phase">
      {columns.map((column) => (
        <PhaseColumn key={`${column.phase} ${wish.search} ${wish.mine}`} column={column} wish={wish} />
      ))}
    </Board>
  );
}

/** One phase: how many there are, the first of them, and the rest when asked for. */
function PhaseColumn({ column, wish }: { column: Column; wish: PipelineWish }) {
  const { phase, name, count } = column;
  const [open, setOpen] = useState(false);
  const order = phase === 'ended' ? 'changed' : 'since';
  const list = useApiList(
    open ? withQuery('/api/integrations', { phase, order, limit: 50, ...wish }) : undefined,
    integrationList,
    'after',
  );
  const rows = (open && list.items) || column.items;
  const left = count - rows.length;
  return (
    <section aria-label={name} className={classNames('min-w-[220px] flex-1', count === 0 && 'max-md:hidden')}>
      <h2 className="mb-2 flex items-baseline gap-2 px-1 text-heading">
        {name} <span className="text-small font-normal text-muted">{count}</span>
      </h2>
      <ul className="flex min-h-[120px] flex-col gap-2 rounded-card bg-hover p-2">
        {rows.map((row) => (
          <Card key={row.id} row={row} />
        ))}
      </ul>
      {left > 0 ? (
        <button
          type="button"
          className="mt-2 px-1 text-accent underline underline-offset-2"
          onClick={() => (open ? list.more?.() : setOpen(true))}
        >
          Show more of {name} ({left})
        </button>
      ) : null}
    </section>
  );
}

function Card({ row }: { row: IntegrationRow }) {
  return (
    <li>
      <Link
        to={`/customers/${row.customer.id}/integrations/${row.id}`}
        className={classNames(
          'block rounded-control border bg-raised px-3 py-2.5 transition-colors duration-120 hover:border-control',
          row.next.mine && 'border-accent/60',
        )}
      >
        <span className="flex items-start justify-between gap-2">
          <span className="min-w-0 font-medium">{row.name}</span>
          <span className="shrink-0 font-mono text-code text-muted">{row.customer.code}</span>
        </span>
        <span className="mt-1 line-clamp-2 text-muted">
          {row.next.mine ? <span className="font-medium text-accent">Yours: </span> : null}
          {row.next.sentence}
        </span>
        <span className="mt-2 flex flex-wrap items-center gap-1.5 text-small text-muted">
          <Badge tone={row.held ? 'caution' : 'neutral'}>{row.held ? 'On hold' : row.stateName}</Badge>
          {row.stale > 0 ? <Badge tone="caution">{row.stale} stale</Badge> : null}
          <span className="ml-auto">{sayBusinessHours(row.ageBusinessHours)}</span>
        </span>
      </Link>
    </li>
  );
}
