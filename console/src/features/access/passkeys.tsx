import { useAct, useApi } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { addPasskey, passkeyList, passkeysPath, removePasskey } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';

/** The passkeys of the person who is signed in: one for each device, taken away when a device is lost. */
export function Passkeys() {
  const list = useApi(passkeysPath, passkeyList);
  const remove = useAct<{ id: string; name: string }>({
    run: ({ id }) => removePasskey(id),
    done: (_, { name }) => `Passkey taken away: ${name}`,
  });
  const passkeys = (list.data ?? []).map((one) => ({ ...one, name: one.name ?? 'A device' }));
  return (
    <Section title="Your passkeys" className="max-w-[640px]">
      <p className="text-muted">
        A passkey signs you in without a mail. Take one away when its device is lost or no longer yours.
      </p>
      {list.error && !list.data ? (
        <ProblemView error={list.error} onRetry={() => void list.refetch()} />
      ) : null}
      {passkeys.length > 0 ? (
        <ul className="flex flex-col divide-y divide-line rounded-card border bg-raised">
          {passkeys.map((one) => (
            <li key={one.id} className="flex flex-wrap items-center gap-x-3 px-4 py-2">
              <span className="font-medium">{one.name}</span>
              <span className="flex-1 text-muted">
                added <RelativeTime at={one.createdAt} />
              </span>
              <Button
                small
                look="quiet"
                aria-label={`Take away the passkey ${one.name}`}
                busy={remove.isPending}
                onClick={() => remove.mutate(one)}
              >
                Take away
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <Button className="self-start" onClick={() => void addPasskey().then((said) => toast(said))}>
        Add a passkey
      </Button>
    </Section>
  );
}
