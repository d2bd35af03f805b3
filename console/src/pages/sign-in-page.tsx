import { useRouter, useSearch } from '@tanstack/react-router';
import KeyRound from 'lucide-react/icons/key-round';
import { type FormEvent, useState } from 'react';
import { problemOf } from '../api/problem.ts';
import { queryClient } from '../api/use-api.ts';
import { requestLink, signInWithPasskey, useAskedPath } from '../app/session.ts';
import { StandAlone } from '../app/stand-alone.tsx';
import { Button } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';

/** Sign-in: a one-time link by mail, or a passkey. */
export function SignInPage() {
  const search = useSearch({ strict: false }) as { expired?: unknown; error?: unknown };
  const { history } = useRouter();
  const asked = useAskedPath();
  const [email, setEmail] = useState('');
  const [sentTo, setSentTo] = useState<string>();
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const late = search.expired !== undefined || search.error !== undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setFault(undefined);
    if (!/^\S+@\S+\.\S+$/.test(email.trim())) {
      setFault('Write a mail address, such as name@company.example.');
      return;
    }
    setBusy(true);
    try {
      await requestLink(email.trim(), asked);
      setSentTo(email.trim());
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 403)
        setFault(`Open this page at its own address; ${location.origin} is another one.`);
      else if (problem.status === 429)
        setFault('Too many links were asked for. Wait a minute and try again.');
      else setFault(problem.title);
    } finally {
      setBusy(false);
    }
  };
  const withPasskey = async () => {
    setFault(undefined);
    const said = await signInWithPasskey();
    if (said) setFault(said);
    else {
      await queryClient.resetQueries();
      history.push(asked);
    }
  };
  if (sentTo)
    return (
      <StandAlone title="Look in your mail">
        <h1 className="text-display">Look in your mail</h1>
        <p className="mt-2 text-muted">
          If <span className="font-medium text-ink">{sentTo}</span> is known here, a link is on its way. Open
          it on this device and press the button. It works once.
        </p>
        <Button className="mt-6" onClick={() => setSentTo(undefined)}>
          Use another address
        </Button>
      </StandAlone>
    );
  return (
    <StandAlone title="Sign in">
      <h1 className="text-display">Sign in</h1>
      {late ? (
        <p role="alert" className="mt-3 rounded-card border border-caution/50 bg-caution/8 px-4 py-3">
          That link was used already or has expired. Ask for a new one.
        </p>
      ) : null}
      <form onSubmit={(event) => void submit(event)} noValidate className="mt-6 flex flex-col gap-4">
        <Field label="Mail address" required error={fault}>
          <Input
            type="email"
            name="email"
            autoComplete="username webauthn"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <Button type="submit" look="primary" busy={busy}>
          Send me a sign-in link
        </Button>
      </form>
      <div className="my-6 flex items-center gap-3 text-small text-muted" aria-hidden>
        <span className="h-px flex-1 bg-line" />
        or
        <span className="h-px flex-1 bg-line" />
      </div>
      <Button
        className="w-full"
        icon={<KeyRound aria-hidden className="size-4" />}
        onClick={() => void withPasskey()}
      >
        Use a passkey
      </Button>
    </StandAlone>
  );
}
