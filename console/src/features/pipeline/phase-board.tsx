import { Link } from '@tanstack/react-router';
import { type IntegrationRow, integrationPhaseNames, integrationPhases } from '#contract/integrations.ts';
import { Badge } from '../../ui/badge.tsx';
import { Board } from '../../ui/board.tsx';
import { classNames } from '../../ui/class-names.ts';
import { sayBusinessHours } from '../../ui/step-rail.tsx';

/** Integrations in columns by phase. They move by themselves: where one stands follows from what happened. */
export function PhaseBoard({ rows }: { rows: IntegrationRow[] }) {
  const phases = integrationPhases.filter((phase) =>
    phase !== 'scope' && phase !== 'ended' ? true : rows.some((row) => row.phase === phase),
  );
  return (
    <Board label="Integrations by phase">
      {phases.map((phase) => {
        const inPhase = rows
          .filter((row) => row.phase === phase)
          .sort((a, b) => b.ageBusinessHours - a.ageBusinessHours);
        return (
          <section
            key={phase}
            aria-label={integrationPhaseNames[phase]}
            className={classNames('min-w-[220px] flex-1', inPhase.length === 0 && 'max-md:hidden')}
          >
            <h2 className="mb-2 flex items-baseline gap-2 px-1 text-heading">
              {integrationPhaseNames[phase]}{' '}
              <span className="text-small font-normal text-muted">{inPhase.length}</span>
            </h2>
            <ul className="flex min-h-[120px] flex-col gap-2 rounded-card bg-hover p-2">
              {inPhase.map((row) => (
                <Card key={row.id} row={row} />
              ))}
            </ul>
          </section>
        );
      })}
    </Board>
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
