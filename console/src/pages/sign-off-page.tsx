import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { type SignOffView, signOffView } from '#contract/estimates.ts';
import { act } from '../api/client.ts';
import { useApi } from '../api/use-api.ts';
import { StandAlone } from '../app/stand-alone.tsx';
import { SignOffDocument } from '../features/estimates/sign-off-document.tsx';
import { Button } from '../ui/button.tsx';
import { Checkbox, ErrorSummary, Field, Input, Textarea } from '../ui/field.tsx';
import { useFormFaults } from '../ui/form-faults.ts';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';
import { ZonedTime } from '../ui/time.tsx';

/** The customer's sign-off page: what is to be signed, a code by mail, then accept, ask for a change, or decline. */
export function SignOffPage() {
  const { token } = useParams({ strict: false }) as { token: string };
  const path = `/api/sign-off/${token}`;
  const query = useApi(path, signOffView);
  if (query.error && !query.data)
    return (
      <StandAlone title="Sign-off">
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
        <p className="mt-4 text-muted">
          A link that was replaced by a newer version no longer opens. Look for a newer mail, or ask the
          sender.
        </p>
      </StandAlone>
    );
  if (!query.data)
    return (
      <StandAlone title="Sign-off" wide>
        <SkeletonLines lines={8} />
      </StandAlone>
    );
  const view = query.data;
  return (
    <StandAlone title={view.title} wide>
      <SignOffDocument view={view} pdf={`${path}/pdf`}>
        <Outcome view={view} />
      </SignOffDocument>
      {view.status === 'open' ? <Decide view={view} path={path} /> : null}
    </StandAlone>
  );
}

const outcomes: Record<Exclude<SignOffView['status'], 'open'>, { title: string; text: string }> = {
  'signed-off': {
    title: 'Signed off',
    text: 'Thank you. Work starts when the card is assigned; you see each step in the portal.',
  },
  declined: { title: 'Declined', text: 'You declined this estimate. Nothing more happens on it.' },
  'change-requested': {
    title: 'Change requested',
    text: 'We prepare a new version and send you a new link.',
  },
  void: {
    title: 'A newer version replaces this one',
    text: 'Look for the newer mail. This version can no longer be signed.',
  },
  expired: {
    title: 'No longer valid',
    text: 'The date until which this estimate was valid has passed. Ask the sender for a new version.',
  },
};

function Outcome({ view }: { view: SignOffView }) {
  if (view.status === 'open') return null;
  const outcome = outcomes[view.status];
  return (
    <div role="status" className="mt-5 rounded-card border bg-raised px-5 py-4">
      <p className="text-heading font-semibold">{outcome.title}</p>
      <p className="text-muted">{outcome.text}</p>
      {view.decidedAt ? (
        <p className="mt-1 text-muted">
          <ZonedTime at={view.decidedAt} alsoIn={view.timeZone} />
        </p>
      ) : null}
      {view.verification ? (
        <p className="mt-2">
          <a className="text-accent underline underline-offset-2" href={verifyAddress(view.verification)}>
            Verify this signature
          </a>
        </p>
      ) : null}
    </div>
  );
}

const verifyAddress = (verification: string) =>
  /^(https?:|\/)/.test(verification) ? verification : `/verify/${verification}`;

const signOffLabels = {
  code: 'Code from the mail',
  name: 'Your full name',
  agreed: 'Your agreement',
  reason: 'Why',
  text: 'What should change',
};

type Decision = 'accept' | 'request-change' | 'decline';
const decisions: { value: Decision; label: string }[] = [
  { value: 'accept', label: 'Sign off' },
  { value: 'request-change', label: 'Ask for a change' },
  { value: 'decline', label: 'Decline' },
];

