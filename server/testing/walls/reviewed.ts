/** Tables without a customer's data, each with the reason why every transaction may see all of it. */
export const withoutCustomers: Record<string, string> = {
  'access.delegations': "which of the vendor's people acts for whom, by person id",
  'access.sign_in_links': 'hashes of sign-in links by person id',
  'access.roles': 'role names by person id; who the person is stands in access.people',
  'desk.held_mails': 'mail that no rule could give to a customer yet; only staff routes read it',
  'desk.inbox': 'envelopes of mail before it is known whose it is; the content is an object',
  'desk.seen_messages': 'message ids and hashes, to know a mail that came twice',
  'fair_use.batches': 'which batches of counters were taken in: node, boot and number only',
  'fair_use.policies': "the vendor's fair use policy, the same for all",
  'file_exchange.host_keys': 'the public and sealed private host keys of the SFTP door',
  'file_exchange.sign_in_failures':
    'failed SFTP sign-ins by network and user name; only staff routes list them',
  'platform.clock': 'by how much the test clock is moved',
  'platform.cursors': 'how far each consumer has read which stream: numbers, no content',
  'platform.settings': "the installation's own settings",
};

/** Tables with a policy of their own instead of the plain one, as the database prints it, and why. */
export const ownPolicies: Record<string, { using: string; why: string }> = {
  'access.people': {
    using: '((customer_id IS NULL) OR (customer_id = :customer))',
    why: "the vendor's people",
  },
  'customers.customers': { using: '(id = :customer)', why: 'the customer itself' },
  'mail.outbox': { using: '((customer_id IS NULL) OR (customer_id = :customer))', why: 'mail to staff' },
  'platform.data_keys': {
    using: '((customer_id IS NULL) OR (customer_id = :customer))',
    why: "the vendor's own keys",
  },
  'platform.objects': {
    using: '((customer_id IS NULL) OR (customer_id = :customer))',
    why: 'mail before it is known whose it is',
  },
  'platform.audit': {
    using: '((customer_id IS NULL) OR (customer_id = :customer))',
    why: "the vendor's acts",
  },
  'platform.events': {
    using: '(stream_id = ANY (ARRAY[:environment, :customer, :vendor]))',
    why: 'a stream is an environment, a customer, or the vendor',
  },
  'platform.streams': {
    using: "((id = :environment) OR (id = :customer) OR (kind = 'vendor'::text))",
    why: 'a stream is an environment, a customer, or the vendor',
  },
  'platform.timers': {
    using: '((customer_id IS NULL) OR (customer_id = :customer))',
    why: "the vendor's timers",
  },
};

/** What runs with rights that the application lacks, and why. The staff role can only read. */
export const definers: Record<
  'fairlead_staff' | 'fairlead_dispatcher' | 'fairlead_migrator',
  Record<string, string>
