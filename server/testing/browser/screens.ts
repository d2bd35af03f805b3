/** Who looks at a screen: roles of the vendor's people, a customer's person, or nobody who is signed in. */
export const lookers = ['nobody', 'staff', 'director', 'administrator', 'portal'] as const;
export type Looker = (typeof lookers)[number];

/**
 * What is done before a screen is looked at: a button or menu item is pressed by its name, a table's first row, a
 * checkbox; words are typed into a field; another address is gone to, as a link does.
 */
export type Press = string | { row: string } | { check: string } | { type: string } | { goTo: string };

/** One screen as tests and pictures visit it: its name, its address, and what to do there first. */
export interface Screen {
  name: string;
  path: string;
  as: Looker;
  press?: Press[];
  /** What is pressed opens something on the page itself, no dialog. */
  stays?: true;
  /** Requests to addresses with this ending are answered with a fault of the server. */
  fails?: string;
  /** A screen that means to show a problem, or that there is nothing; on any other, either is a fault. */
  shows?: 'problem' | 'nothing';
}

/** What the addresses of screens are made of. */
export interface Places {
  customer: string;
  integration: string;
  /** An integration that waits for an answer of its consultation. */
  waiting?: string | undefined;
  estimate?: string | undefined;
  /** An estimate that can be sent. */
  finalised?: string | undefined;
  employee?: string | undefined;
  ticket?: string | undefined;
  /** The path of a sign-off page: an open one, and one of an estimate that was signed off. */
  signOff?: string | undefined;
  signedOff?: string | undefined;
  /** The path of a one-time link's page, and of one that was used. */
  oneTimeLink?: string | undefined;
  usedLink?: string | undefined;
  /** The integration is live: each gate was passed. */
  isLive?: boolean;
  /** The id of an acceptance that can be verified. */
  acceptance?: string | undefined;
  /** An integration half-way, with gates that wait, passed and went stale. */
  midway?: { customer: string; integration: string } | undefined;
  /** A customer with a name of ninety characters that has nothing yet but a draft of an estimate. */
  empty?: { customer: string; draft: string } | undefined;
  /** A file, a mail and a bank change wait for somebody to decide; differences to be accepted. */
  hasHeld?: boolean;
}

const screen =
  (as: Looker, prefix = '') =>
  (name: string, path: string, ...press: Press[]): Screen => ({
    name: `${prefix}${name}`,
    path,
    as,
    ...(press.length > 0 ? { press } : {}),
  });
const nobody = screen('nobody');
const staff = screen('staff');
const director = screen('director');
const administrator = screen('administrator');
const portal = screen('portal', 'portal-');

/** Every screen of the console and the portal, with every dialog and side panel that its places allow. */
export function screensOf(places: Places): Screen[] {
  return [
    ...standAlone(places),
    ...overviews(places),
    ...ofCustomer(places),
    ...ofIntegration(places),
    ...ofEmployees(places),
    ...ofEmptyCustomer(places),
    ...(places.hasHeld ? ofHeld(places) : []),
    ...ofPortal(places),
  ];
}

function standAlone({ signOff, signedOff, oneTimeLink, usedLink, acceptance }: Places): Screen[] {
  return [
    nobody('sign-in', '/sign-in'),
    { ...nobody('sign-in-link', '/sign-in/link?token=an-example'), shows: 'problem' },
    { ...nobody('sign-in-expired', '/sign-in?expired=1'), shows: 'problem' },
    ...[[], ['Open a dialog'], ['Open a form'], ['Open a side panel'], ['Open the palette']].map(
      (press): Screen => ({
        ...nobody(
          ['components', ...press].join('-').toLowerCase().replaceAll(' ', '-'),
          '/components',
          ...press,
        ),
        shows: 'problem',
      }),
    ),
    ...(signOff ? [nobody('sign-off', signOff)] : []),
    ...(signedOff ? [nobody('sign-off-signed', signedOff)] : []),
    ...(oneTimeLink ? [nobody('one-time-link', oneTimeLink)] : []),
    ...(usedLink ? [nobody('one-time-link-used', usedLink)] : []),
    ...(acceptance ? [nobody('verify', `/verify/${acceptance}`)] : []),
  ];
}

