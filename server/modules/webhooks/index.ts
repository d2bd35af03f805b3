/**
 * Webhooks, both ways: endpoints (the customer's target addresses) with deliveries and attempts, and receivers (our
 * target addresses) with what customers' systems posted to them; signatures as Standard Webhooks has them.
 */
import { registerRevealer } from '#modules/credentials/index.ts';
import type { Module } from '#platform/module.ts';
import { dispatcher } from './dispatch-deliveries.ts';
import { webhookSecretLink } from './offer-secret.ts';
import { problems } from './problems.ts';
import { deliveryQueue } from './queue-deliveries.ts';
import { revealSecret } from './reveal-secret.ts';
import { webhookRoutes } from './routes.ts';
import { inboxWorker } from './work-inbox.ts';

registerRevealer(webhookSecretLink, revealSecret);

/** The webhooks module. */
export const webhooks: Module = {
  name: 'webhooks',
  problems: problems.catalogue,
  routes: webhookRoutes,
  consumers: () => [deliveryQueue],
  loops: (platform) => [dispatcher(platform), inboxWorker(platform)],
};
