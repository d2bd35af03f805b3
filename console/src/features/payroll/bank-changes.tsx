import { useSearch } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { bankChangeList, bankChangeStatuses, type HeldBankChange } from '#contract/bank-changes.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct, useApiList } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Select } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ListItem } from '../../ui/list-item.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { useSetSearch } from '../../ui/set-search.ts';
import { SkeletonLines } from '../../ui/states.tsx';
import { CalendarDate, RelativeTime } from '../../ui/time.tsx';
import { RevealBankChangeDialog } from './reveal.tsx';

type Status = HeldBankChange['status'];
const statusNames: Record<Status, string> = {
  held: 'Waiting',
  approved: 'Approved',
  refused: 'Refused',
  replaced: 'Replaced by a later one',
  withdrawn: 'Withdrawn',
};

/** Bank changes that wait for somebody else than who asked for them, and what became of earlier ones. */
export function BankChanges({ base }: { base: string }) {
  const setSearch = useSetSearch();
  const { 'bank-changes': chosen } = useSearch({ strict: false }) as { 'bank-changes'?: string };
  const status = bankChangeStatuses.find((name) => name === chosen) ?? 'held';
  const list = useApiList(`${base}/bank-changes?status=${status}`, bankChangeList, 'after');
  const [refusing, setRefusing] = useState<HeldBankChange>();
  const [revealing, setRevealing] = useState<HeldBankChange>();
  const decides = useHasRole('customer-team-lead', 'lead-consultant', 'integrations-manager');
  const may = useHasRole('support') || decides;
  const approve = useAct<HeldBankChange>({
    run: (one) => act('POST', `${base}/bank-changes/${one.changeId}/approve`),
    done: 'Bank change approved',
  });
  const refuse = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${base}/bank-changes/${refusing?.changeId}/refuse`, body),
    done: 'Bank change refused',
    quiet: true,
  });
  return (
    <Section
      title="Bank changes"
      action={
        <Select
          aria-label="Which bank changes"
          className="h-7 w-[150px]"
          value={status}
          onChange={(event) => setSearch({ 'bank-changes': event.target.value })}
        >
          {bankChangeStatuses.map((value) => (
            <option key={value} value={value}>
              {statusNames[value]}
            </option>
          ))}
        </Select>
      }
    >
      {list.error && !list.items ? (
        <ProblemView error={list.error} onRetry={() => void list.refetch()} />
      ) : null}
      {!list.items && !list.error ? <SkeletonLines lines={2} /> : null}
      {list.items?.length === 0 ? (
        <p className="text-muted">
          {status === 'held' ? 'None waits for a second person.' : 'There is none.'}
        </p>
      ) : null}
      <ul className="flex flex-col gap-2">
        {list.items?.map((one) => (
          <ListItem
            key={one.changeId}
            className={classNames(
              'flex flex-wrap items-center justify-between gap-3 rounded-card border bg-raised px-4 py-3',
              one.status === 'held' ? 'border-caution/50' : '',
            )}
          >
            <Change one={one} />
            {may ? (
              <div className="flex flex-wrap gap-2">
                <Button
                  small
                  aria-label={`Show accounts of ${one.name} in full`}
                  onClick={() => setRevealing(one)}
                >
                  Show accounts
                </Button>
                {decides && one.status === 'held' ? (
                  <>
                    <Button
                      small
                      look="primary"
                      aria-label={`Approve the bank change of ${one.name}`}
                      onClick={() => approve.mutate(one)}
                    >
                      Approve
                    </Button>
                    <Button
                      small
                      aria-label={`Refuse the bank change of ${one.name}`}
                      onClick={() => setRefusing(one)}
                    >
                      Refuse
                    </Button>
                  </>
                ) : null}
              </div>
            ) : null}
          </ListItem>
        ))}
      </ul>
      {list.more ? (
        <Button className="mt-2 self-start" onClick={list.more}>
          Show more
        </Button>
      ) : null}
      {revealing ? (
        <RevealBankChangeDialog
          path={`${base}/bank-changes/${revealing.changeId}`}
          name={revealing.name}
          onClose={() => setRevealing(undefined)}
        />
      ) : null}
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

function Change({ one }: { one: HeldBankChange }) {
  return (
    <div className="min-w-0 flex-1 basis-[280px]">
      <p className="font-medium">
        {one.name} <span className="font-normal text-muted">{one.employeeNumber}</span>
      </p>
      <p>
        <Accounts of={one.before} /> → <Accounts of={one.after} />
      </p>
      {one.findings.map((finding) => (
        <p key={finding.code} className="text-caution">
          {finding.message}. {finding.mend}
        </p>
      ))}
      <p className="text-small text-muted">
        from <CalendarDate date={one.effectiveFrom} />, asked by {one.requestedBy}{' '}
        <RelativeTime at={one.requestedAt} />
        {one.decidedAt ? (
          <>
            , {statusNames[one.status].toLowerCase()} <RelativeTime at={one.decidedAt} />
          </>
        ) : null}
      </p>
    </div>
  );
}

/** Accounts in one line, or more; a number is never broken in two. */
function Accounts({ of }: { of: HeldBankChange['before'] }) {
  if (of.length === 0) return <>none</>;
  return of.map((one) => (
    <Fragment key={`${one.account} ${one.allocation}`}>
      {one === of[0] ? null : ', '}
      <span className="whitespace-nowrap">{one.account}</span> ({one.allocation})
    </Fragment>
  ));
}
