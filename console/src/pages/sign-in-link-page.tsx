import { useSearch } from '@tanstack/react-router';
import { useAskedPath, verifyForm } from '../app/session.ts';
import { StandAlone } from '../app/stand-alone.tsx';
import { Button, buttonClass } from '../ui/button.tsx';

/** Where a mailed sign-in link leads: a form with a button, because mail scanners open links, and those on the page too. */
export function SignInLinkPage() {
  const { token } = useSearch({ strict: false }) as { token?: unknown };
  const { action, fields } = verifyForm(String(token), useAskedPath());
  return (
    <StandAlone title="Sign in">
      <h1 className="text-display">Sign in</h1>
      {token ? (
        <>
          <p className="mt-2 text-muted">Press the button to sign in on this device. The link works once.</p>
          <form action={action} method="get" className="mt-6">
            {Object.entries(fields).map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
            <Button type="submit" look="primary" className="w-full">
              Sign in
            </Button>
          </form>
        </>
      ) : (
        <>
          <p className="mt-2 text-muted">
            This link is not complete. Open it from the mail again, or ask for a new one.
          </p>
          <a className={`${buttonClass()} mt-6`} href="/sign-in">
            Ask for a new link
          </a>
        </>
      )}
    </StandAlone>
  );
}
