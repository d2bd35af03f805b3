import { type ReactNode, useRef } from 'react';
import { classNames } from './class-names.ts';
import { useOverflowHint } from './overflow-hint.ts';

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
  const scroller = useRef<HTMLElement>(null);
  useOverflowHint(scroller);
  return (
    <section
      ref={scroller}
      aria-label={label}
      className={classNames('overflow-hint focus-inset relative overflow-x-auto', className)}
      {...byKeyboard}
    >
      {children}
    </section>
  );
}
