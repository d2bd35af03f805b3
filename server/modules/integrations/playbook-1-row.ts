import type { Row, StateTimer } from './playbook-words.ts';

type Given = Pick<Row, 'id' | 'title' | 'from' | 'to' | 'who'> & Partial<Row>;
/** A row that is taken by its gates and brings nothing about, unless it says otherwise. */
export const row = (given: Given): Row => ({
  by: 'gates',
  gates: [],
  effects: [],
  timers: [],
  main: false,
  ...given,
});
/** A timer of a state, of which the configuration says how long it runs. */
export const timer = (
  state: StateTimer['state'],
  setting: StateTimer['setting'],
  does: StateTimer['does'],
  sentence: string,
  whom?: StateTimer['whom'],
): StateTimer => ({
  id: setting.replace(/(Days|Minutes)$/, ''),
  state,
  setting,
  does,
  sentence,
  ...(whom === undefined ? {} : { whom }),
});

/** Origins of integrations of new customers. */
const notExisting = ['new-in-scope', 'new-out-of-scope', 'new-undecided'] as const;
/** Rows of new customers. */
export const isNew = { origins: [...notExisting] };
/** Rows of existing customers. */
export const isExisting = { origins: ['existing' as const] };
