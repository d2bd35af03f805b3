import { useState } from 'react';
import {
  type Delimiter,
  delimiters,
  type ExchangeView,
  exchangeList,
  wholeFileRules,
} from '#contract/file-exchange.ts';
import { act } from '../../api/client.ts';
import { useHasRole, useMe } from '../../api/me.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { GateShape } from '../../ui/gate-shape.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../../ui/states.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';

const delimiterNames: Record<Delimiter, string> = {
  ',': 'Comma',
  ';': 'Semicolon',
  '\t': 'Tab',
  '|': 'Pipe',
};
const wholeFileNames: Record<(typeof wholeFileRules)[number], string> = {
  any: 'Nothing has to show that a file is whole',
  renamed: 'Upload as .part and rename',
  control: 'A control file with SHA-256 or rows',
  'renamed-or-control': 'A rename or a control file',
};
const namingHelp =
  'Names of files are checked by it: {FULL|DELTA} and {YYYYMMDD} must stand in it, {HHMMSS} and {NNN} may; everything else stands for itself.';

/** Exchanges: a folder, a format and what both sides agreed on. */
export function Exchanges({ place }: { place: Place }) {
  const base = `${environmentPath(place)}/files`;
  const query = useApi(`${base}/exchanges`, exchangeList);
  const [adding, setAdding] = useState(false);
  const may = useHasRole('integrations-manager');
  const create = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${base}/exchanges`, body),
    done: 'Exchange made',
    quiet: true,
  });
  const add = may ? <Button onClick={() => setAdding(true)}>Make an exchange</Button> : null;
  return (
    <Section title="Exchanges" action={query.data?.items.length ? add : null}>
      {query.error && !query.data ? (
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <SkeletonLines lines={3} />
      ) : query.data.items.length === 0 ? (
        <EmptyState title="No exchange yet" action={add}>
          An exchange is a folder with a format. Both sides agree on naming, acknowledgement and schedule,
          then a probe file proves each direction.
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-3">
          {query.data.items.map((exchange) => (
            <Exchange key={exchange.id} exchange={exchange} base={base} />
          ))}
        </ul>
      )}
      {adding ? (
        <FormDialog
          title="Make an exchange"
          submit="Make exchange"
          onClose={() => setAdding(false)}
          onSubmit={({ delimiter, unknownColumns, wholeFile, ...body }) =>
            // By name, for a form takes a tab for nothing.
            create.mutateAsync({
              ...body,
              delimiter: delimiters.find((one) => delimiterNames[one] === delimiter),
              acceptance: { unknownColumns, wholeFile },
            })
          }
          fields={[
            {
              name: 'code',
              label: 'Folder',
              kind: 'text',
              required: true,
              initial: 'employees',
              help: 'Files go to /in/<folder>/, answers to /out/<folder>/.',
            },
            {
              name: 'direction',
              label: 'Direction',
              kind: 'select',
              required: true,
              options: [
                { value: 'in', label: 'In: from the customer' },
                { value: 'out', label: 'Out: to the customer' },
              ],
            },
            {
              name: 'delimiter',
              label: 'Columns separated by',
              kind: 'select',
              required: true,
              options: delimiters.map((one) => ({ value: delimiterNames[one], label: delimiterNames[one] })),
            },
            {
              name: 'wholeFile',
              label: 'What shows that a file is whole',
              kind: 'select',
              required: true,
              options: wholeFileRules.map((one) => ({ value: one, label: wholeFileNames[one] })),
              help: 'A file that was cut off at a line end looks like a shorter one.',
            },
            {
              name: 'unknownColumns',
              label: 'Columns that the format does not know',
              kind: 'select',
              required: true,
              options: [
                { value: 'warn', label: 'Warn, and do not read them' },
                { value: 'refuse', label: 'Refuse the file' },
              ],
            },
            {
              name: 'naming',
              label: 'Naming',
              kind: 'text',
              help: `Left empty, the format’s own. ${namingHelp}`,
            },
            {
              name: 'schedule',
              label: 'Schedule',
              kind: 'text',
              help: 'In words, such as “every working day before 09:00”.',
            },
          ]}
        />
      ) : null}
    </Section>
  );
}

function Exchange({ exchange, base }: { exchange: ExchangeView; base: string }) {
  /** The terms as they were when the dialog opened: the decision holds for these. */
  const [shown, setShown] = useState<ExchangeView>();
  const may = useHasRole('integrations-manager', 'project-owner', 'developer');
  const side = useMe().customer === null ? 'vendor' : 'customer';
  const theirs = exchange.proposedBy !== side;
  const agree = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${base}/exchanges/${exchange.id}/agree`, { ...body, seen: shown?.terms }),
    done: (answer) =>
      (answer as ExchangeView).agreedAt ? 'Exchange agreed' : 'Proposed: the other side agrees',
    quiet: true,
  });
  return (
    <li className="rounded-card border bg-raised px-4 py-3">
      <div className="flex items-start justify-between gap-2 max-md:flex-wrap">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-2">
            <code className="font-mono text-code font-semibold">
              /{exchange.direction}/{exchange.code}
            </code>
            <Badge>
              {exchange.format} {exchange.version}
            </Badge>
            {exchange.delimiter === ',' ? null : <Badge>{delimiterNames[exchange.delimiter]}</Badge>}
            {exchange.agreedAt ? (
              <Badge tone="positive">Agreed</Badge>
            ) : (
              <Badge tone="info">{theirs ? 'Waits for you to agree' : 'Waits for the other side'}</Badge>
            )}
            <Badge tone={exchange.validInARow >= exchange.filesInARow ? 'positive' : 'neutral'}>
              {exchange.validInARow} of {exchange.filesInARow} valid in a row
            </Badge>
          </p>
          <p className="mt-1 text-muted">
            {exchange.naming} · {exchange.acknowledgement} · {exchange.schedule}
          </p>
          {exchange.direction === 'in' ? (
            <p className="text-small text-muted">
              {wholeFileNames[exchange.acceptance.wholeFile]}. Unknown columns{' '}
              {exchange.acceptance.unknownColumns === 'refuse' ? 'refuse a file' : 'are warned of'}.
            </p>
          ) : null}
        </div>
        {may ? (
          <Button
            small
            look={exchange.agreedAt || !theirs ? 'plain' : 'primary'}
            onClick={() => setShown(exchange)}
          >
            {exchange.agreedAt ? 'Change what is agreed' : theirs ? 'Agree' : 'Propose other terms'}
          </Button>
        ) : null}
      </div>
      {exchange.probes.length > 0 ? (
        <ul className="mt-2 flex flex-col gap-1">
          {exchange.probes.map((probe) => (
            <li key={probe.direction} className="flex items-start gap-2">
              <span className="mt-0.5">
                <GateShape status={probe.probedAt ? 'seen' : 'waiting'} />
              </span>
              <span className="min-w-0">
                {probe.direction === 'in' ? 'Put the probe in: ' : 'Collect the probe: '}
                <code className="font-mono text-code break-all">{probe.path}</code>{' '}
                <span className="text-small text-muted">
                  {probe.probedAt ? (
                    <RelativeTime at={probe.probedAt} />
                  ) : (
                    `SHA-256 ${probe.sha256.slice(0, 12)}…`
                  )}
                </span>
                {probe.content !== null && !probe.probedAt ? (
                  <code className="block rounded-small bg-surface px-2 py-1 font-mono text-code break-all whitespace-pre-wrap">
                    {probe.content}
                  </code>
                ) : null}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {shown ? (
        <FormDialog
          title={`Terms of /${exchange.direction}/${exchange.code}`}
          description={
            theirs && !exchange.agreedAt
              ? 'Left as they are, you agree to them. What you change is proposed to the other side.'
              : 'What you change is proposed to the other side, which then agrees.'
          }
          submit={theirs && !exchange.agreedAt ? 'Agree or propose' : 'Propose'}
          onClose={() => setShown(undefined)}
          onSubmit={(body) => agree.mutateAsync(body)}
          fields={[
            {
              name: 'naming',
              label: 'Naming',
              kind: 'text',
              required: true,
              initial: shown.naming,
              help: exchange.direction === 'in' ? namingHelp : null,
            },
            {
              name: 'acknowledgement',
              label: 'Acknowledgement',
              kind: 'text',
              required: true,
              initial: shown.acknowledgement,
            },
            { name: 'schedule', label: 'Schedule', kind: 'text', required: true, initial: shown.schedule },
          ]}
        />
      ) : null}
    </li>
  );
}
