import type { Work } from '#platform/transact.ts';

/** One of a customer's people who has just lost a right: to sign in, to a role, to sign, or to be a contact at all. */
export interface RightsLost {
  customerId: string;
  personId: string | null;
  name: string;
}

type Ending = (work: Work, lost: RightsLost) => Promise<void>;

const endings: Ending[] = [];

/** Registers what ends, in the same transaction, when one of a customer's people loses a right. */
export function onRightsLost(ending: Ending): void {
  endings.push(ending);
}

/** Ends what hangs on rights that somebody has just lost. */
export async function endWhatHangsOnIt(work: Work, lost: RightsLost): Promise<void> {
  for (const ending of endings) await ending(work, lost);
}
