/**
 * The scenarios a customer plays in an environment before going live: which are agreed per track, what the log
 * showed for each, and when all of them had passed under one configuration.
 */
import type { Module } from '#platform/module.ts';
import { followTraffic } from './follow-traffic.ts';
import { problems } from './problems.ts';
import { certificationRoutes } from './routes.ts';

/** The certification module. */
export const certification: Module = {
  name: 'certification',
  problems: problems.catalogue,
  routes: certificationRoutes,
  consumers: () => [followTraffic],
};
