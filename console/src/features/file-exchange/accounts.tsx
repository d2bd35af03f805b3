import { useState } from 'react';
import {
  connectionSheet,
  formatList,
  refusalReasonTexts,
  type SftpAccountView,
  sftpAccountList,
} from '#contract/file-exchange.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/copy-button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../../ui/states.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';

/** SFTP accounts with their keys, the sheet to connect with, and the formats. */
export function Accounts({ place }: { place: Place }) {
  const base = `${environmentPath(place)}/files`;
  const accounts = useApi(`${base}/accounts`, sftpAccountList);
  const sheet = useApi(`${base}/sheet`, connectionSheet);
  const mayMake = useHasRole('integrations-manager');
  const make = useAct({ run: () => act('POST', `${base}/accounts`, {}), done: 'SFTP account made' });
  const button = mayMake ? (
    <Button busy={make.isPending} onClick={() => make.mutate()}>
      Make an account
    </Button>
  ) : null;
  return (
    <Section title="SFTP accounts" action={accounts.data?.items.length ? button : null}>
      {accounts.error && !accounts.data ? (
        <ProblemView error={accounts.error} onRetry={() => void accounts.refetch()} />
      ) : !accounts.data ? (
        <SkeletonLines lines={2} />
      ) : accounts.data.items.length === 0 ? (
        <EmptyState title="No SFTP account yet" action={button}>
          The Integrations & Solutions Manager makes one. The customer then registers the public key it signs
          in with.
        </EmptyState>
      ) : (
        <>
          <ul className="flex flex-col gap-3">
            {accounts.data.items.map((account) => (
              <Account key={account.id} account={account} base={base} />
            ))}
          </ul>
          {sheet.data ? (
            <details className="rounded-card border bg-raised px-4 py-3">
              <summary className="w-fit cursor-pointer font-medium">How to connect</summary>
              <div className="mt-2 flex flex-col gap-2">
                <Code text={sheet.data.command} label="Copy the command" />
                <p className="text-muted">
                  Host {sheet.data.host}, port {sheet.data.port}. {sheet.data.naming}
                </p>
                {sheet.data.hostKeys.map((key) => (
                  <p key={key.fingerprint} className="text-small text-muted">
                    {key.algorithm} <Code text={key.fingerprint} label="Copy the host key's fingerprint" />
                  </p>
                ))}
                <ul>
                  {sheet.data.folders.map((folder) => (
                    <li key={folder.path}>
                      <code className="font-mono text-code">{folder.path}</code>{' '}
                      <span className="text-muted">{folder.purpose}</span>
                    </li>
                  ))}
                </ul>
              </div>
            </details>
          ) : null}
        </>
      )}
    </Section>
  );
}

