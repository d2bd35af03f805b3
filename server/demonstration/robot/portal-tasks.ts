import assert from 'node:assert/strict';
import { Caller } from '../call.ts';
import type { Memory } from './memory.ts';
import type { Task } from './tasks.ts';

/** Where the vendor's doors are, as the customer was told. */
interface Addresses {
  http: string;
  sftp: { host: string; port: number };
  smtp: { host: string; port: number };
}

const sessions = new Map<string, Caller>();

/** The portal as one of the customer's people sees it; they must have signed in. */
export function portal(memory: Memory, who: string): Caller {
  const caller = sessions.get(who);
  if (caller === undefined)
    throw new Error(`${who} has not signed in to ${memory.find('http') ?? 'the portal'}`);
  return caller;
}

/** What the button behind a one-time link shows. Opening it first, as a mail scanner does, must use nothing up. */
export async function pressButton(link: string): Promise<{ label: string; value: string }[]> {
  const url = new URL(link);
  const caller = new Caller(url.origin);
  const path = `/api/links/${url.pathname.split('/').pop()}`;
  await caller.get(path);
  const scanned = (await caller.get(path)).json;
  if (scanned.state !== 'ready' && !scanned.canRollAgain) throw new Error(`the link is ${scanned.state}`);
  return (await caller.post(path)).json.items;
}

/** The secret among what a link showed. */
export function secretAmong(items: { label: string; value: string }[]): string {
  const found = items.find((item) => /^(fl_|whsec_)/.test(item.value));
  if (found === undefined) throw new Error('the link showed no secret');
  return found.value;
}

/** Signing in, signing off, asking, declaring: what the customer's people do in the portal. */
export const portalTasks: Record<string, Task> = {
  'know-addresses': async ({ http, sftp, smtp }: Addresses, memory) => {
    memory.set('http', http);
    memory.set('sftp', JSON.stringify(sftp));
    memory.set('smtp', JSON.stringify(smtp));
  },
  'ask-sign-in': async (input: { email: string }, memory) => {
    const caller = new Caller(memory.get('http'));
    await caller.post('/api/auth/sign-in/magic-link', { email: input.email, callbackURL: '/' });
  },
  'sign-in': async (input: { who: string; link: string }, memory) => {
    const caller = new Caller(memory.get('http'));
    await caller.signIn(input.link);
    sessions.set(input.who, caller);
  },
  'is-signed-in': async (input: { who: string }) => {
    const caller = sessions.get(input.who);
    return caller !== undefined && (await caller.get('/api/me', { expect: [200, 401] })).status === 200;
  },
  'ask-for-code': async (input: { link: string }) => {
    const { caller, path } = signOffPage(input.link);
    const page = (await caller.get(path)).json;
    if (page.status === 'open') await caller.post(`${path}/code`);
    return { status: page.status };
  },
  'sign-off': async (input: { link: string; code: string; name: string }) => {
    const { caller, path } = signOffPage(input.link);
    const pdf = await caller.get(`${path}/pdf`);
    assert.equal(pdf.headers.get('content-type'), 'application/pdf', 'the estimate has no PDF');
    const wrong = input.code === '123456' ? '654321' : '123456';
    await caller.post(`${path}/accept`, { code: wrong, name: input.name, agreed: true }, { expect: [422] });
    const signed = (await caller.post(`${path}/accept`, { code: input.code, name: input.name, agreed: true }))
      .json;
    return { status: signed.status, verification: signed.verification };
  },
  'portal-act': async (input: { who: string; path: string; body: object; expect?: number[] }, memory) => {
    const { expect } = input;
    const answer = await portal(memory, input.who).post(input.path, input.body, expect && { expect });
    return answer.json ?? null;
  },
  'reveal-key': async (input: { link: string; environment: string }, memory) => {
    const secret = secretAmong(await pressButton(input.link));
    memory.set(`key-${input.environment}`, secret);
    return { prefix: secret.slice(0, 12) };
  },
  'has-key': async (input: { environment: string }, memory) =>
    memory.find(`key-${input.environment}`) !== undefined,
};

function signOffPage(link: string): { caller: Caller; path: string } {
  const url = new URL(link);
  return { caller: new Caller(url.origin), path: `/api/sign-off/${url.pathname.split('/').pop()}` };
}
