import { commonProblems } from './problem.ts';

/** Answers a write whose reference leads nowhere, as the constraint of that name found; any other fault is thrown on. */
export const refuseMissing =
  (constraint: string, pointer: string, detail: string) =>
  (error: unknown): never => {
    if ((error as { constraint_name?: unknown }).constraint_name !== constraint) throw error;
    throw commonProblems['invalid-request']({ errors: [{ pointer, detail }], cause: error });
  };
