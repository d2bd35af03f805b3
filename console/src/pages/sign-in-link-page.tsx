import { useSearch } from '@tanstack/react-router';
import { verifyAddress } from '../app/session.ts';
import { StandAlone } from '../app/stand-alone.tsx';
import { buttonClass } from '../ui/button.tsx';

/** Where a mailed sign-in link leads: a button, because mail scanners open links. */
export function SignInLinkPage() {
  const { token } = useSearch({ strict: false }) as { token?: unknown };
  return (
    <StandAlone title="Sign in">
      <h1 className="text-display">Sign in</h1>
      {token ? (
        <>
          <p className="mt-2 text-muted">Press the button to sign in on this device. The link works once.</p>
          <a className={`${buttonClass('primary')} mt-6 w-full`} href={verifyAddress(String(token))}>
            Sign in
          </a>
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
