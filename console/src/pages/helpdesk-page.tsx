import { useNavigate, useSearch } from '@tanstack/react-router';
import { Page } from '../app/page.tsx';
import { HeldMails } from '../features/desk/held-mails.tsx';
import { Outbox } from '../features/desk/outbox.tsx';
import { ReceivedMails } from '../features/desk/received-mails.tsx';
import { Tickets } from '../features/desk/tickets.tsx';
import { Tabs } from '../ui/tabs.tsx';

/** Tickets, mail that waits for a person, mail of programs, and every mail that went out. */
export function HelpdeskPage() {
  const { tab = 'tickets' } = useSearch({ strict: false }) as { tab?: string };
  const navigate = useNavigate();
  return (
    <Page title="Helpdesk">
      <Tabs
        label="Helpdesk"
        value={tab}
        onChange={(next) => void navigate({ to: '/helpdesk', search: { tab: next } as never, replace: true })}
        tabs={[
          { value: 'tickets', label: 'Tickets', content: tab === 'tickets' ? <Tickets /> : null },
          { value: 'held', label: 'Held mail', content: tab === 'held' ? <HeldMails /> : null },
          {
            value: 'automatic',
            label: 'Automatic mail',
            content: tab === 'automatic' ? <HeldMails list="automatic" /> : null,
          },
          {
            value: 'received',
            label: 'Received',
            content: tab === 'received' ? <ReceivedMails /> : null,
          },
          { value: 'outbox', label: 'Outbox', content: tab === 'outbox' ? <Outbox /> : null },
        ]}
      />
    </Page>
  );
}
