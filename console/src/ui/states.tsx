import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';

/** A grey stand-in of the size of what will come, so that nothing jumps. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={classNames('block h-4 animate-breathe rounded-small bg-pressed', className)}
    />
  );
}

/** Several lines that stand in for a list or a form. */
export function SkeletonLines({ lines = 6, label = 'Loading' }: { lines?: number; label?: string }) {
  const widths = ['w-3/5', 'w-4/5', 'w-2/5', 'w-3/4', 'w-1/2'];
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-4 py-2">
      {Array.from({ length: lines }, (_, index) => index).map((index) => (
        <Skeleton key={index} className={widths[index % widths.length]} />
      ))}
    </div>
  );
}

export interface EmptyStateProps {
  title: string;
  /** What to do next. */
  children?: ReactNode;
  action?: ReactNode;
}

/** Nothing here yet: what it would be, and what to do next. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-start gap-1 rounded-card border border-dashed px-5 py-6">
      <p className="font-semibold">{title}</p>
      {children ? <div className="max-w-[60ch] text-muted">{children}</div> : null}
      {action ? <div className="mt-2 flex flex-wrap gap-2">{action}</div> : null}
    </div>
  );
}

export interface ErrorStateProps {
  title: string;
  detail?: ReactNode;
  /** How to mend it. */
  mend?: string | undefined;
  requestId?: string | undefined;
  onRetry?: (() => void) | undefined;
  /** The words of the button that tries again. */
  retry?: string;
}

/** Something did not work: what happened, then what to do next. */
export function ErrorState({
  title,
  detail,
  mend,
  requestId,
  onRetry,
  retry = 'Try again',
}: ErrorStateProps) {
  return (
    <div
      role="alert"
      className="flex flex-col items-start gap-1 rounded-card border border-critical/40 bg-critical/5 px-5 py-5"
    >
      <p className="font-semibold">{title}</p>
      {detail ? <p className="max-w-[70ch]">{detail}</p> : null}
      {mend ? <p className="max-w-[70ch] text-muted">{mend}</p> : null}
      {requestId ? <p className="font-mono text-code text-muted">Request {requestId}</p> : null}
      {onRetry ? (
        <Button small className="mt-2" onClick={onRetry}>
          {retry}
        </Button>
      ) : null}
    </div>
  );
}
