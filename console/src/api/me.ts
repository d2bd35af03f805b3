import { createContext, useContext } from 'react';
import type { MeView } from '#contract/access.ts';
import type { Role } from '#contract/roles.ts';

/** Who is signed in; set by the shell, so every page inside it has one. */
export const MeContext = createContext<MeView | undefined>(undefined);

/** Who is signed in; throws outside the shell. */
export function useMe(): MeView {
  const me = useContext(MeContext);
  if (me === undefined) throw new Error('nobody is signed in');
  return me;
}

/** Whether the person who is signed in has one of the roles. */
export function useHasRole(...roles: Role[]): boolean {
  return useMe().person.roles.some((role) => roles.includes(role));
}
