import { useSearch } from '@tanstack/react-router';
import { z } from 'zod';
import { localPathOf } from '#contract/local-path.ts';
import { act } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { queryClient } from '../api/use-api.ts';
import { toast } from '../ui/toast.tsx';

/** Asks for a one-time sign-in link by mail that leads on to a page; answers alike whether the address is known or not. */
export async function requestLink(email: string, to: string): Promise<void> {
  await act('POST', '/api/auth/sign-in/magic-link', { email, callbackURL: to });
}

/** Signs in with the token of a mailed link, which it uses up. */
export async function signInWithLink(token: string): Promise<void> {
  await act('POST', '/api/auth/magic-link/verify', { token });
}

/** Where it can be read whom a link signs in. */
export const signInLinkPath = (token: string) =>
  `/api/auth/magic-link/verify?token=${encodeURIComponent(token)}`;

/** The page that was asked for before sign-in, from the address of a sign-in page; the first page when there is none. */
export function useAskedPath(): string {
  const search = useSearch({ strict: false }) as { to?: unknown };
  return localPathOf(search.to) ?? '/';
}

/** Ends the session and goes to the sign-in page. */
export async function signOut(): Promise<void> {
  try {
    await act('POST', '/api/auth/sign-out', {});
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status !== 401) return toast(`You are still signed in: ${problem.title}`, { critical: true });
  }
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
    if (answer?.data)
      await act('POST', '/api/auth/passkey/update-passkey', {
        id: answer.data.id,
        name: sayDevice(navigator.userAgent),
      });
    await queryClient.invalidateQueries({ queryKey: ['api', passkeysPath] });
    return answer?.error ? 'The passkey was not added' : 'Passkey added';
  } catch {
    return 'The passkey was not added';
  }
}

/** GET answers with the passkeys of the person who is signed in. */
export const passkeysPath = '/api/auth/passkey/list-user-passkeys';
export const passkeyList = z.array(
  z.object({ id: z.string(), name: z.string().nullish(), createdAt: z.string().nullish() }),
);

/** Takes a passkey away: whoever holds that device no longer signs in with it. */
export async function removePasskey(id: string): Promise<void> {
  await act('POST', '/api/auth/passkey/delete-passkey', { id });
}

const browsers = ['Edg', 'Firefox', 'Chrome', 'Safari'];
const systems = ['Android', 'iPhone', 'iPad', 'Windows', 'Macintosh', 'CrOS', 'Linux'];

/** A browser and its system in two words, by which a person knows a passkey again: "Firefox, Windows". */
function sayDevice(userAgent: string): string {
  const found = (names: string[]) => names.find((name) => userAgent.includes(name));
  const system = found(systems)?.replace('Macintosh', 'Mac').replace('CrOS', 'ChromeOS');
  const browser = found(browsers)?.replace('Edg', 'Edge');
  return [browser, system].filter(Boolean).join(', ') || 'A device';
}
