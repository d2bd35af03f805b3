import { sftpBanList } from '#contract/file-exchange.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Button } from '../../ui/button.tsx';
import { ListItem } from '../../ui/list-item.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RelativeTime } from '../../ui/time.tsx';

/** Sign-ins at the SFTP door that are banned for a while; nothing when there are none. */
export function Bans() {
  const query = useApi('/api/sftp-bans', sftpBanList);
  const mayLift = useHasRole('integrations-manager', 'lead-consultant', 'support');
  const lift = useAct<string>({ run: (ban) => act('DELETE', `/api/sftp-bans/${ban}`), done: 'Ban lifted' });
  if (query.error && !query.data)
    return <ProblemView error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data || query.data.items.length === 0) return null;
  return (
    <Section title="Banned SFTP sign-ins">
      <p className="text-muted">
        After 20 failed keys an address cannot sign in to that account for half an hour. Other accounts and
        addresses are not affected.
      </p>
      <ul className="flex flex-col gap-2">
        {query.data.items.map((ban) => (
          <ListItem
            key={ban.id}
            className="flex flex-wrap items-center justify-between gap-3 rounded-card border bg-raised px-4 py-3"
          >
            <div className="min-w-0">
              <p className="break-all font-medium">
                {ban.userName ?? 'User names that are no account'} from {ban.address}
              </p>
              <p className="text-small text-muted">
                Ends <RelativeTime at={ban.bannedUntil} />, last failed key{' '}
                <RelativeTime at={ban.lastFailedAt} />
              </p>
            </div>
            {mayLift ? (
              <Button
                small
                onClick={() => lift.mutate(ban.id)}
                aria-label={`Lift the ban of ${ban.userName ?? 'unknown names'} from ${ban.address}`}
              >
                Lift the ban
              </Button>
            ) : null}
          </ListItem>
        ))}
      </ul>
    </Section>
  );
}
