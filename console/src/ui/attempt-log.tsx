import ChevronRight from 'lucide-react/icons/chevron-right';
import { useState } from 'react';
import { Badge, type Tone } from './badge.tsx';
import { classNames } from './class-names.ts';
import { EmptyState } from './states.tsx';
import { RelativeTime } from './time.tsx';

export interface AttemptPhase {
  name: string;
  ms: number;
}
export interface Attempt {
  id: string;
  at: string;
  /** In a word or two: "200", "timed out". */
  status: string;
  tone: Tone;
  phases: AttemptPhase[];
  request?: string;
  response?: string;
  note?: string | undefined;
}

const shades = ['bg-accent/35', 'bg-accent/55', 'bg-accent/75', 'bg-accent'];

/**
 * Each try: time, status, a bar of its duration split by phase; opens to request and response side by side. `open` names
 * the one that stands open at first.
 */
export function AttemptLog({ attempts, open }: { attempts: Attempt[]; open?: string | undefined }) {
  if (attempts.length === 0)
    return (
      <EmptyState title="Nothing was sent yet">The first message appears here with its answer.</EmptyState>
    );
  const longest = Math.max(1, ...attempts.map(total));
  return (
    <ol className="@container divide-y divide-line rounded-card border bg-raised">
      {attempts.map((attempt) => (
        <AttemptRow key={attempt.id} attempt={attempt} longest={longest} opens={attempt.id === open} />
      ))}
    </ol>
  );
}

const total = (attempt: Attempt) => attempt.phases.reduce((sum, phase) => sum + phase.ms, 0);

function AttemptRow({ attempt, longest, opens }: { attempt: Attempt; longest: number; opens: boolean }) {
  const [open, setOpen] = useState(opens);
  const duration = total(attempt);
  const detail = attempt.phases.map((phase) => `${phase.name} ${Math.round(phase.ms)} ms`).join(', ');
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="focus-inset flex min-h-(--row) w-full items-center gap-x-3 px-3 py-1 text-left hover:bg-hover"
      >
        <span className="w-[110px] min-w-0 shrink truncate text-muted">
          <RelativeTime at={attempt.at} />
        </span>
        <Badge tone={attempt.tone}>{attempt.status}</Badge>
        <span className="flex min-w-[84px] flex-1 items-center gap-2" title={detail}>
          <span aria-hidden className="flex h-2 flex-1 gap-px overflow-hidden rounded-small bg-hover">
            {attempt.phases.map((phase, index) => (
              <span
                key={phase.name}
                className={shades[index % 4]}
                style={{ width: `${(phase.ms / longest) * 100}%` }}
              />
            ))}
          </span>
          <span className="numeric w-16 text-right text-small text-muted">{Math.round(duration)} ms</span>
        </span>
        <ChevronRight
          aria-hidden
          className={classNames(
            'size-4 shrink-0 text-muted transition-transform duration-120',
            open && 'rotate-90',
          )}
        />
      </button>
      {open ? (
        <div className="px-3 pb-3">
          {attempt.note ? <p className="pb-2 text-muted">{attempt.note}</p> : null}
          {detail ? <p className="pb-2 text-small text-muted">{detail}</p> : null}
          <div className="grid gap-2 @xl:grid-cols-2">
            <Exchange title="Request" text={attempt.request} />
            <Exchange title="Response" text={attempt.response} />
          </div>
        </div>
      ) : null}
    </li>
  );
}

function Exchange({ title, text }: { title: string; text: string | undefined }) {
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="text-small font-medium text-muted">{title}</h3>
      <pre className="mt-1 rounded-control border bg-surface p-2 font-mono text-code break-all whitespace-pre-wrap">
        {text || 'Not kept.'}
      </pre>
    </section>
  );
}