> = {
  fairlead_staff: {
    'access.person_by_email(text)': 'sign-in: whose address is it',
    'access.has_lost_right(uuid,timestamp with time zone)': 'sign-in: whether a link is void',
    'access.customer_name(uuid)': 'sign-in: who one becomes',
    'access.person_by_id(uuid)': 'the person behind a session, before any scope',
    'credentials.key_by_hash(bytea)': 'the key behind a request, by its hash',
    'access.audit_across_customers(text,uuid,text,uuid,timestamp with time zone,timestamp with time zone,uuid,integer)':
      'the audit trail, for administrators and auditors',
    'credentials.key_requests_across_customers(text,uuid,integer)': "the staff's list of requests",
    'file_exchange.keys_to_retire(uuid,uuid,integer)': "the staff's list of SFTP keys whose holder has left",
    'credentials.secrets_to_roll(timestamp with time zone,uuid,uuid,integer)':
      "the staff's list of what leavers know",
    'credentials.link_by_token(bytea)': 'the customer behind a one-time link, by its hash',
    'customers.all_environments()': 'sweeps that visit each environment in its own scope',
    'customers.find_by_email(text)': 'whose mail is it',
    'customers.list_across_customers(text,text,boolean,text,text,integer)': "the staff's list of customers",
    'data_audits.placement_by_token(bytea)': 'the extract behind a download link, by its hash',
    'desk.customer_by_id(uuid)': 'name of the customer a held mail was suggested for',
    'desk.customer_names()': 'mail that names a customer in its words: which one',
    'desk.customers_by_keys(text[],text[],bigint[],uuid[])':
      "mail that names a customer by a number of ours or somebody's address: which one",
    'desk.find_ticket(uuid)': 'the customer behind a ticket token',
    'desk.find_ticket_by_number(bigint)': 'the customer behind a ticket number',
    'desk.find_tickets_by_references(text[])': 'the thread a mail answers',
    'desk.find_tickets_by_subject(text,text)': 'a thread of the same sender and subject',
    'desk.objects_in_use(text[])': 'whether the sweep of objects may remove one',
    'desk.takes_part(uuid,text)': 'whether a sender takes part in a ticket',
    'desk.tickets_across_customers(text,uuid,uuid,text,boolean,bigint,integer)':
      "the staff's list of tickets",
    'desk.tickets_of_mail(uuid)': 'staff: number and customer of the tickets on which a received mail stands',
    'data_audits.objects_in_use(text[])': 'whether the sweep of objects may remove one',
    'documents.objects_in_use(text[])': 'whether the sweep of objects may remove one',
    'file_exchange.objects_in_use(text[])': 'whether the sweep of objects may remove one',
    'documents.acceptance_across_customers(uuid)': 'the public page that verifies a sign-off',
    'documents.link_by_token(bytea)': 'the customer behind a sign-off link, by its hash',
    'fair_use.day_across_customers(date,integer)': "the staff's list of a day's usage",
    'file_exchange.find_sign_in(text,text,text)': 'the account and key behind an SFTP sign-in, and its ban',
    'file_exchange.pending_transfers(timestamp with time zone,integer)':
      'which environments have files to work on',
    'file_exchange.revoked_keys(uuid[])': 'which keys of open SFTP connections are out of use',
    'file_exchange.user_name_taken(text)': 'SFTP user names are unique over all customers',
    'integrations.board_across_customers(text,uuid[],text[],integer)': "the staff's board",
    'integrations.counts_across_customers(text,uuid[],text[])': "the counts of the staff's list",
    'integrations.list_across_customers(text,text,text,uuid[],text[],boolean,timestamp with time zone,uuid,integer)':
      "the staff's list",
    'integrations.waits_across_customers(uuid[],text[],integer)': "a person's own work",
    'mail.automatic_count(text,timestamp with time zone)': 'the brake on automatic mail to one address',
    'mail.outbox_across_customers(text,text,text,uuid,integer)': "the staff's outbox",
    'mail.outgoing_across_customers(uuid)': 'the job that sends one mail',
    'mail.outgoing_by_message_id(text)': 'whether an incoming mail is one of our own',
    'pipeline.cards_across_customers(text,integer)': "the staff's board of cards",
    'pipeline.opportunities_across_customers(text,uuid,text,uuid,integer)':
      "the staff's list of opportunities",
    'platform.aged_objects(text,timestamp with time zone,timestamp with time zone,integer)':
      'the sweep of objects: those whose time may be over',
    'platform.all_data_keys()': 'rotation: every key, wrapped',
    'platform.find_data_key(uuid)': 'the key that an object names, wrapped',
    'platform.find_object(text)': 'what is noted of an object that a row names',
    'platform.unreadable_objects(integer)': 'the alarm about objects that cannot be read',
    'platform.kept_objects(text[])': 'the sweep of objects: which bytes in the store are left over',
    'platform.objects_to_encrypt(text,integer)': 'rotation: objects under an old key',
    'platform.some_objects(integer)': 'whether a store is the one of this database',
    'platform.spent_data_keys(timestamp with time zone)': 'rotation: keys that nothing needs',
    'platform.unsettled_objects(timestamp with time zone,integer)':
      'the sweep of objects: those that nothing may name',
    'platform.due_timers(timestamp with time zone,integer)':
      'which timers are due: where to look, no payload',
    'webhooks.due_endpoints(timestamp with time zone,integer)': 'which endpoints have deliveries due',
    'webhooks.environments_with_inbound(timestamp with time zone,integer)':
      'which environments have messages to apply',
    'webhooks.receiver_by_token(text)': 'the receiver behind an address',
  },
  fairlead_dispatcher: {
    'platform.pending_streams(text,text[],uuid,integer)': 'heads against cursors: numbers only',
    'platform.stream_heads()': 'heads for live updates: numbers only',
  },
  fairlead_migrator: {
    'access.mirror_person()': "trigger: keeps the sign-in library's table of users in step",
    'auth.audit()': "trigger: the sign-in library's writes reach the audit trail",
    'platform.add_jobs(jsonb)': "the queue's tables are closed to the application",
    'platform.ensure_event_partitions(date)': 'makes the partitions of coming months',
  },
};

