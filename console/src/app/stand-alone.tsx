import { type ReactNode, useEffect } from 'react';
import { Mark } from './rail.tsx';

/** A page outside the shell, in the portal's roomier density: sign-in, sign-off, one-time links. */
export function StandAlone({
  title,
  wide = false,
  children,
}: {
  title: string;
  wide?: boolean;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Fairlead`;
    document.body.dataset.density = 'portal';
    return () => {
      delete document.body.dataset.density;
    };
  }, [title]);
  return (
    <div className="min-h-dvh text-body" data-density="portal">
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
