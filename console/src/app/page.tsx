import { Link } from '@tanstack/react-router';
import Menu from 'lucide-react/icons/menu';
import Search from 'lucide-react/icons/search';
import { Fragment, type ReactNode, useEffect } from 'react';
import { IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { type EnvironmentName, EnvironmentSwitch, SandboxEdge } from '../ui/environment-switch.tsx';
import { useFrame } from './frame.ts';

export interface Crumb {
  label: string;
  to?: string;
}
export interface PageProps {
  title: string;
  crumbs?: Crumb[];
  /** The page's one primary action, and what stands beside it. */
  action?: ReactNode;
  lead?: ReactNode;
  environment?: { value: EnvironmentName; onChange(value: EnvironmentName): void } | undefined;
  /** Narrow pages hold forms and reading; wide ones hold tables and boards. */
  width?: 'narrow' | 'wide';
  children: ReactNode;
}

/** A page inside the shell: top line, title with its one primary action, then the work. */
export function Page({ title, crumbs = [], action, lead, environment, width = 'wide', children }: PageProps) {
  const frame = useFrame();
  useEffect(() => {
    document.title = `${title} · Fairlead`;
  }, [title]);
  return (
    <>
      <header className="sticky top-0 z-30 bg-surface">
        {environment?.value === 'sandbox' ? <SandboxEdge /> : null}
        <div className="flex min-h-12 items-center gap-2 border-b px-3 md:px-6">
          <IconButton label="Open the menu" className="md:hidden" onClick={() => frame?.openMenu()}>
            <Menu aria-hidden />
          </IconButton>
          <nav aria-label="Breadcrumb" className="min-w-0 flex-1">
            <ol className="flex min-w-0 items-center gap-1.5 text-muted">
              {crumbs.map((crumb) => (
                <Fragment key={crumb.label}>
                  <li className="min-w-0 truncate max-sm:hidden">
                    {crumb.to ? (
                      <Link to={crumb.to} className="rounded-small hover:text-ink">
                        {crumb.label}
                      </Link>
                    ) : (
                      crumb.label
                    )}
                  </li>
                  <li aria-hidden className="max-sm:hidden">
                    /
                  </li>
                </Fragment>
              ))}
              <li className="min-w-0 truncate font-medium text-ink" aria-current="page">
                {title}
              </li>
            </ol>
          </nav>
          {environment ? <EnvironmentSwitch {...environment} /> : null}
          {frame && !frame.portal ? (
            <>
              <button
                type="button"
                onClick={frame.openPalette}
                className="flex h-7 items-center gap-2 rounded-control border px-2 text-small text-muted hover:text-ink max-sm:hidden"
              >
                Go to
                <kbd className="font-sans text-[11px]">⌘K</kbd>
              </button>
              <IconButton label="Go to" className="sm:hidden" onClick={frame.openPalette}>
                <Search aria-hidden />
              </IconButton>
            </>
          ) : null}
        </div>
      </header>
      <main
        id="content"
        tabIndex={-1}
        className={classNames(
          'mx-auto w-full min-w-0 flex-1 px-3 pt-5 pb-12 outline-none md:px-6',
          width === 'narrow' ? 'max-w-[880px]' : 'max-w-[1680px]',
        )}
      >
        <div className="mb-5 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <div className="min-w-0">
            <h1 tabIndex={-1} className="text-title outline-none md:text-display">
              {title}
            </h1>
            {lead ? <div className="mt-1 max-w-[75ch] text-muted">{lead}</div> : null}
          </div>
          {action ? <div className="flex flex-wrap items-center gap-2">{action}</div> : null}
        </div>
        {children}
      </main>
    </>
  );
}

/** A card of related things with its heading. */
export function Section({
  title,
  action,
  children,
  className,
  id,
}: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
  className?: string;
  id?: string;
}) {
  return (
    <section aria-label={title} id={id} className={classNames('flex min-w-0 flex-col gap-3', className)}>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-heading">{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}
