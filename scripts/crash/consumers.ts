import type { StreamKind } from '#platform/events.ts';

/** Everything that follows the log, and what it follows; a test holds this against the modules. */
export const consumers: { consumer: string; kinds: StreamKind[] }[] = [
  { consumer: 'access.unreadable-objects', kinds: ['vendor'] },
  { consumer: 'payroll.first-company', kinds: ['customer'] },
  { consumer: 'fair-use.usage', kinds: ['environment'] },
  { consumer: 'webhooks.deliveries', kinds: ['environment'] },
  { consumer: 'data-audits.collections', kinds: ['environment'] },
  { consumer: 'certification.scenarios', kinds: ['environment'] },
  { consumer: 'integrations', kinds: ['environment', 'customer'] },
];
