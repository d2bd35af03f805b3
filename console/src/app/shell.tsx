import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { Dialog } from 'radix-ui';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { meView } from '#contract/access.ts';
import { localPathOf } from '#contract/local-path.ts';
import { useLive } from '../api/live.ts';
import { MeContext } from '../api/me.ts';
import { problemOf } from '../api/problem.ts';
import { useApi } from '../api/use-api.ts';
import { classNames } from '../ui/class-names.ts';
import { useFocusReturn } from '../ui/focus-return.ts';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';
import { setVendorCalendar } from '../ui/time.tsx';
import { toast } from '../ui/toast.tsx';
import { FrameContext } from './frame.ts';
import { Rail } from './rail.tsx';

const Palette = lazy(async () => {
  try {
    return { default: (await import('./palette.tsx')).Palette };
  } catch (error) {
    // The page around it stays, with what somebody is writing there.
    const { title, detail } = problemOf(error);
    toast(`${title}. ${detail}`, { critical: true });
    return { default: () => <></> };
  }
});

function startsFolded(): boolean {
  return document.documentElement.dataset.rail === 'folded';
}

/** Rail, top line and content for whoever is signed in; without a session it leads to the sign-in page. */
export function Shell() {
  const me = useApi('/api/me', meView);
  const navigate = useNavigate();
  const [menu, setMenu] = useState(false);
  const [palette, setPalette] = useState(false);
  const [folded, setFolded] = useState(startsFolded);
  const focus = useFocusReturn();
  const signedOut = me.error !== null && problemOf(me.error).status === 401;
  const portal = me.data?.customer != null;
  useLive(me.data?.person.id);
  useFocusOnHeading();
  useEffect(() => {
    if (!signedOut) return;
    const { pathname, search, hash } = location;
    const asked = localPathOf(`${pathname}${search}${hash}`);
    void navigate({
      to: '/sign-in',
      search: { ...(asked && asked !== '/' ? { to: asked } : {}) } as never,
      replace: true,
    });
  }, [signedOut, navigate]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPalette((open) => !open);
      } else if (event.key === '/' && !isTyping(event.target)) {
        const filter = document.querySelector<HTMLInputElement>('[data-filter]');
        if (filter) {
          event.preventDefault();
          filter.focus();
        }
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  useEffect(() => {
    document.body.dataset.density = portal ? 'portal' : 'console';
    return () => {
      delete document.body.dataset.density;
    };
  }, [portal]);
  const frame = useMemo(
    () => ({ openMenu: () => setMenu(true), openPalette: () => setPalette(true), portal }),
    [portal],
  );
  if (me.error && !me.data && !signedOut)
    return (
      <main className="mx-auto max-w-[520px] p-6">
        <ProblemView error={me.error} onRetry={() => void me.refetch()} />
      </main>
    );
  if (!me.data) return <Waiting />;
  setVendorCalendar(me.data.vendor);
  const fold = () => {
    const next = !folded;
    setFolded(next);
    document.documentElement.dataset.rail = next ? 'folded' : 'open';
    try {
      localStorage.setItem('fairlead.rail', next ? 'folded' : 'open');
    } catch {
      // The choice then lasts as long as the page.
    }
  };
  return (
    <MeContext value={me.data}>
      <FrameContext value={frame}>
        <a
          href="#content"
          className="sr-only z-50 rounded-control bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        >
          Skip to the content
        </a>
        <div className="flex min-h-dvh">
          <div
            className={classNames(
              'sticky top-0 h-dvh shrink-0 border-r max-md:hidden',
              folded ? 'w-[52px]' : 'w-[220px]',
            )}
          >
            <Rail me={me.data} folded={folded} onFold={fold} />
          </div>
          <div className="flex min-w-0 flex-1 flex-col">
            <Outlet />
          </div>
        </div>
        <Dialog.Root open={menu} onOpenChange={setMenu}>
          <Dialog.Portal>
            <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-veil" />
            <Dialog.Content
              aria-describedby={undefined}
              onOpenAutoFocus={focus.remember}
              onCloseAutoFocus={focus.giveBack}
              className="fixed inset-y-0 left-0 z-50 w-[264px] max-w-[85vw] animate-drawer bg-surface shadow-float"
            >
              <Dialog.Title className="sr-only">Menu</Dialog.Title>
              <Rail me={me.data} folded={false} onGo={() => setMenu(false)} />
            </Dialog.Content>
          </Dialog.Portal>
        </Dialog.Root>
        {palette && !portal ? (
          <Suspense>
            <Palette open={palette} onOpenChange={setPalette} />
          </Suspense>
        ) : null}
      </FrameContext>
    </MeContext>
  );
}

/** A link that leads to another page takes the focus along, to its heading: a screen reader says where one is now. */
function useFocusOnHeading(): void {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    const came = before.current !== undefined && before.current !== path;
    before.current = path;
    if (came) document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [path]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}

/** The shell's outline while it loads: the same places, so nothing jumps. */
function Waiting() {
  return (
    <div className="flex min-h-dvh">
      <div className="w-[220px] shrink-0 border-r p-4 max-md:hidden" />
      <main className="flex-1 p-6 pt-16">
        <SkeletonLines />
      </main>
    </div>
  );
}