/** Functions that set the scope from an argument, so that a statement needs no round trip before it. */
export const scopeSetters: Record<string, string> = {
  'credentials.touch_keys(jsonb)': 'counts uses of keys of many customers in one statement',
  'fair_use.take_batch(text,uuid,bigint,jsonb)': 'adds counters of many customers in one statement',
  'payroll.apply_import_chunk(uuid,uuid,uuid,integer,integer,integer,jsonb,jsonb,timestamp with time zone,jsonb)':
    'one round trip for a chunk of a file; the import names its environment',
  'payroll.documents(uuid,uuid[],date,timestamp with time zone)': 'the hot read, one round trip',
  'payroll.employee_document(uuid,text,text,date,timestamp with time zone)': 'the hot read, one round trip',
  'payroll.employee_page(uuid,text,text,integer,text,text,timestamp with time zone)':
    'the hot list, one round trip',
  'payroll.preview_import_chunk(uuid,uuid,integer,integer,jsonb,jsonb,timestamp with time zone,jsonb,integer)':
    'the same for a chunk that is undone',
  'payroll.register_import(uuid,uuid,uuid,text,jsonb,timestamp with time zone)':
    'begins an import in its environment',
};

/** Routes of modules that anybody may call, and what guards what is behind them. */
export const publicRoutes: Record<string, string> = {
  'GET /api/downloads/extracts/:token': 'the token, which pressing the button of a one-time link gave',
  'GET /api/links/:token': 'the token; it shows what the link is for and burns nothing',
  'GET /api/sign-off/:token': 'the token, mailed to a person who may sign',
  'GET /api/sign-off/:token/pdf': 'the token, mailed to a person who may sign',
  'GET /api/verify/:acceptance': "the acceptance's id; it shows what was signed when, by hash",
  'GET /docs': 'documentation',
  'GET /docs/guide': 'documentation',
  'GET /docs/guide.css': 'documentation',
  'GET /docs/guide/:page': 'documentation',
  'GET /docs/problems': 'documentation',
  'GET /docs/problems.md': 'documentation',
  'GET /docs/reference.js': 'documentation',
  'GET /docs/scalar.js': 'documentation',
  'GET /llms.txt': 'documentation',
  'GET /v1/openapi.json': 'documentation',
  'POST /api/links/:token': 'the token, once, and the same browser for ten minutes',
  'POST /api/sign-off/:token/accept': 'the token and a code by mail',
  'POST /api/sign-off/:token/code': 'the token; the code goes to the mail address it was made for',
  'POST /api/sign-off/:token/decline': 'the token, mailed to a person who may sign',
  'POST /api/sign-off/:token/request-change': 'the token, mailed to a person who may sign',
  'POST /in/:receiver': "the receiver's address and the message's signature",
};
