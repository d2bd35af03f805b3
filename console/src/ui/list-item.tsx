import { type ReactNode, useLayoutEffect, useRef } from 'react';

/**
 * An item of a list of work. When it goes away with the focus in it, as after a decision, its neighbour gets the focus,
 * else the page's heading; the keyboard would begin at the top of the page otherwise.
 */
export function ListItem({ className, children }: { className?: string; children: ReactNode }) {
  const item = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    const own = item.current;
    return () => {
      if (!own?.contains(document.activeElement)) return;
      const next = own.nextElementSibling ?? own.previousElementSibling ?? document.querySelector('main h1');
      (next as HTMLElement | null)?.focus();
    };
  }, []);
  return (
    <li ref={item} tabIndex={-1} className={className}>
      {children}
    </li>
  );
}
