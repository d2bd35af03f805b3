import { act } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';

/** Asks for a one-time sign-in link by mail; answers alike whether the address is known or not. */
export async function requestLink(email: string): Promise<void> {
  await act('POST', '/api/auth/sign-in/magic-link', { email, callbackURL: '/' });
}

/** The address that turns the token of a mailed link into a session, then goes home. */
export function verifyAddress(token: string): string {
  return `/api/auth/magic-link/verify?token=${encodeURIComponent(token)}&callbackURL=${encodeURIComponent('/')}&errorCallbackURL=${encodeURIComponent('/sign-in?expired=1')}`;
}

/** Ends the session and goes to the sign-in page. */
export async function signOut(): Promise<void> {
  await act('POST', '/api/auth/sign-out', {}).catch(() => undefined);
  location.assign('/sign-in');
}

async function passkeys() {
  const [{ createAuthClient }, { passkeyClient }] = await Promise.all([
    import('better-auth/client'),
    import('@better-auth/passkey/client'),
  ]);
  return createAuthClient({ baseURL: location.origin, basePath: '/api/auth', plugins: [passkeyClient()] });
}

/** Signs in with a passkey of this device; says why when it does not work. */
export async function signInWithPasskey(): Promise<string | undefined> {
  try {
    const client = await passkeys();
    const answer = await client.signIn.passkey();
    return answer?.error ? 'No passkey of this device fits. Use the link by mail.' : undefined;
  } catch (error) {
    return problemOf(error).detail ?? 'The passkey was not used.';
  }
}

/** Adds a passkey of this device to the person who is signed in; answers what happened. */
export async function addPasskey(): Promise<string> {
  try {
    const client = await passkeys();
    const answer = await client.passkey.addPasskey();
    return answer?.error ? 'The passkey was not added.' : 'Passkey added.';
  } catch {
    return 'The passkey was not added.';
  }
}
