import type { ReactNode } from 'react';
import type { AllowedAction, IntegrationView } from '#contract/integrations.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { CalendarDate, RelativeTime } from '../../ui/time.tsx';

/** What is next and whose it is, in one sentence, with the button when it is yours. */
export function NextCard({
  integration,
  onAction,
  leads = false,
  children,
}: {
  integration: IntegrationView;
  onAction(action: AllowedAction): void;
  /** Whether `children` carry the integration on, and the acts stand beside them. */
  leads?: boolean;
  /** What carries it on elsewhere than by an act. */
  children?: ReactNode;
}) {
  const { next, hold } = integration;
  const primary = integration.actions.filter((action) => action.primary && !action.gate);
  if (hold)
    return (
      <div className="rounded-card border border-caution/50 bg-caution/7 px-5 py-4">
        <p className="text-small font-medium text-caution">On hold</p>
        <p className="text-heading font-semibold">{hold.reason}</p>
        <p className="text-muted">
          Put on hold by {hold.by} <RelativeTime at={hold.since} />; resumes on{' '}
          <CalendarDate date={hold.resumeOn} />.
        </p>
        {primary.length > 0 ? (
          <div className="mt-3 flex flex-wrap gap-2">
            <Buttons actions={primary} onAction={onAction} />
          </div>
        ) : null}
      </div>
    );
  return (
    <section
      aria-label="Next"
      className={classNames(
        'rounded-card border bg-raised px-5 py-4',
        next.mine && 'border-accent/60 bg-accent/5',
      )}
    >
      <p className="text-small font-medium text-muted">{next.mine ? 'Next, and it is yours' : 'Next'}</p>
      {/* It changes while one looks: by evidence, or by what others do. */}
      <p aria-live="polite" className="mt-0.5 text-heading font-semibold">
        {next.sentence}
      </p>
      <p className="mt-0.5 flex flex-wrap gap-x-3 text-muted">
        <span>
          {next.whose.roleName}
          {next.whose.person ? `: ${next.whose.person}` : ''}
        </span>
        {next.dueAt ? (
          <span>
            due <RelativeTime at={next.dueAt} />
          </span>
        ) : null}
      </p>
      {leads ? (
        <div className="mt-3 flex flex-wrap gap-2">
          {children}
          <Buttons actions={primary} onAction={onAction} plain />
        </div>
      ) : (
        <>
          {primary.length > 0 ? (
            <div className="mt-3 flex flex-wrap gap-2">
              <Buttons actions={primary} onAction={onAction} />
            </div>
          ) : null}
          {children ? <div className="mt-3 flex flex-wrap gap-2">{children}</div> : null}
        </>
      )}
    </section>
  );
}

function Buttons({
  actions,
  onAction,
  plain = false,
}: {
  actions: AllowedAction[];
  onAction(action: AllowedAction): void;
  plain?: boolean;
}) {
  return actions.map((action, index) => (
    <Button
      key={`${action.action}${action.step ?? ''}`}
      look={index === 0 && !plain ? 'primary' : 'plain'}
      onClick={() => onAction(action)}
    >
      {action.title}
    </Button>
  ));
}