function Account({ account, base }: { account: SftpAccountView; base: string }) {
  const [adding, setAdding] = useState(false);
  const mayKeys = useHasRole('integrations-manager', 'project-owner', 'developer');
  const register = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${base}/accounts/${account.id}/keys`, body),
    done: 'Public key registered',
    quiet: true,
  });
  const remove = useAct<string>({
    run: (key) => act('DELETE', `${base}/accounts/${account.id}/keys/${key}`),
    done: 'Public key taken out of use',
  });
  return (
    <li className="rounded-card border bg-raised px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div>
          <Code text={account.userName} label="Copy the user name" />
          <p className="text-small text-muted">
            {account.firstLoginAt ? (
              <>
                last sign-in <RelativeTime at={account.lastLoginAt} />
              </>
            ) : (
              'no sign-in seen yet'
            )}
            {account.allowedAddresses.length > 0 ? `, only from ${account.allowedAddresses.join(', ')}` : ''}
          </p>
        </div>
        {mayKeys ? (
          <Button small onClick={() => setAdding(true)}>
            Register a public key
          </Button>
        ) : null}
      </div>
      {account.keys.length === 0 ? (
        <p className="mt-2 text-muted">No key is registered yet, so nobody can sign in.</p>
      ) : (
        <ul className="mt-2 flex flex-col gap-1">
          {account.keys.map((key) => (
            <li key={key.id} className="flex flex-wrap items-center gap-2">
              <Badge>{key.algorithm}</Badge>
              <Code text={key.fingerprint} label="Copy the fingerprint" />
              <span className="text-small text-muted">{key.label}</span>
              {key.holderLeft ? (
                <span title="Who registered it has left. Register another key, and take this one out of use.">
                  <Badge tone="caution">Holder left</Badge>
                </span>
              ) : null}
              {mayKeys ? (
                <Button
                  small
                  look="quiet"
                  onClick={() => remove.mutate(key.id)}
                  aria-label={`Take out of use ${key.fingerprint}`}
                >
                  Take out of use
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      <RefusedSignIns refusals={account.refusedSignIns} />
      {adding ? (
        <FormDialog
          title={`Register a public key for ${account.userName}`}
          submit="Register the key"
          onClose={() => setAdding(false)}
          onSubmit={(body) => register.mutateAsync(body)}
          fields={[
            {
              name: 'publicKey',
              label: 'Public key',
              kind: 'area',
              required: true,
              help: 'One line, as in id_ed25519.pub. Never the private key.',
            },
            { name: 'label', label: 'Name', kind: 'text' },
          ]}
        />
      ) : null}
    </li>
  );
}

/** Why sign-ins of an account were refused: what its people are helped with. */
function RefusedSignIns({ refusals }: { refusals: SftpAccountView['refusedSignIns'] }) {
  if (refusals.length === 0) return null;
  return (
    <details className="mt-2">
      <summary className="w-fit cursor-pointer text-small text-muted">
        Refused sign-ins, last <RelativeTime at={refusals[0]?.lastAt ?? null} />
      </summary>
      <ul className="mt-2 flex flex-col gap-2">
        {refusals.map((one) => (
          <li key={`${one.address} ${one.reason} ${one.fingerprint}`} className="min-w-0">
            <p>{refusalReasonTexts[one.reason]}.</p>
            <p className="break-all text-small text-muted">
              From {one.address}, {one.times === 1 ? 'once' : `${one.times} times`},{' '}
              <RelativeTime at={one.lastAt} />. Key {one.fingerprint}
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The file formats and whether the customer has acknowledged them. */
export function Formats({ place }: { place: Place }) {
  const base = `${environmentPath(place)}/files`;
  const query = useApi(`${base}/formats`, formatList);
  const may = useHasRole('project-owner', 'developer');
  const acknowledge = useAct<{ format: string; version: string }>({
    run: ({ format, version }) => act('POST', `${base}/formats/${format}/${version}/acknowledge`),
    done: 'Format acknowledged',
  });
  if (!query.data) return query.error ? <ProblemView error={query.error} /> : <SkeletonLines lines={2} />;
  return (
    <Section title="Formats">
      <ul className="flex flex-col gap-3">
        {query.data.items.map((one) => (
          <li
            key={`${one.format}${one.version}`}
            className="flex flex-wrap items-center justify-between gap-3 rounded-card border bg-raised px-4 py-3"
          >
            <div className="min-w-0">
              <p className="font-semibold">
                {one.format} {one.version}: {one.title}
              </p>
              <p className="text-muted">{one.summary}</p>
              <p className="flex flex-wrap gap-3">
                {['format.md', 'template.csv', 'sample-good.csv', 'sample-bad.csv', 'schema.json'].map(
                  (name) => (
                    <a
                      key={name}
                      className="text-accent underline underline-offset-2"
                      href={`${base}/formats/${one.format}/${one.version}/${name}`}
                    >
                      {name}
                    </a>
                  ),
                )}
              </p>
            </div>
            {one.acknowledgedAt ? (
              <Badge tone="positive">Acknowledged by {one.acknowledgedBy}</Badge>
            ) : may ? (
              <Button look="primary" onClick={() => acknowledge.mutate(one)}>
                Acknowledge
              </Button>
            ) : (
              <Badge tone="info">Waits on the customer's acknowledgement</Badge>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
