import type { GateStatus } from '#contract/integrations.ts';
import { classNames } from './class-names.ts';

const colours: Record<GateStatus, string> = {
  waiting: 'text-muted',
  seen: 'text-positive',
  confirmed: 'text-positive',
  waived: 'text-info',
  stale: 'text-caution',
  refused: 'text-critical',
};
/** The word that stands beside each shape. */
export const gateWords: Record<GateStatus, string> = {
  waiting: 'Waiting',
  seen: 'Seen',
  confirmed: 'Confirmed',
  waived: 'Waived',
  stale: 'Stale',
  refused: 'Refused',
};

/** A gate's shape: hollow ring, filled tick, half ring, slash, cross. It fills once when `filling`. */
export function GateShape({ status, filling = false }: { status: GateStatus; filling?: boolean }) {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden
      className={classNames('size-4 shrink-0', colours[status], filling && 'animate-fill')}
    >
      {shape(status)}
    </svg>
  );
}

function shape(status: GateStatus) {
  const ring = { cx: 8, cy: 8, r: 6.25, fill: 'none', stroke: 'currentColor', strokeWidth: 1.5 };
  const mark = {
    fill: 'none',
    stroke: 'var(--surface-raised)',
    strokeWidth: 1.75,
    strokeLinecap: 'round' as const,
  };
  if (status === 'seen' || status === 'confirmed')
    return (
      <>
        <circle cx="8" cy="8" r="7" fill="currentColor" />
        <path d="M4.9 8.3 7.1 10.5 11.2 5.9" {...mark} strokeLinejoin="round" />
      </>
    );
  if (status === 'stale')
    return (
      <>
        <circle {...ring} strokeDasharray="1.6 2.33" />
        <path
          d="M8 1.75a6.25 6.25 0 0 0 0 12.5z"
          fill="currentColor"
          stroke="currentColor"
          strokeWidth="1.5"
        />
      </>
    );
  if (status === 'waived')
    return (
      <>
        <circle {...ring} />
        <path d="M4.2 11.8 11.8 4.2" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
      </>
    );
  if (status === 'refused')
    return (
      <>
        <circle cx="8" cy="8" r="7" fill="currentColor" />
        <path d="M5.6 5.6 10.4 10.4M10.4 5.6 5.6 10.4" {...mark} />
      </>
    );
  return <circle {...ring} />;
}
