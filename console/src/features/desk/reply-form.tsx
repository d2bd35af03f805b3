import { type FormEvent, useState } from 'react';
import type { TicketParticipant, TicketView } from '#contract/desk.ts';
import { act } from '../../api/client.ts';
import { useAct } from '../../api/use-api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorSummary, Field, Input, Select, Textarea } from '../../ui/field.tsx';
import { useFormFaults } from '../../ui/form-faults.ts';
import { UnsavedGuard } from '../../ui/unsaved-guard.tsx';
import { RoleBadge } from './people.tsx';
import { Person } from './person.tsx';

type Place = 'to' | 'cc' | 'none';

interface Receiver {
  address: string;
  person: TicketParticipant | undefined;
  place: Place;
}

/**
 * Answers a ticket by mail. Who gets it shows before it is sent, each with the address. Outsiders, and who joined since the
 * page was opened, get nothing until they are chosen.
 */
export function ReplyForm({ view, path }: { view: TicketView; path: string }) {
  const [words, setWords] = useState('');
  const [proposal, setProposal] = useState(view.recipients);
  const [places, setPlaces] = useState<Record<string, Place>>({});
  const receivers = receiversOf(view, proposal, places);
  const going = (place: Place) => receivers.filter((one) => one.place === place).map((one) => one.address);
  const send = useAct<void>({
    run: () =>
      act('POST', `${path}/reply`, {
        text: words.trim(),
        to: going('to'),
        cc: going('cc'),
        outsiders: receivers
          .filter((one) => one.place !== 'none' && !one.person?.belongs)
          .map((one) => one.address),
        seen: view.recipients.seen,
      }),
    done: () => `Reply sent to ${[...going('to'), ...going('cc')].join(', ')}`,
    onDone: () => {
      setWords('');
      setPlaces({});
      setProposal(view.recipients);
    },
    quiet: true,
  });
  const faults = useFormFaults({ text: 'Reply', to: 'Who gets the reply', cc: 'Who gets the reply' });
  const put = (address: string, place: Place) => setPlaces({ ...places, [address]: place });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    faults.clear();
    if (words.trim() && going('to').length > 0) send.mutate(undefined, { onError: faults.show });
  };
  return (
    <form
      onSubmit={submit}
      className="flex flex-col gap-3 rounded-card border bg-raised px-4 py-3"
      aria-label="Reply"
    >
      <UnsavedGuard dirty={words.trim() !== ''} />
      <ErrorSummary {...faults.summary} />
      <fieldset>
        <legend className="mb-1 font-semibold">Who gets the reply</legend>
        <ul className="flex flex-col gap-1.5">
          {receivers.map(({ address, person, place }) => (
            <li key={address} className="flex items-start gap-2">
              <Select
                aria-label={`How ${address} gets it`}
                className="w-[116px]! shrink-0"
                value={place}
                onChange={(event) => put(address, event.target.value as Place)}
              >
                <option value="to">To</option>
                <option value="cc">Cc</option>
                <option value="none">Leave out</option>
              </Select>
              <span className="flex min-w-0 flex-wrap items-center gap-x-2 pt-1">
                <Person name={person?.name ?? null} address={address} />
                {person ? <RoleBadge person={person} /> : <Badge tone="caution">Outside this ticket</Badge>}
              </span>
            </li>
          ))}
        </ul>
        <AddAddress onAdd={(address) => put(address, 'cc')} />
      </fieldset>
      <Field label="Reply" hideLabel required error={faults.at.text}>
        <Textarea
          name="text"
          rows={4}
          placeholder="Your words"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <Button
          type="submit"
          look="primary"
          busy={send.isPending}
          disabled={!words.trim() || going('to').length === 0}
        >
          Send reply
        </Button>
        <p role="status" className="min-w-0 text-small text-muted">
          {going('to').length === 0 ? 'Choose To for at least one address.' : null}
        </p>
      </div>
    </form>
  );
}

function AddAddress({ onAdd }: { onAdd(address: string): void }) {
  const [address, setAddress] = useState('');
  const add = () => {
    if (!/^\S+@\S+$/.test(address.trim())) return;
    onAdd(address.trim().toLowerCase());
    setAddress('');
  };
  return (
    <div className="mt-2 flex max-w-[420px] gap-2">
      <Input
        type="email"
        aria-label="Another address"
        placeholder="Another address"
        value={address}
        onChange={(event) => setAddress(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add();
        }}
      />
      <Button onClick={add}>Add</Button>
    </div>
  );
}

/** Everybody of the ticket and whom the writer added: as chosen, else as proposed when the page was opened. */
function receiversOf(
  view: TicketView,
  proposal: TicketView['recipients'],
  places: Record<string, Place>,
): Receiver[] {
  const known = new Map(view.participants.map((one) => [one.address, one]));
  const addresses = new Set([...proposal.to, ...proposal.cc, ...known.keys(), ...Object.keys(places)]);
  const order = { to: 0, cc: 1, none: 2 };
  return [...addresses]
    .map((address) => {
      const person = known.get(address);
      const isProposed = person?.belongs === true;
      const proposed =
        isProposed && proposal.to.includes(address)
          ? 'to'
          : isProposed && proposal.cc.includes(address)
            ? 'cc'
            : 'none';
      return { address, person, proposed, place: places[address] ?? proposed } as const;
    })
    .sort((a, b) => order[a.proposed] - order[b.proposed]);
}
