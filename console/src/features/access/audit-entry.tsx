import type { ReactNode } from 'react';
import type { AuditEntryView } from '#contract/access.ts';
import { Code } from '../../ui/copy-button.tsx';
import { SidePanel } from '../../ui/dialog.tsx';
import { Fact, FactList } from '../../ui/facts.tsx';
import { Nothing, RelativeTime } from '../../ui/time.tsx';

const capitals: Record<string, string> = { api: 'API', sftp: 'SFTP' };

const done: Record<string, string> = {
  create: 'added',
  add: 'added',
  insert: 'added',
  change: 'changed',
  update: 'changed',
  delete: 'taken away',
  register: 'registered',
  revoke: 'revoked',
  approve: 'approved',
  refuse: 'refused',
  reveal: 'shown in full',
  put: 'written',
};

/** What was done, in words: "sftp-key.register" is "SFTP key registered", "sign-in.link-sent" is "Sign in: link sent". */
export function sayAction(action: string): string {
  const [thing = '', ...rest] = action.split('.');
  const noun = thing
    .split('-')
    .map((word) => capitals[word] ?? word)
    .join(' ');
  const what = rest.join(' ');
  const text = done[what] ? `${noun} ${done[what]}` : [noun, sayWords(what)].filter(Boolean).join(': ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A name of the program's as words: "lastDay" is "last day". */
function sayWords(name: string): string {
  return name.replace(/[-_]/g, ' ').replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

const kinds: Record<string, string> = { system: 'Fairlead', credential: 'An API key', person: 'A person' };

/** Who did it: a person by name, else what kind of actor. */
export function sayActor({ kind, id, name }: AuditEntryView['actor']): string {
  return name ?? (kind === 'system' ? `Fairlead, ${id}` : (kinds[kind] ?? kind));
}

/** One entry of the audit trail with all that was noted. */
export function AuditEntryPanel({ entry, onClose }: { entry: AuditEntryView; onClose(): void }) {
  const details = Object.entries(entry.detail);
  return (
    <SidePanel
      open
      onOpenChange={(open) => !open && onClose()}
      title={sayAction(entry.action)}
      description={`by ${sayActor(entry.actor)}`}
    >
      <div className="flex flex-col gap-5">
        <FactList title="Entry">
          <Fact name="When">
            <RelativeTime at={entry.at} />
          </Fact>
          <Fact name="Who">
            {sayActor(entry.actor)}
            {entry.actor.kind === 'system' ? null : (
              <span className="block">
                <Code text={entry.actor.id} label="Copy the id of who did it" />
              </span>
            )}
          </Fact>
          <Fact name="Customer">
            {entry.customer ? `${entry.customer.name} (${entry.customer.code})` : <Nothing />}
          </Fact>
          <Fact name="Environment">{entry.environment ?? <Nothing />}</Fact>
          <Fact name="About">
            {entry.subject ? (
              <Code text={entry.subject} label="Copy the id of what it is about" />
            ) : (
              <Nothing />
            )}
          </Fact>
          <Fact name="Entry">
            <Code text={entry.id} label="Copy the id of the entry" />
          </Fact>
        </FactList>
        {details.length > 0 ? (
          <FactList title="Noted">
            {details.map(([name, value]) => (
              <Fact key={name} name={sayWords(name)}>
                {sayValue(value)}
              </Fact>
            ))}
          </FactList>
        ) : null}
      </div>
    </SidePanel>
  );
}

function sayValue(value: unknown): ReactNode {
  if (value === null || value === undefined || value === '') return <Nothing />;
  if (Array.isArray(value))
    return value.length > 0 && value.every((one) => typeof one !== 'object')
      ? value.join(', ')
      : rawText(value);
  if (typeof value !== 'object') return <span className="break-words">{String(value)}</span>;
  if (Object.keys(value).every((name) => name === 'old' || name === 'new')) {
    const { old: before, new: after } = value as { old?: unknown; new?: unknown };
    return (
      <span className="flex flex-col">
        <span className="text-muted">
          <span className="text-small">before</span> {sayValue(before)}
        </span>
        <span>
          <span className="text-small text-muted">now</span> {sayValue(after)}
        </span>
      </span>
    );
  }
  return rawText(value);
}

function rawText(value: unknown): ReactNode {
  return (
    <pre className="font-mono text-code break-all whitespace-pre-wrap">{JSON.stringify(value, null, 2)}</pre>
  );
}
