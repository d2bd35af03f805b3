import ChevronRight from 'lucide-react/icons/chevron-right';
import { type ReactNode, useEffect, useState } from 'react';
import type { GateStatus, GateView, StepView } from '#contract/integrations.ts';
import { classNames } from './class-names.ts';
import { Gate } from './gate.tsx';
import { GateShape } from './gate-shape.tsx';
import { RelativeTime } from './time.tsx';

export interface StepRailProps {
  steps: StepView[];
  /** Buttons beside a gate for who may confirm or waive it. */
  gateActions?(gate: GateView, step: StepView): ReactNode;
  /** Forms and buttons of a step. */
  stepActions?(step: StepView): ReactNode;
}

/** The integration's steps down the page, the present ones open, each with gates, owner and age. */
export function StepRail({ steps, gateActions, stepActions }: StepRailProps) {
  return (
    <ol className="flex flex-col">
      {steps.map((step, index) => (
        <Step
          key={step.id}
          step={step}
          last={index === steps.length - 1}
          gateActions={gateActions}
          actions={step.current ? stepActions?.(step) : null}
        />
      ))}
    </ol>
  );
}

const shapes: Record<StepView['state'], GateStatus> = {
  waiting: 'waiting',
  open: 'waiting',
  passed: 'seen',
  stale: 'stale',
  waived: 'waived',
  skipped: 'waived',
};
const words: Record<StepView['state'], string> = {
  waiting: 'Not yet',
  open: 'Open',
  passed: 'Passed',
  stale: 'Stale',
  waived: 'Waived',
  skipped: 'Not needed',
};

interface StepProps {
  step: StepView;
  last: boolean;
  gateActions?: ((gate: GateView, step: StepView) => ReactNode) | undefined;
  actions: ReactNode;
}

function Step({ step, last, gateActions, actions }: StepProps) {
  const [open, setOpen] = useState(step.current || step.state === 'stale');
  useEffect(() => setOpen(step.current || step.state === 'stale'), [step.current, step.state]);
  const passed = step.gates.filter((gate) => gate.status !== 'waiting' && gate.status !== 'refused').length;
  const late = step.timer !== undefined && step.current && new Date(step.timer.dueAt) < new Date();
  return (
    <li className="relative flex gap-3 pb-1" aria-current={step.current ? 'step' : undefined}>
      {last ? null : <span aria-hidden className="absolute top-7 bottom-0 left-[15px] w-px bg-line" />}
      <span
        className={classNames(
          'mt-1.5 flex size-8 shrink-0 items-center justify-center rounded-full',
          step.current && 'bg-accent/12',
        )}
      >
        <GateShape status={shapes[step.state]} />
      </span>
      <div className="min-w-0 flex-1">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex w-full items-start gap-2 rounded-control px-2 py-1.5 text-left hover:bg-hover"
        >
          <span className="min-w-0 flex-1">
            <span className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-mono text-code text-muted">{step.id}</span>
              <span
                className={classNames(
                  'font-semibold',
                  step.state === 'waiting' && !step.current && 'font-medium text-muted',
                )}
              >
                {step.title}
              </span>
              <span className="text-small text-muted">{step.current ? 'Now' : words[step.state]}</span>
            </span>
            <span className="flex flex-wrap gap-x-3 text-small text-muted">
              <span>
                {step.owner.roleName}
                {step.owner.person ? `: ${step.owner.person}` : ''}
              </span>
              {step.gates.length > 0 ? (
                <span>
                  {passed} of {step.gates.length} {step.gates.length === 1 ? 'gate' : 'gates'}
                </span>
              ) : null}
              {step.current && step.ageBusinessHours !== undefined ? (
                <span>{sayBusinessHours(step.ageBusinessHours)} open</span>
              ) : null}
              {step.passedAt ? <RelativeTime at={step.passedAt} /> : null}
              {step.current && step.timer ? (
                <span className={late ? 'font-medium text-caution' : ''}>
                  {late ? 'Late: was due ' : 'Due '}
                  <RelativeTime at={step.timer.dueAt} />
                </span>
              ) : null}
            </span>
          </span>
          <ChevronRight
            aria-hidden
            className={classNames(
              'mt-1 size-4 shrink-0 text-muted transition-transform duration-120',
              open && 'rotate-90',
            )}
          />
        </button>
        {open ? (
          <div className="pt-1 pr-2 pb-4 pl-0.5">
            {step.note ? <p className="px-1.5 pb-1 text-muted">{step.note}</p> : null}
            {step.gates.length > 0 ? (
              <ul className="flex flex-col">
                {step.gates.map((gate) => (
                  <Gate key={gate.id} gate={gate} actions={gateActions?.(gate, step)} />
                ))}
              </ul>
            ) : (
              <p className="px-1.5 text-muted">No gate: it passes when its owner acts.</p>
            )}
            {actions ? <div className="mt-2 flex flex-wrap gap-2 px-1.5">{actions}</div> : null}
          </div>
        ) : null}
      </div>
    </li>
  );
}

/** Business hours as people say them: a day has eight and a half. */
export function sayBusinessHours(hours: number): string {
  if (hours < 1) return 'less than an hour';
  if (hours < 8.5) return `${Math.round(hours)} business ${Math.round(hours) === 1 ? 'hour' : 'hours'}`;
  const days = Math.round(hours / 8.5);
  return `${days} business ${days === 1 ? 'day' : 'days'}`;
}
