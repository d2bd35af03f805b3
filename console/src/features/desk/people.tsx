import type { TicketParticipant, TicketView } from '#contract/desk.ts';
import { act } from '../../api/client.ts';
import { useAct } from '../../api/use-api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Person } from './person.tsx';

const roleNames: Record<TicketParticipant['role'], string> = {
  requester: 'Asked',
  customer: 'Customer',
  staff: 'Vendor',
  outsider: 'Outsider',
};

/** Who takes part in a ticket, and addresses that were only named; these can be let in. */
export function People({ view, path }: { view: TicketView; path: string }) {
  const admit = useAct<string>({
    run: (address) => act('POST', `${path}/admit`, { addresses: [address] }),
    done: (_, address) => `${address} takes part now`,
  });
  return (
    <section aria-label="People">
      <h2 className="mb-1.5 text-heading">People</h2>
      <ul className="flex flex-col gap-2">
        {view.participants.map((one) => (
          <li key={one.address} className="flex flex-col items-start gap-1">
            <Person name={one.name} address={one.address} />
            <span className="flex flex-wrap items-center gap-1">
              <RoleBadge person={one} />
              {one.admitted ? null : (
                <>
                  <Badge tone="caution">Only named</Badge>
                  <Button small look="quiet" onClick={() => admit.mutate(one.address)}>
                    Let in
                  </Button>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What somebody is on a ticket; an outsider to whom nobody wrote before is marked. */
export function RoleBadge({ person }: { person: TicketParticipant }) {
  if (person.belongs) return <Badge>{roleNames[person.role]}</Badge>;
  return (
    <Badge tone="caution">
      {person.role === 'requester' ? 'Asked, outsider' : 'Outsider'}
      {person.written ? '' : ', first time'}
    </Badge>
  );
}
