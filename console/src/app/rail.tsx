import { Link, useNavigate } from '@tanstack/react-router';
import BookOpen from 'lucide-react/icons/book-open';
import ChartNoAxes from 'lucide-react/icons/chart-no-axes-column';
import ChevronsLeft from 'lucide-react/icons/chevrons-left';
import ChevronsRight from 'lucide-react/icons/chevrons-right';
import CircleUser from 'lucide-react/icons/circle-user';
import Files from 'lucide-react/icons/files';
import Gauge from 'lucide-react/icons/gauge';
import Inbox from 'lucide-react/icons/inbox';
import KeyRound from 'lucide-react/icons/key-round';
import Mail from 'lucide-react/icons/mail';
import Radio from 'lucide-react/icons/radio';
import Route from 'lucide-react/icons/route';
import ScrollText from 'lucide-react/icons/scroll-text';
import Settings from 'lucide-react/icons/settings';
import Users from 'lucide-react/icons/users';
import Webhook from 'lucide-react/icons/webhook';
import type { ComponentType, ReactNode } from 'react';
import type { MeView } from '#contract/access.ts';
import { roleNames } from '#contract/roles.ts';
import { classNames } from '../ui/class-names.ts';
import { Menu } from '../ui/menu.tsx';
import { signOut } from './session.ts';
import { chooseTheme, chosenTheme } from './theme.ts';

interface Place {
  label: string;
  to: string;
  search?: Record<string, string>;
  icon: ComponentType<{ className?: string; 'aria-hidden'?: boolean }>;
  exact?: boolean;
  /** Served by the server itself, not a page of the console. */
  plain?: boolean;
}

/** Where the rail leads for the vendor's people. */
export const staffPlaces: Place[] = [
  { label: 'My work', to: '/', icon: Inbox, exact: true },
  { label: 'Pipeline', to: '/pipeline', icon: Route },
  { label: 'Customers', to: '/customers', icon: Users },
  { label: 'Live', to: '/live', icon: Radio },
  { label: 'Helpdesk', to: '/helpdesk', icon: Mail },
  { label: 'Files', to: '/files', icon: Files },
  { label: 'Webhooks', to: '/webhooks', icon: Webhook },
  { label: 'Fair use', to: '/fair-use', icon: Gauge },
  { label: 'Reports', to: '/reports', icon: ChartNoAxes },
];

/** Where it leads those who may read the audit trail besides. */
export const auditPlace: Place = { label: 'Audit trail', to: '/audit', icon: ScrollText };

/** Whether somebody may read the whole audit trail. */
export function mayReadAudit({ person }: MeView): boolean {
  return person.roles.some((role) => role === 'administrator' || role === 'auditor');
}

/** Where the rail leads for a customer's people. */
export function portalPlaces(customer: string): Place[] {
  const own = `/customers/${customer}`;
  return [
    { label: 'Your integrations', to: '/', icon: Route, exact: true },
    { label: 'Credentials', to: own, search: { tab: 'credentials' }, icon: KeyRound },
    { label: 'Webhooks', to: own, search: { tab: 'webhooks' }, icon: Webhook },
    { label: 'Files', to: own, search: { tab: 'files' }, icon: Files },
    { label: 'Fair use', to: own, search: { tab: 'usage' }, icon: Gauge },
    { label: 'Documentation', to: '/docs', icon: BookOpen, plain: true },
  ];
}

interface RailProps {
  me: MeView;
  folded: boolean;
  onFold?: () => void;
  onGo?: () => void;
}