function Decide({ view, path }: { view: SignOffView; path: string }) {
  const client = useQueryClient();
  const [decision, setDecision] = useState<Decision>('accept');
  const [sent, setSent] = useState(view.codeSent);
  const [values, setValues] = useState({ code: '', name: '', words: '', agreed: false });
  const faults = useFormFaults(signOffLabels);
  const errors = faults.at;
  const wordsName = decision === 'decline' ? 'reason' : 'text';
  const [busy, setBusy] = useState<'code' | 'decide'>();
  const set = (change: Partial<typeof values>) => setValues((before) => ({ ...before, ...change }));
  const run = async (what: 'code' | 'decide', send: () => Promise<unknown>) => {
    setBusy(what);
    faults.clear();
    try {
      const answer = await send();
      client.setQueryData(['api', path], answer);
      if (what === 'code') setSent(true);
    } catch (error) {
      faults.show(error);
    } finally {
      setBusy(undefined);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    const code = values.code.replaceAll(/\s/g, '');
    if (!/^\d{6}$/.test(code)) missing.code = 'Fill in the 6 digits from the mail.';
    if (decision === 'accept' && !values.name.trim()) missing.name = 'Fill in your full name.';
    if (decision === 'accept' && !values.agreed) missing.agreed = 'Tick that you agree.';
    if (decision !== 'accept' && !values.words.trim()) missing[wordsName] = 'Say what should change, or why.';
    if (Object.keys(missing).length > 0) return faults.set(missing);
    const body =
      decision === 'accept'
        ? { code, name: values.name.trim(), agreed: true }
        : decision === 'decline'
          ? { code, reason: values.words.trim() }
          : { code, text: values.words.trim() };
    void run('decide', () => act('POST', `${path}/${decision}`, body));
  };
  return (
    <section aria-label="Your decision" className="mt-10 max-w-[640px] border-t pt-8">
      <h2 className="text-title">Your decision</h2>
      <ol className="mt-4 flex flex-col gap-8">
        <li>
          <h3 className="font-semibold">1. Prove that it is you</h3>
          <p className="mt-1 text-muted">We mail a code of 6 digits to {view.recipient}.</p>
          <Button
            className="mt-3"
            busy={busy === 'code'}
            look={sent ? 'plain' : 'primary'}
            onClick={() => void run('code', () => act('POST', `${path}/code`))}
          >
            {sent ? 'Mail another code' : 'Mail me a code'}
          </Button>
          <p role="status" className="mt-2 text-muted">
            {sent ? 'The code is on its way.' : ''}
          </p>
        </li>
        <li>
          <h3 className="font-semibold">2. Decide</h3>
          <form onSubmit={submit} noValidate className="mt-3 flex flex-col gap-5">
            <ErrorSummary {...faults.summary} />
            <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
              <legend className="sr-only">What you decide</legend>
              {decisions.map((one) => (
                <label key={one.value} className="flex items-center gap-2">
                  <input
                    type="radio"
                    name="decision"
                    className="size-4 accent-accent"
                    checked={decision === one.value}
                    onChange={() => setDecision(one.value)}
                  />
                  {one.label}
                </label>
              ))}
            </fieldset>
            <Field label="Code from the mail" required error={errors.code}>
              <Input
                name="code"
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={7}
                className="max-w-[160px] font-mono tracking-[0.2em]"
                value={values.code}
                onChange={(event) => set({ code: event.target.value })}
              />
            </Field>
            {decision === 'accept' ? (
              <>
                <Field label="Your full name" required error={errors.name}>
                  <Input
                    name="name"
                    autoComplete="name"
                    value={values.name}
                    onChange={(event) => set({ name: event.target.value })}
                  />
                </Field>
                <div>
                  <Checkbox
                    name="agreed"
                    error={errors.agreed}
                    label={view.statement}
                    checked={values.agreed}
                    onChange={(event) => set({ agreed: event.target.checked })}
                  />
                </div>
              </>
            ) : (
              <Field
                label={decision === 'decline' ? 'Why you decline' : 'What should change'}
                required
                error={errors[wordsName]}
              >
                <Textarea
                  name={wordsName}
                  value={values.words}
                  onChange={(event) => set({ words: event.target.value })}
                />
              </Field>
            )}
            <Button
              type="submit"
              className="self-start"
              look={decision === 'decline' ? 'critical' : 'primary'}
              busy={busy === 'decide'}
            >
              {decisions.find((one) => one.value === decision)?.label}
            </Button>
          </form>
        </li>
      </ol>
    </section>
  );
}
