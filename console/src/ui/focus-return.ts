import { useRef } from 'react';

/**
 * Gives the focus back to where it was before a dialog opened; from a menu, to the menu's button. Where that is gone, as
 * the row of a mail that was decided, it goes to the dialog below, else to the page's heading.
 */
export function useFocusReturn() {
  const before = useRef<HTMLElement>(undefined);
  return {
    remember: () => {
      const at = document.activeElement as HTMLElement | null;
      const opener = at?.closest('[role=menu]')?.getAttribute('aria-labelledby');
      before.current = (opener && document.getElementById(opener)) || at || undefined;
    },
    giveBack: (event: Event) => {
      event.preventDefault();
      const at = before.current;
      const isThere = at?.isConnected && at !== document.body;
      const below = () => [...document.querySelectorAll<HTMLElement>('[role=dialog]')].at(-1);
      (isThere ? at : (below() ?? document.querySelector<HTMLElement>('main h1')))?.focus();
    },
  };
}
