import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { signInLinkView } from '#contract/access.ts';
import { problemOf } from '../api/problem.ts';
import { queryClient, useApi } from '../api/use-api.ts';
import { signInLinkPath, signInWithLink, useAskedPath } from '../app/session.ts';
import { StandAlone } from '../app/stand-alone.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';

/** Where a mailed sign-in link leads: it says who one becomes, and a button does it, because mail scanners open links. */
export function SignInLinkPage() {
  const { token } = useSearch({ strict: false }) as { token?: unknown };
  const text = typeof token === 'string' ? token : String(token ?? '');
  const link = useApi(text === '' ? undefined : signInLinkPath(text), signInLinkView);
  return (
    <StandAlone title="Sign in">
      <h1 className="text-display">Sign in</h1>
      {text === '' ? (
        <Over>This link is not complete. Open it from the mail again, or ask for a new one.</Over>
      ) : link.error && !link.data ? (
        <ProblemView error={link.error} onRetry={() => void link.refetch()} />
      ) : !link.data ? (
        <SkeletonLines lines={3} />
      ) : link.data.person === null ? (
        <Over>That link was used already or has expired. Ask for a new one.</Over>
      ) : (
        <Become token={text} person={link.data.person} />
      )}
    </StandAlone>
  );
}

function Become({
  token,
  person,
}: {
  token: string;
  person: { name: string; email: string; customer: string | null };
}) {
  const { history } = useRouter();
  const asked = useAskedPath();
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      await signInWithLink(token);
      await queryClient.resetQueries();
      history.push(asked);
    } catch (error) {
      const problem = problemOf(error);
      setFault([problem.title, problem.detail].filter(Boolean).join('. '));
      setBusy(false);
    }
  };
  return (
    <>
      <p className="mt-2 text-muted">You sign in on this device as:</p>
      <p className="mt-3 rounded-card border bg-raised px-4 py-3 [overflow-wrap:anywhere]">
        <span className="block font-medium">{person.name}</span>
        <span className="block text-muted">{person.email}</span>
        {person.customer === null ? null : <span className="block text-muted">{person.customer}</span>}
      </p>
      <p className="mt-3 text-muted">If that is not you, close this page. The link works once.</p>
      {fault ? (
        <p role="alert" className="mt-3 rounded-card border border-caution/50 bg-caution/8 px-4 py-3">
          {fault}
        </p>
      ) : null}
      <Button look="primary" className="mt-6 w-full" busy={busy} onClick={() => void press()}>
        Sign in
      </Button>
    </>
  );
}

function Over({ children }: { children: string }) {
  return (
    <>
      <p role="alert" className="mt-3 rounded-card border border-caution/50 bg-caution/8 px-4 py-3">
        {children}
      </p>
      <a className={`${buttonClass()} mt-6`} href="/sign-in">
        Ask for a new link
      </a>
    </>
  );
}
