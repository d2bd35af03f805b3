import { type ReactNode, useEffect } from 'react';
import { Mark } from './rail.tsx';

interface StandAloneProps {
  title: string;
  wide?: boolean;
  density?: 'portal' | 'console';
  children: ReactNode;
}

/** A page outside the shell, in the portal's roomier density: sign-in, sign-off, one-time links. */
export function StandAlone({ title, wide = false, density = 'portal', children }: StandAloneProps) {
  useEffect(() => {
    document.title = `${title} · Fairlead`;
    document.body.dataset.density = density;
    return () => {
      delete document.body.dataset.density;
    };
  }, [title, density]);
  return (
    <div className="min-h-dvh text-body" data-density={density}>
      <header className="flex h-14 items-center gap-2 px-4 font-semibold md:px-8">
        <Mark />
        Fairlead
      </header>
      <main
        className={
          wide
            ? 'mx-auto max-w-[920px] px-4 pt-4 pb-16 md:px-8'
            : 'mx-auto max-w-[460px] px-4 pt-8 pb-16 md:pt-[12vh]'
        }
      >
        {children}
      </main>
    </div>
  );
}
