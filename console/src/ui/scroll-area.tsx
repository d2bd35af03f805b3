import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** Takes the focus so that the keyboard can scroll it. */
const byKeyboard = { tabIndex: 0 };

/** Holds what is wider than the page, such as a table of figures; scrolls sideways, by keyboard too. */
export function ScrollArea({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section
      aria-label={label}
      className={classNames('focus-inset relative overflow-x-auto', className)}
      {...byKeyboard}
    >
      {children}
    </section>
  );
}
