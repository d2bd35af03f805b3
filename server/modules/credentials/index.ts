/**
 * Credentials: API keys with their life from request to revocation, and one-time links, which show a secret (a key,
 * a webhook's secret, an extract) once, on a button and never on opening.
 */
import { onRightsLost } from '#modules/customers/index.ts';
import type { Module } from '#platform/module.ts';
import { closeRequestsOf } from './close-key-requests.ts';
import { apiKeyLink } from './issue-api-key.ts';
import { registerRevealer } from './one-time-link.ts';
import { problems } from './problems.ts';
import { revealApiKey } from './reveal-api-key.ts';
import { credentialRoutes } from './routes.ts';

export { withoutKeys } from './api-key.ts';
export { authenticateKey } from './authenticate-key.ts';
export { integrationOfKey } from './integration-of-key.ts';
export { issueApiKey } from './issue-api-key.ts';
export { refuseLeakedKeys } from './leaked-keys.ts';
export { createLink, isLinkHeld, type Revealed, registerRevealer } from './one-time-link.ts';
export type { OneTimeLink } from './one-time-link-store.ts';

registerRevealer(apiKeyLink, revealApiKey);
onRightsLost(closeRequestsOf);

/** The credentials module. */
export const credentials: Module = {
  name: 'credentials',
  problems: problems.catalogue,
  routes: credentialRoutes,
};
