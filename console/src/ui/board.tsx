import { type ReactNode, useRef } from 'react';
import { useOverflowHint } from './overflow-hint.ts';

/** Columns side by side; where they do not fit they scroll, and the edge shows that there are more. */
export function Board({ label, children }: { label: string; children: ReactNode }) {
  const scroller = useRef<HTMLElement>(null);
  useOverflowHint(scroller);
  return (
    <section
      ref={scroller}
      aria-label={label}
      className="overflow-hint -mx-3 overflow-x-auto px-3 pb-2 md:-mx-6 md:px-6"
    >
      <div className="flex min-w-full gap-3">{children}</div>
    </section>
  );
}
