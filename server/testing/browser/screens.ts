/** One screen as tests and pictures visit it: its name, its address, and what to do there first. */
export interface Screen {
  name: string;
  path: string;
  as: 'staff' | 'portal' | 'nobody';
  /** A button or link to press before the screen is looked at, by its name. */
  press?: string;
  /** Requests to addresses with this ending are answered with a fault of the server. */
  fails?: string;
}

/** What the addresses of screens are made of. */
export interface Places {
  customer: string;
  integration: string;
  estimate?: string | undefined;
  employee?: string | undefined;
  ticket?: string | undefined;
  /** The path of an open sign-off page. */
  signOff?: string | undefined;
  /** The path of a one-time link's page. */
  oneTimeLink?: string | undefined;
  /** The id of an acceptance that can be verified. */
  acceptance?: string | undefined;
  /** An integration half-way, with gates that wait, passed and went stale. */
  midway?: { customer: string; integration: string } | undefined;
  /** A customer with a name of ninety characters that has nothing yet but a draft of an estimate. */
  empty?: { customer: string; draft: string } | undefined;
}

/** Every screen of the console and the portal. */
export function screensOf(places: Places): Screen[] {
  const own = `/customers/${places.customer}`;
  const staff = (name: string, path: string, press?: string): Screen => ({
    name,
    path,
    as: 'staff',
    ...(press ? { press } : {}),
  });
  const portal = (name: string, path: string): Screen => ({ name: `portal-${name}`, path, as: 'portal' });
  const nobody = (name: string, path: string): Screen => ({ name, path, as: 'nobody' });
  const integration = `${own}/integrations/${places.integration}`;
  const { midway, empty } = places;
  const bare = `/customers/${empty?.customer}`;
  return [
    nobody('sign-in', '/sign-in'),
    nobody('sign-in-link', '/sign-in/link?token=an-example'),
    nobody('sign-in-expired', '/sign-in?expired=1'),
    nobody('components', '/components'),
    ...(places.signOff ? [nobody('sign-off', places.signOff)] : []),
    ...(places.oneTimeLink ? [nobody('one-time-link', places.oneTimeLink)] : []),
    ...(places.acceptance ? [nobody('verify', `/verify/${places.acceptance}`)] : []),
    staff('my-work', '/'),
    staff('palette', '/', 'Go to'),
    staff('pipeline', '/pipeline'),
    staff('pipeline-list', '/pipeline?view=list'),
    staff('pipeline-board', '/pipeline?view=board'),
    staff('pipeline-opportunities', '/pipeline?view=opportunities'),
    staff('customers', '/customers'),
    staff('customer-webhooks-add', `${own}?tab=webhooks&environment=sandbox`, 'Add an endpoint'),
    staff('customer', own),
    ...['credentials', 'webhooks', 'files', 'audits', 'scenarios', 'usage'].map((tab) =>
      staff(`customer-${tab}`, `${own}?tab=${tab}&environment=sandbox`),
    ),
    staff('customer-files-add', `${own}?tab=files&environment=sandbox`, 'Make an exchange'),
    staff('customer-credentials-production', `${own}?tab=credentials&environment=production`),
    staff('integration', integration),
    staff('integration-history', `${integration}?tab=history`),
    staff('integration-records', `${integration}?tab=records`),
    ...(places.estimate ? [staff('estimate', `${own}/estimates/${places.estimate}`)] : []),
    staff('employees', `${own}/employees?environment=sandbox`),
    staff('employees-production', `${own}/employees?environment=production`),
    ...(places.employee
      ? [
          staff('employee', `${own}/employees/${places.employee}?environment=sandbox`),
          staff('employee-history', `${own}/employees/${places.employee}?environment=sandbox&tab=history`),
        ]
      : []),
    staff('live', '/live'),
    staff('helpdesk', '/helpdesk'),
    staff('helpdesk-held', '/helpdesk?tab=held'),
    staff('helpdesk-outbox', '/helpdesk?tab=outbox'),
    ...(places.ticket ? [staff('ticket', `${own}/tickets/${places.ticket}`)] : []),
    staff('files', '/files'),
    staff('webhooks', '/webhooks'),
    staff('fair-use', '/fair-use'),
    staff('reports', '/reports'),
    staff('settings', '/settings'),
    staff('nothing-here', '/no-such-page'),
    { ...staff('fault', '/customers'), fails: '/api/customers?limit=200' },
    ...(midway
      ? [staff('integration-midway', `/customers/${midway.customer}/integrations/${midway.integration}`)]
      : []),
    ...(empty
      ? [
          staff('customer-long-name', bare),
          ...['credentials', 'webhooks', 'files', 'audits', 'scenarios', 'usage'].map((tab) =>
            staff(`customer-empty-${tab}`, `${bare}?tab=${tab}&environment=sandbox`),
          ),
          staff('employees-empty', `${bare}/employees?environment=sandbox`),
          staff('estimate-draft', `${bare}/estimates/${empty.draft}`),
        ]
      : []),
    portal('home', '/'),
    portal('integration', integration),
    portal('credentials', `${own}?tab=credentials`),
    portal('webhooks', `${own}?tab=webhooks`),
    portal('files', `${own}?tab=files`),
    portal('audits', `${own}?tab=audits`),
    portal('usage', `${own}?tab=usage`),
    portal('settings', '/settings'),
    portal('employees', `${own}/employees?environment=sandbox`),
  ];
}
