/**
 * Fair use: the ledger of what each environment used on each day (API calls, webhook messages, rows of files), the
 * vendor's policy, its thresholds, and the protection against bursts.
 */
import type { Module } from '#platform/module.ts';
import { closeDays, usageConsumer } from './consume-usage.ts';
import { closeDaysTimer } from './count-day.ts';
import { problems } from './problems.ts';
import { fairUseRoutes } from './routes.ts';
import { keepRecovering, usageMeter } from './usage-meter.ts';

export { admitCall } from './admit-call.ts';
export { countUsage, countUsageIn } from './count-usage.ts';

/** The fair-use module. */
export const fairUse: Module = {
  name: 'fair-use',
  problems: problems.catalogue,
  routes: fairUseRoutes,
  consumers: (platform) => [usageConsumer(platform)],
  timers: () => ({ [closeDaysTimer]: closeDays }),
  loops: (platform) => [
    { name: 'fair-use.meter', start: () => ({ stop: () => usageMeter(platform).flush() }) },
    { name: 'fair-use.recovery', start: () => keepRecovering(platform) },
  ],
};
