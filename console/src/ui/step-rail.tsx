import ChevronRight from 'lucide-react/icons/chevron-right';
import { type ReactNode, useEffect, useState } from 'react';
import { type GateStatus, type GateView, type StepView, trackNames } from '#contract/integrations.ts';
import { classNames } from './class-names.ts';
import { Gate } from './gate.tsx';
import { GateShape } from './gate-shape.tsx';
import { RelativeTime, sayBusinessHours } from './time.tsx';

export interface StepRailProps {
  steps: StepView[];
  /** Buttons beside a gate for who may confirm or waive it. */
  gateActions?(gate: GateView, step: StepView): ReactNode;
  /** Forms and buttons of a step. */
  stepActions?(step: StepView): ReactNode;
}

/**
 * The integration's steps down the page, the present ones open, each with gates, owner and age. What was passed before
 * stands behind one line, so that the present is in sight; each track has its own heading.
 */
export function StepRail({ steps, gateActions, stepActions }: StepRailProps) {
  const [all, setAll] = useState(false);
  const passed = steps.findIndex(
    (step) => step.state !== 'passed' && step.state !== 'waived' && step.state !== 'skipped',
  );
  const behind = passed > 3 && !all ? passed - 1 : 0;
  const shown = steps.slice(behind);
  return (
    <div className="flex flex-col gap-2">
      {behind > 0 ? (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="flex items-center gap-3 rounded-control px-2 py-1.5 text-left text-muted hover:bg-hover hover:text-ink"
        >
          <GateShape status="seen" />
          <span className="pl-3">
            {behind} steps passed before. <span className="underline underline-offset-2">Show them</span>
          </span>
        </button>
      ) : null}
      <ol className="flex flex-col">
        {shown.map((step, index) => {
          const before = shown[index - 1];
          const next = shown[index + 1];
          return (
            <Step
              key={step.id}
              step={step}
              heading={step.track && step.track !== before?.track ? trackNames[step.track] : undefined}
              last={next === undefined || next.track !== step.track}
              gateActions={gateActions}
              actions={step.current ? stepActions?.(step) : null}
            />
          );
        })}
      </ol>
    </div>
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
  heading: string | undefined;
  last: boolean;
  gateActions?: ((gate: GateView, step: StepView) => ReactNode) | undefined;
  actions: ReactNode;
}

function Step({ step, heading, last, gateActions, actions }: StepProps) {
  const [open, setOpen] = useState(step.current || step.state === 'stale');
  useEffect(() => setOpen(step.current || step.state === 'stale'), [step.current, step.state]);
  const passed = step.gates.filter(({ status }) => !['waiting', 'refused', 'stale'].includes(status)).length;
  const late = step.timer !== undefined && step.current && new Date(step.timer.dueAt) < new Date();
  return (
    <li className="pb-1" aria-current={step.current ? 'step' : undefined}>
      {heading ? <h3 className="pt-4 pb-2 pl-2 text-small font-semibold text-muted">{heading}</h3> : null}
      <div className="relative flex gap-3">
        {last ? null : <span aria-hidden className="absolute top-[35px] bottom-0 left-[15px] w-px bg-line" />}
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
                <span className="font-mono text-code text-muted">{step.id.split('.')[0]}</span>
                <span
                  className={classNames(
                    'font-semibold',
                    step.state === 'waiting' && !step.current && 'font-medium text-muted',
                  )}
                >
                  {step.title}
                </span>
                <span className="text-small text-muted">
                  {step.current ? (step.state === 'stale' ? 'Now, stale' : 'Now') : words[step.state]}
                </span>
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
      </div>
    </li>
  );
}
