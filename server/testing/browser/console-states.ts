import { showId } from '#platform/ids.ts';
import type { TestDatabase } from '../database.ts';
import { estimateContent } from '../estimate-content.ts';
import { apiEvidence, file, fileEvidence, webhookEvidence } from '../integration-evidence.ts';
import { walkIntegrations } from '../integration-walk.ts';

/** A name of ninety characters, with macrons. */
export const longName =
  'Te Rōpū Whakahaere Māra Hōhonu o ngā Ākau Āhuru ki te Tai Rāwhiti me Ōna Tāngata Katoa Ltd';

/** Asks the HTTP API as one person. */
type Call = (method: string, path: string, body?: unknown) => Promise<{ id: string }>;

/** A customer with a long name and nothing but the draft of an estimate. */
export async function addEmptyCustomer({ director, manager }: { director: Call; manager: Call }) {
  const customer = await director('POST', '/api/customers', {
    code: 'HARAKEKE',
    name: longName,
    serviceModel: 'fms',
  });
  const draft = await manager('POST', `/api/customers/${customer.id}/estimates`, {
    content: { ...estimateContent, title: longName },
  });
  return { customer: customer.id, draft: draft.id };
}

/** An integration whose tracks are being built: gates that wait, that were seen, and that went stale again. */
export async function addMidway(database: TestDatabase) {
  const walk = await walkIntegrations(database);
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toTracks(one);
  await one.evidence('sandbox', ...apiEvidence, ...webhookEvidence.slice(0, 1));
  const files = [file('exc_1', 'x1'), file('exc_1', 'x1'), file('exc_1', 'x1')];
  await one.evidence('sandbox', ...fileEvidence, ...files, [
    'exchange.probed',
    { exchangeId: 'exc_1', direction: 'in', sha256: 'bb', fingerprint: 'x2' },
  ]);
  await walk.close();
  return { customer: showId('cus', one.customerId), integration: one.id };
}
