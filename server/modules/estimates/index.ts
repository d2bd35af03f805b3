// Estimates owns work estimates: lines and totals, review and refinement, finalising, sending, and the customer's
// sign-off. Facts in the customer's stream: estimate.created, version_created, submitted, commented, comment_answered,
// comment_closed, returned, finalised, sent, signed_off, declined, change_requested, expired, reopened,
// withdrawn, taken_up.

import type { Module } from '#platform/module.ts';
import type { Work } from '#platform/transact.ts';
import { problems } from './problems.ts';
import { routes } from './routes.ts';
import { expireEstimate, expiryTimer } from './send-estimate.ts';

export { getEstimate } from './estimate-store.ts';
export { numberChange } from './number-change.ts';
export { remindSigners } from './remind-signers.ts';
export { reviseEstimate, sentVersion } from './send-estimate.ts';
export { setReviewer } from './set-reviewer.ts';
export { viewEstimate } from './show-estimate.ts';
export { confirmByMail } from './sign-estimate.ts';
export { takeUpEstimate, withdrawEstimate } from './withdraw-estimate.ts';

export const estimates: Module = {
  name: 'estimates',
  problems: problems.catalogue,
  routes,
  timers: () => ({
    [expiryTimer]: (work: Work, payload: { customerId: string }, key: string) =>
      expireEstimate(work, payload.customerId, key),
  }),
};
