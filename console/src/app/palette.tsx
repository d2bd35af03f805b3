import { useNavigate } from '@tanstack/react-router';
import Moon from 'lucide-react/icons/moon';
import Route from 'lucide-react/icons/route';
import Users from 'lucide-react/icons/users';
import { useDeferredValue, useState } from 'react';
import { customerList } from '#contract/customers.ts';
import { integrationList } from '#contract/integrations.ts';
import { withQuery } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { useApi } from '../api/use-api.ts';
import { CommandPalette, type PaletteEntry } from '../ui/command-palette.tsx';
import { auditPlace, mayReadAudit, staffPlaces } from './rail.tsx';
import { signOut } from './session.ts';
import { chooseTheme } from './theme.ts';

/** The palette with the console's pages, customers and integrations. */
export function Palette({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const [text, setText] = useState('');
  const search = useDeferredValue(text);
  const navigate = useNavigate();
  const me = useMe();
  const customers = useApi(withQuery('/api/customers', { search, limit: 8 }), customerList);
  const integrations = useApi(withQuery('/api/integrations', { search, limit: 8 }), integrationList);
  const go = (to: string) => () => void navigate({ to });
  const entries: PaletteEntry[] = [
    ...[...staffPlaces, ...(mayReadAudit(me) ? [auditPlace] : [])].map((place) => ({
      id: place.to,
      label: place.label,
      icon: <place.icon aria-hidden />,
      group: 'Pages',
      onSelect: go(place.to),
    })),
    ...['Held mail', 'Outbox'].map((label) => ({
      id: label,
      label,
      group: 'Pages',
      onSelect: () =>
        void navigate({ to: '/helpdesk', search: { tab: label === 'Outbox' ? 'outbox' : 'held' } } as never),
    })),
    { id: '/components', label: 'Component page', group: 'Pages', onSelect: go('/components') },
    ...(integrations.data?.items ?? []).map((row) => ({
      id: row.id,
      label: `${row.customer.code}: ${row.name}`,
      hint: row.stateName,
      icon: <Route aria-hidden />,
      group: 'Integrations',
      onSelect: go(`/customers/${row.customer.id}/integrations/${row.id}`),
    })),
    ...(customers.data?.items ?? []).map((row) => ({
      id: row.id,
      label: row.name,
      hint: row.code,
      icon: <Users aria-hidden />,
      group: 'Customers',
      onSelect: go(`/customers/${row.id}`),
    })),
    {
      id: 'dark',
      label: 'Use the dark theme',
      icon: <Moon aria-hidden />,
      group: 'Do',
      onSelect: () => chooseTheme('dark'),
    },
    { id: 'light', label: 'Use the light theme', group: 'Do', onSelect: () => chooseTheme('light') },
    { id: 'sign-out', label: 'Sign out', group: 'Do', onSelect: () => void signOut() },
  ];
  return <CommandPalette open={open} onOpenChange={onOpenChange} entries={entries} onSearch={setText} />;
}
