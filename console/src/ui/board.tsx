import type { ReactNode } from 'react';
import { ScrollArea } from './scroll-area.tsx';

/** Columns side by side; where they do not fit they scroll, and the edge shows that there are more. */
export function Board({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ScrollArea label={label} className="-mx-3 px-3 pb-2 md:-mx-6 md:px-6">
      <div className="flex min-w-full gap-3">{children}</div>
    </ScrollArea>
  );
}