function overviews({ hasHeld }: Places): Screen[] {
  return [
    staff('my-work', '/'),
    staff('palette', '/', 'Go to'),
    staff('pipeline', '/pipeline'),
    staff('pipeline-list', '/pipeline?view=list'),
    staff('pipeline-board', '/pipeline?view=board'),
    staff('pipeline-opportunities', '/pipeline?view=opportunities'),
    staff('customers', '/customers'),
    staff('customers-none-fits', '/customers?q=nobody-has-this-name'),
    director('customers-add', '/customers', 'Add a customer'),
    { ...staff('customers-fault', '/customers'), fails: '/api/customers?limit=200', shows: 'problem' },
    staff('live', '/live'),
    staff('helpdesk', '/helpdesk'),
    staff(hasHeld ? 'helpdesk-held-mail' : 'helpdesk-held', '/helpdesk?tab=held'),
    staff('helpdesk-outbox', '/helpdesk?tab=outbox'),
    staff('helpdesk-outbox-mail', '/helpdesk?tab=outbox', { row: 'Outbox' }),
    staff('files', '/files'),
    staff('webhooks', '/webhooks'),
    staff('fair-use', '/fair-use'),
    staff('fair-use-policy', '/fair-use', 'policy'),
    staff('reports', '/reports'),
    staff('settings', '/settings'),
    administrator('settings-add-person', '/settings', 'Add a person'),
    administrator('settings-change-person', '/settings', '^Change .* Director', 'Change or let go'),
    administrator('settings-stand-in', '/settings', '^Change .* Director', 'Name who stands in'),
    administrator('audit', '/audit'),
    administrator('audit-entry', '/audit?q=person', { row: 'Audit trail' }),
    administrator('audit-no-such-day', '/audit?from=2001-01-01&until=2001-01-02'),
    { ...administrator('audit-fault', '/audit'), fails: '/api/audit?limit=200', shows: 'problem' },
    { ...staff('nothing-here', '/no-such-page'), shows: 'nothing' },
  ];
}

const tabs = ['credentials', 'webhooks', 'files', 'audits', 'scenarios', 'usage'];

function ofCustomer({ customer, estimate, finalised, ticket, hasHeld }: Places): Screen[] {
  const own = `/customers/${customer}`;
  const at = (tab: string) => `${own}?tab=${tab}&environment=sandbox`;
  return [
    staff('customer', own),
    staff('customer-audit-trail', `/audit?customer=${customer}`),
    director('customer-change', own, 'Change customer'),
    director('customer-add-contact', own, 'Add a contact'),
    director('customer-change-contact', own, '^Change [^c]'),
    director('customer-open-integration', own, 'Open an integration'),
    ...tabs.map((tab) => staff(`customer-${tab}`, at(tab))),
    staff('customer-credentials-production', `${own}?tab=credentials&environment=production`),
    staff('customer-credentials-revoke', at('credentials'), '^Revoke'),
    staff('customer-credentials-roll', at('credentials'), '^Roll'),
    staff('customer-webhooks-add', at('webhooks'), 'Add an endpoint'),
    staff('customer-webhooks-pause', at('webhooks'), 'Pause'),
    staff('customer-webhooks-add-receiver', at('webhooks'), 'Add a receiver'),
    staff('customer-files-add-exchange', at('files'), 'Make an exchange'),
    staff('customer-files-add-key', at('files'), '^(Add|Register) a'),
    staff('customer-audits-make-extract', at('audits'), 'Make an extract'),
    staff('customer-webhooks-delivery', at('webhooks'), { row: 'Deliveries' }),
    staff(hasHeld ? 'customer-files-held' : 'customer-files-transfer', at('files'), { row: 'Transfers' }),
    staff('customer-audits-differences', at('audits'), { row: 'Data audits' }),
    ...(estimate
      ? [
          staff('estimate', `${own}/estimates/${estimate}`),
          staff('estimate-preview', `${own}/estimates/${estimate}/preview`),
        ]
      : []),
    ...(finalised ? [director('estimate-send', `${own}/estimates/${finalised}`, '^Send')] : []),
    ...(ticket ? [staff('ticket', `${own}/tickets/${ticket}`)] : []),
  ];
}