/** The left rail: places above, settings and the person below. */
export function Rail({ me, folded, onFold, onGo }: RailProps) {
  const portal = me.customer !== null;
  const places = me.customer ? portalPlaces(me.customer.id) : staffPlaces;
  return (
    <nav aria-label="Main" className="flex h-full flex-col gap-0.5 overflow-y-auto p-2">
      <div
        className={classNames(
          'mb-2 flex h-8 items-center gap-2 px-2 font-semibold',
          folded && 'justify-center px-0',
        )}
      >
        <Mark />
        {folded ? <span className="sr-only">Fairlead</span> : <span className="truncate">Fairlead</span>}
      </div>
      {places.map((place) => (
        <PlaceLink key={place.label} place={place} folded={folded} onGo={onGo} />
      ))}
      <span className="flex-1" />
      {portal ? null : (
        <>
          <PlaceLink
            place={{ label: 'Documentation', to: '/docs', icon: BookOpen, plain: true }}
            folded={folded}
            onGo={onGo}
          />
          {mayReadAudit(me) ? <PlaceLink place={auditPlace} folded={folded} onGo={onGo} /> : null}
          <PlaceLink
            place={{ label: 'Settings', to: '/settings', icon: Settings }}
            folded={folded}
            onGo={onGo}
          />
        </>
      )}
      <PersonMenu me={me} folded={folded} />
      {onFold ? (
        <button
          type="button"
          onClick={onFold}
          className={itemClass(folded)}
          title={folded ? 'Unfold the menu' : undefined}
        >
          {folded ? (
            <ChevronsRight aria-hidden className="size-4" />
          ) : (
            <ChevronsLeft aria-hidden className="size-4" />
          )}
          {folded ? <span className="sr-only">Unfold the menu</span> : 'Fold'}
        </button>
      ) : null}
    </nav>
  );
}

function itemClass(folded: boolean): string {
  return classNames(
    'flex h-8 w-full shrink-0 items-center gap-2.5 rounded-control px-2 text-left text-muted transition-colors duration-120 hover:bg-hover hover:text-ink',
    'data-[status=active]:bg-pressed data-[status=active]:font-medium data-[status=active]:text-ink',
    '[[data-density=portal]_&]:h-10',
    folded && 'justify-center px-0',
  );
}

function PlaceLink({
  place,
  folded,
  onGo,
}: {
  place: Place;
  folded: boolean;
  onGo?: (() => void) | undefined;
}) {
  const content: ReactNode = (
    <>
      <place.icon className="size-4 shrink-0" aria-hidden />
      <span className={folded ? 'sr-only' : 'truncate'}>{place.label}</span>
    </>
  );
  const common = { className: itemClass(folded), ...(folded ? { title: place.label } : {}) };
  if (place.plain)
    return (
      <a href={place.to} {...common}>
        {content}
      </a>
    );
  return (
    <Link
      to={place.to}
      search={place.search ?? {}}
      activeOptions={{ exact: place.exact ?? false, includeSearch: place.search !== undefined }}
      {...common}
      {...(onGo ? { onClick: onGo } : {})}
    >
      {content}
    </Link>
  );
}

function PersonMenu({ me, folded }: { me: MeView; folded: boolean }) {
  const theme = chosenTheme();
  const navigate = useNavigate();
  const roles = me.person.roles.map((role) => roleNames[role]).join(', ');
  return (
    <Menu
      align="start"
      title={me.person.email}
      trigger={
        <button type="button" className={classNames(itemClass(folded), 'h-auto min-h-10 py-1')}>
          <CircleUser aria-hidden className="size-4 shrink-0" />
          {folded ? (
            <span className="sr-only">{me.person.name}</span>
          ) : (
            <span className="min-w-0">
              <span className="block truncate text-ink">{me.person.name}</span>
              <span className="block truncate text-small">{me.customer?.name ?? roles}</span>
            </span>
          )}
          <span className="sr-only">account and theme</span>
        </button>
      }
      groups={[
        [
          { label: 'Light', checked: theme === 'light', onSelect: () => chooseTheme('light') },
          { label: 'Dark', checked: theme === 'dark', onSelect: () => chooseTheme('dark') },
          { label: 'As the device', checked: theme === 'system', onSelect: () => chooseTheme('system') },
        ],
        [{ label: 'Your passkeys', onSelect: () => void navigate({ to: '/settings' }) }],
        [{ label: 'Sign out', onSelect: () => void signOut() }],
      ]}
    />
  );
}

/** The sign of the product: a line led through a ring. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className="size-6 shrink-0 text-accent">
      <circle cx="16" cy="16" r="8" fill="none" stroke="currentColor" strokeWidth="3.5" />
      <path
        d="M1 21 C9 21 9 16 16 16 S23 11 31 11"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.5"
        strokeLinecap="round"
        opacity="0.65"
      />
    </svg>
  );
}
