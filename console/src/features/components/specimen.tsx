import type { ReactNode } from 'react';

/** One piece of the console in its states, under its name. */
export function Specimen({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-3 border-t pt-4">
      <h2 className="text-heading">{title}</h2>
      {children}
    </section>
  );
}
