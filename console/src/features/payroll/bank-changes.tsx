import { useState } from 'react';
import { z } from 'zod';
import { type HeldBankChange, heldBankChange } from '#contract/payroll.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Button } from '../../ui/button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { CalendarDate, RelativeTime } from '../../ui/time.tsx';

const changeList = z.object({ items: z.array(heldBankChange), next: z.null() });
const show = (accounts: HeldBankChange['before']) =>
  accounts.map((one) => `${one.account} (${one.allocation})`).join(', ') || 'none';

/** Bank changes that wait for somebody else than who asked for them. */
export function BankChanges({ base }: { base: string }) {
  const query = useApi(`${base}/bank-changes`, changeList);
  const [refusing, setRefusing] = useState<HeldBankChange>();
  const may = useHasRole('customer-team-lead', 'lead-consultant', 'integrations-manager', 'support');
  const approve = useAct<HeldBankChange>({
    run: (one) => act('POST', `${base}/bank-changes/${one.changeId}/approve`),
    done: 'Bank change approved',
  });
  const refuse = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${base}/bank-changes/${refusing?.changeId}/refuse`, body),
    done: 'Bank change refused',
    quiet: true,
  });
  if (!query.data || query.data.items.length === 0) return null;
  return (
    <Section title="Bank changes that wait for a second person">
      <ul className="flex flex-col gap-2">
        {query.data.items.map((one) => (
          <li
            key={one.changeId}
            className="flex flex-wrap items-center justify-between gap-3 rounded-card border border-caution/50 bg-raised px-4 py-3"
          >
            <div className="min-w-0">
              <p className="font-medium">
                {one.name} <span className="font-normal text-muted">{one.employeeNumber}</span>
              </p>
              <p>
                {show(one.before)} → {show(one.after)}
              </p>
              <p className="text-small text-muted">
                from <CalendarDate date={one.effectiveFrom} />, asked by {one.requestedBy}{' '}
                <RelativeTime at={one.requestedAt} />
              </p>
            </div>
            {may ? (
              <div className="flex gap-2">
                <Button small look="primary" onClick={() => approve.mutate(one)}>
                  Approve
                </Button>
                <Button small onClick={() => setRefusing(one)}>
                  Refuse
                </Button>
              </div>
            ) : null}
          </li>
        ))}
      </ul>
      {refusing ? (
        <FormDialog
          title={`Refuse the bank change of ${refusing.name}`}
          submit="Refuse"
          onClose={() => setRefusing(undefined)}
          onSubmit={(body) => refuse.mutateAsync(body)}
          fields={[{ name: 'reason', label: 'Reason', kind: 'area', required: true }]}
        />
      ) : null}
    </Section>
  );
}