function ofIntegration({ customer, integration, waiting, midway, isLive }: Places): Screen[] {
  const own = `/customers/${customer}/integrations`;
  const path = `/customers/${customer}/integrations/${integration}`;
  return [
    staff('integration', path),
    staff('integration-history', `${path}?tab=history`),
    staff('integration-records', `${path}?tab=records`),
    { ...staff('integration-fault', path), fails: `/api${path}`, shows: 'problem' },
    ...(isLive ? [{ ...staff('integration-evidence', path, '^W6', 'Seen'), stays: true as const }] : []),
    ...(waiting
      ? [
          staff('integration-answer', `${own}/${waiting}`, 'Answer'),
          director('integration-meeting', path, 'meeting'),
        ]
      : []),
    ...(midway ? ofMidway(`/customers/${midway.customer}/integrations/${midway.integration}`) : []),
  ];
}

function ofMidway(path: string): Screen[] {
  return [
    staff('integration-midway', path),
    { ...staff('integration-stale-gate', path, ' Stale'), stays: true },
    staff('integration-confirm-gate', path, '^Confirm$'),
    staff('integration-waive-gate', path, '^Waive$'),
    staff('integration-hold', path, '^More$', 'hold'),
  ];
}

function ofEmployees({ customer, employee, hasHeld }: Places): Screen[] {
  const path = `/customers/${customer}/employees`;
  return [
    staff(hasHeld ? 'employees-many' : 'employees', `${path}?environment=sandbox`),
    staff('employees-none-fits', `${path}?environment=sandbox&q=nobody-has-this-name`),
    staff('employees-production', `${path}?environment=production`),
    staff('employees-add-company', `${path}?environment=sandbox`, 'Add a legal employer'),
    staff('employees-confirm-person', `${path}?environment=sandbox`, 'Confirm the same person'),
    staff('employees-confirm-number', `${path}?environment=sandbox`, 'Confirm the number'),
    ...(employee
      ? [
          staff('employee', `${path}/${employee}?environment=sandbox`),
          staff('employee-history', `${path}/${employee}?environment=sandbox&tab=history`),
          staff('employee-reveal', `${path}/${employee}?environment=sandbox`, '^Show the .* in full'),
        ]
      : []),
  ];
}

function ofEmptyCustomer({ empty }: Places): Screen[] {
  if (!empty) return [];
  const own = `/customers/${empty.customer}`;
  return [
    staff('customer-long-name', own),
    ...tabs.map((tab) => staff(`customer-empty-${tab}`, `${own}?tab=${tab}&environment=sandbox`)),
    staff('employees-empty', `${own}/employees?environment=sandbox`),
    staff('estimate-draft', `${own}/estimates/${empty.draft}`),
    staff(
      'estimate-unsaved',
      `${own}/estimates/${empty.draft}`,
      { type: 'Assumptions' },
      { goTo: '/pipeline' },
    ),
  ];
}

/** What waits for somebody to decide, and the deciding. */
function ofHeld({ customer }: Places): Screen[] {
  const files = `/customers/${customer}?tab=files&environment=sandbox`;
  const employees = `/customers/${customer}/employees?environment=sandbox`;
  return [
    staff('customer-files-approve', files, { row: 'Transfers' }, '^Approve$'),
    staff('employees-refuse-bank-change', employees, '^Refuse the bank change'),
    staff('employees-show-accounts', employees, '^Show accounts'),
    staff('helpdesk-held-decide', '/helpdesk?tab=held', '^Make a ticket$'),
  ];
}

function ofPortal({ customer, integration, hasHeld }: Places): Screen[] {
  const own = `/customers/${customer}`;
  return [
    portal('home', '/'),
    portal('integration', `${own}/integrations/${integration}`),
    ...['credentials', 'webhooks', 'files', 'audits', 'usage'].map((tab) => portal(tab, `${own}?tab=${tab}`)),
    portal('credentials-ask', `${own}?tab=credentials`, 'Ask for'),
    portal('audits-compare', `${own}?tab=audits`, 'Compare a file'),
    ...(hasHeld
      ? [
          portal('audits-differences', `${own}?tab=audits`, { row: 'Data audits' }),
          portal(
            'audits-accept',
            `${own}?tab=audits`,
            { row: 'Data audits' },
            { check: 'Choose row 1' },
            'Accept with a reason',
          ),
        ]
      : []),
    portal('settings', '/settings'),
    portal('employees', `${own}/employees?environment=sandbox`),
  ];
}
