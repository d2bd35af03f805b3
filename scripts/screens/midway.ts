/** Asks the HTTP API as one person. */
export type Call = (method: string, path: string, body?: unknown) => Promise<{ id: string; state?: string }>;

const deadlineMs = 30_000;

/** Takes an integration of a new customer half-way, to the writing of its estimate: its mail makes the ticket. */
export async function takeMidway({ director, manager }: { director: Call; manager: Call }) {
  const customer = await director('POST', '/api/customers', {
    code: 'WHARIKI',
    name: 'Whāriki Textiles (demonstration)',
    serviceModel: 'saas',
  });
  const own = `/api/customers/${customer.id}`;
  await director('POST', `${own}/contacts`, {
    name: 'Anahera Tohu',
    email: 'anahera@whariki.example',
    kind: 'project-owner',
    hasAuthority: true,
  });
  const integration = await director('POST', `${own}/integrations`, {
    name: 'Rosters to payroll',
    tracks: ['web-api', 'file-transfer'],
    webhooks: 'outbound',
    dataAudit: { 'web-api': true },
    operations: ['putEmployee', 'listEvents'],
  });
  const path = `${own}/integrations/${integration.id}`;
  const reach = async (state: string) => {
    for (const endsAt = Date.now() + deadlineMs; ; await new Promise((done) => setTimeout(done, 200))) {
      const view = await director('GET', path);
      if (view.state === state) return;
      if (Date.now() > endsAt)
        throw new Error(`the integration is in the state ${view.state}, not in ${state}`);
    }
  };
  await director('POST', `${path}/actions/record-discovery`, {
    businessNeed: 'Rosters are typed into payroll every week.',
    requiredOutcomes: ['Rosters arrive by themselves'],
  });
  await reach('consulting');
  await manager('POST', `${path}/actions/answer-consultation`, { answer: 'Fits the standard objects.' });
  await reach('customer-meeting');
  await director('POST', `${path}/actions/record-meeting`, {
    minutes: 'Both tracks, the files first.',
    heldOn: Temporal.Now.plainDateISO().toString(),
    attendees: [
      { name: 'Aroha Director', email: 'director@vendor.example', side: 'vendor' },
      { name: 'Anahera Tohu', email: 'anahera@whariki.example', side: 'customer' },
    ],
  });
  await director('POST', `${path}/actions/request-estimate`);
  await reach('estimating');
  return { customer: customer.id, integration: integration.id };
}
