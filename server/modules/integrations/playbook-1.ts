import { existingRows } from './playbook-1-existing.ts';
import { gatesOfVersion1 } from './playbook-1-gates.ts';
import { fromAnyRows, newCustomerDetours, newCustomerRows } from './playbook-1-new.ts';
import { trackSteps } from './playbook-1-tracks.ts';
import type { Playbook } from './playbook-words.ts';

/** The implementation process, first version. Its times are in the configuration. */
export const playbook1: Playbook = {
  version: 1,
  rows: [...existingRows, ...newCustomerRows, ...fromAnyRows],
  detours: newCustomerDetours,
  steps: trackSteps,
  gates: gatesOfVersion1,
};
