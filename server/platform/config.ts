import { readFileSync } from 'node:fs';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { inspect } from 'node:util';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { isZone } from './clock.ts';
import { faultOfMasterKey } from './master-key.ts';
import { isNeverAllowed, type PrivateBlock, parsePrivateBlock } from './private-blocks.ts';

const defaultsFile = new URL('../../fairlead.defaults.toml', import.meta.url);

/** A configured secret: printing, logging or serialising it gives "[redacted]"; only reveal() gives the value. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  toJSON(): string {
    return '[redacted]';
  }
  toString(): string {
    return '[redacted]';
  }
  [inspect.custom](): string {
    return '[redacted]';
  }
}

const secret = z.string().transform((value) => new Secret(value));
/** Numbers come as text from the environment; an empty one is no number. */
const numeric = <T extends z.ZodType>(number: T) =>
  z.preprocess((value) => (typeof value === 'string' ? Number(value.trim() || Number.NaN) : value), number);
const port = numeric(z.number('must be a port from 0 to 65535').int().min(0).max(65535));
const count = numeric(z.number('must be a whole number of 1 or more').int().min(1));
const percent = numeric(z.number('must be a percentage from 0 to 100').min(0).max(100));
const zone = z
  .string()
  .refine(
    isZone,
    'must be the name of a time zone, such as Pacific/Auckland; an offset knows no daylight saving',
  );
const cidr = z.string().refine(isCidr, 'must be a CIDR block such as 10.1.0.0/16');
/** A list comes from the environment as text with commas. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter(Boolean) : value),
    z.array(item),
  );
const list = listOf(cidr);
const privateBlock = z
  .string()
  .refine(
    (text) => parsePrivateBlock(text) !== undefined,
    'must be the code of a customer and a CIDR block, such as KOWHAI=10.1.0.0/16',
  );
/** Yes or no comes as text from the environment. */
const flag = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean('must be true or false'),
);
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 08:30');

const schema = z.strictObject({
  server: z.strictObject({
    mode: z.enum(['demonstration', 'production']),
    logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    dataDir: z.string().min(1),
    publicUrl: z.union([z.literal(''), z.url()]),
  }),
  vendor: z
    .strictObject({
      name: z.string().min(1),
      timeZone: zone,
      businessStart: clockTime,
      businessEnd: clockTime,
      holidays: listOf(z.iso.date('must be days such as 2026-12-25')),
      currency: z.string().length(3),
      gstPercent: z.string().regex(/^\d{1,2}(\.\d{1,2})?$/),
    })
    .refine((vendor) => vendor.businessStart < vendor.businessEnd, {
      path: ['businessEnd'],
      message: 'must be later than vendor.business_start',
    }),
  timers: z.strictObject({
    discoveryDays: count,
    consultingDays: count,
    ticketAlarmMinutes: count,
    ticketDays: count,
    estimatingDays: count,
    inReviewDays: count,
    refiningDays: count,
    refiningRounds: count,
    sentDays: listOf(count),
    signedOffDays: count,
    engagedDays: count,
    liveDays: count,
    monitoringDays: count,
  }),
  http: z.strictObject({
    host: z.string(),
    port,
    trustedProxies: z.union([z.literal('none'), list]),
    bodyLimitBytes: count,
    requestTimeoutMs: count,
    answerTimeoutMs: count,
  }),
  sftp: z.strictObject({
    host: z.string(),
    port,
    publicHost: z.string(),
    maxConnectionsPerAccount: count,
    maxHandshakesPerAddress: count,
    neverBanned: listOf(z.union([z.cidrv4(), z.cidrv6()])),
  }),
  smtp: z.strictObject({
    host: z.string(),
    port,
    maxSizeBytes: count,
    nameServers: listOf(
      z
        .string()
        .regex(
          /^[\d.]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i,
          'must be an IP address, with a port where it is not 53',
        ),
    ),
  }),
  mail: z.strictObject({ transport: z.enum(['kept', 'relay']), relayUrl: secret, from: z.string() }),
  estimates: z.strictObject({ discountFloorPercent: percent }),
  desk: z.strictObject({ helpdeskAddress: z.union([z.literal(''), z.email()]), discardedDays: count }),
  database: z.strictObject({
    url: secret,
    maxConnections: count,
    statementTimeoutMs: count,
    longStatementTimeoutMs: count,
    migrationTimeoutMs: count,
    idleTransactionTimeoutMs: count,
    keepaliveMs: count,
  }),
  portal: z.strictObject({
    openKeyRequests: count,
    sftpKeysPerAccount: count,
    endpoints: count,
    receivers: count,
    uploadsPerHour: count,
    additionsPerHour: count,
    sendsPerHour: count,
    faultsPerHour: count,
    changesPerHour: count,
  }),
  secrets: z.strictObject({ masterKey: secret, previousMasterKey: secret }),
  webhooks: z.strictObject({
    defaultDirection: z.enum(['unknown', 'none', 'outbound', 'inbound', 'both']),
    allowedPrivateAddresses: listOf(privateBlock),
    timeoutMs: count,
    slotsPerEndpoint: count,
    slotsPerCustomer: count,
  }),
  files: z.strictObject({
    maxRows: count,
    maxUploadBytes: count,
    unfinishedDays: count,
    filesAtOnce: count,
    filesInARow: count,
    maxErrorPercent: percent,
    maxHeadcountDropPercent: percent,
    maxEndPercent: percent,
    maxNewPercent: percent,
    maxBankChangePercent: percent,
    maxIdentityChangePercent: percent,
    maxPayChangedPercent: percent,
    maxPayChangePercent: percent,
    maxPayFactor: count,
  }),
  payroll: z.strictObject({ irdHighest: count }),
  fairUse: z.strictObject({ policy: z.enum(['observe', 'enforce']), monitoringDays: count }),
  objects: z.strictObject({
    kind: z.enum(['local', 's3']),
    endpoint: z.union([z.literal(''), z.url()]),
    region: z.string().min(1),
    bucket: z.string(),
    prefix: z.string(),
    accessKey: secret,
    secretKey: secret,
    forcePathStyle: flag,
    checksums: z.enum(['sha256', 'none']),
    requestTimeoutMs: count,
    attempts: count,
  }),
  retention: z.strictObject({
    transferDays: count,
    answerDays: count,
    extractDays: count,
    auditUploadDays: count,
    mailDays: count,
    attachmentDays: count,
    pdfDays: count,
  }),
  watching: z.strictObject({ metricsToken: secret, host: z.string(), port }),
  tracing: z.strictObject({ otlpUrl: z.union([z.literal(''), z.url()]) }),
});

/** The whole configuration, frozen. */
export type Config = z.output<typeof schema>;

/** Raised with every fault of the configuration at once, one a line. */
export class ConfigFault extends Error {
  readonly faults: string[];
  constructor(faults: string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n  ${faults.join('\n  ')}`,
    );
    this.faults = faults;
  }
}

type Sections = Record<string, Record<string, unknown>>;

/**
 * Reads the defaults, then the file named by FAIRLEAD_CONFIG, then the environment, then `overrides`.
 * All faults are reported together as a ConfigFault.
 */
export function loadConfig(
  overrides: Sections = {},
  env: Record<string, string | undefined> = process.env,
): Config {
  const faults: string[] = [];
  const sections = camelSections(readToml(defaultsFile, faults));
  const known = new Map(Object.entries(sections).map(([name, values]) => [name, Object.keys(values)]));
  if (env['FAIRLEAD_CONFIG']) merge(sections, camelSections(readToml(env['FAIRLEAD_CONFIG'], faults)));
  for (const [section, names] of known) {
    const prefix = `FAIRLEAD_${snake(section)}_`.toUpperCase();
    const settings = new Map(names.map((name) => [prefix + snake(name).toUpperCase(), name]));
    for (const [variable, value] of Object.entries(env)) {
      if (value === undefined || !variable.startsWith(prefix)) continue;
      const name = settings.get(variable);
      if (name === undefined) faults.push(`${variable}: there is no such setting`);
      else merge(sections, { [section]: { [name]: value } });
    }
  }
  if (env['DATABASE_URL']) merge(sections, { database: { url: env['DATABASE_URL'] } });
  merge(sections, overrides);
  const parsed = schema.safeParse(sections);
  if (!parsed.success) {
    for (const issue of parsed.error.issues)
      faults.push(`${issue.path.map((part) => snake(String(part))).join('.')}: ${issue.message}`);
  }
  const config = parsed.data;
  if (config !== undefined) faults.push(...unfitting(config));
  if (config?.server.mode === 'production') faults.push(...productionFaults(config));
  if (faults.length > 0 || config === undefined) throw new ConfigFault(faults);
  return deepFreeze(config);
}

/** What does not go together, whatever the mode. */
function unfitting({ objects, webhooks, server }: Config): string[] {
  const faults: string[] = [];
  for (const text of webhooks.allowedPrivateAddresses) {
    const block = parsePrivateBlock(text);
    // Production refuses loopback in words of its own.
    if (block === undefined || (server.mode === 'production' && holdsLoopback(block))) continue;
    if (isNeverAllowed(block))
      faults.push(
        `webhooks.allowed_private_addresses: ${text} holds link-local or metadata addresses, which are never called`,
      );
  }
  if (objects.kind === 's3' && objects.bucket === '')
    faults.push('objects.bucket: name the bucket of the S3 store');
  if ((objects.accessKey.reveal() === '') !== (objects.secretKey.reveal() === ''))
    faults.push('objects.secret_key: set both access_key and secret_key, or none');
  return faults;
}

/** Seven years: Inland Revenue's rule for payroll records. */
const payrollRecordDays = 2_557;

function productionFaults(config: Config): string[] {
  const faults: string[] = [];
  const keyFault = faultOfMasterKey(config.secrets.masterKey.reveal());
  if (keyFault !== undefined) faults.push(`secrets.master_key: ${keyFault}`);
  if (config.http.trustedProxies.length === 0)
    faults.push(
      'http.trusted_proxies: production needs the CIDR blocks of the proxies in front, or "none" when callers connect directly',
    );
  if (config.retention.transferDays < payrollRecordDays || config.retention.pdfDays < payrollRecordDays)
    faults.push(
      `retention.transfer_days, retention.pdf_days: payroll records and what was signed are kept for seven years (${payrollRecordDays})`,
    );
  if (config.desk.helpdeskAddress === '' || config.desk.helpdeskAddress.endsWith('@vendor.example'))
    faults.push('desk.helpdesk_address: production needs the address that makes tickets');
  const blocks = config.webhooks.allowedPrivateAddresses.flatMap((text) => parsePrivateBlock(text) ?? []);
  if (blocks.some(holdsLoopback))
    faults.push(
      'webhooks.allowed_private_addresses: production refuses loopback; set it to [] or to your own blocks',
    );
  else if (blocks.some(({ customer }) => customer === null))
    faults.push(
      'webhooks.allowed_private_addresses: production allows a block to one customer; write its code before it, such as KOWHAI=10.1.0.0/16',
    );
  if (config.server.publicUrl === '')
    faults.push('server.public_url: production needs the address people use');
  else if (!isPrivateWay(new URL(config.server.publicUrl)))
    faults.push(
      'server.public_url: production needs https, or sessions and keys could be read on their way (http only for localhost)',
    );
  if (config.mail.transport === 'kept' || config.mail.relayUrl.reveal() === '')
    faults.push('mail.transport: production needs "relay" and mail.relay_url, or nobody gets a sign-in link');
  if (/@vendor\.example>?$/.test(config.mail.from))
    faults.push('mail.from: production needs an address of your own to send from');
  if (config.database.url.reveal() === '')
    faults.push('database.url: production needs a PostgreSQL 18 (DATABASE_URL)');
  return faults;
}

/** Under the address of no host, `0.0.0.0` and `::`, a system reaches itself as well. */
const ownAddresses = ['127.0.0.1', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1', '::ffff:0.0.0.0'];

/** Whether a CIDR block has an address of this machine itself in it, in either spelling. */
function holdsLoopback({ network, prefix }: PrivateBlock): boolean {
  const list = new BlockList();
  list.addSubnet(network, prefix, isIPv6(network) ? 'ipv6' : 'ipv4');
  const own = /^(::ffff:)?(127|0)\./i;
  return (
    own.test(network) ||
    ownAddresses.some((address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'))
  );
}

/** Whether nobody can read along on the way to an address: it is encrypted, or does not leave this machine. */
function isPrivateWay({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}

/** The address under which people reach the console, without a slash at the end. */
export function publicUrl(config: Config): string {
  return (config.server.publicUrl || `http://localhost:${config.http.port}`).replace(/\/$/, '');
}

/** How many hours the vendor works in a day. */
export function businessDayHours({ vendor }: Pick<Config, 'vendor'>): number {
  const day = Temporal.PlainTime.from(vendor.businessStart).until(vendor.businessEnd);
  return day.total('hours');
}

function readToml(file: string | URL, faults: string[]): Sections {
  try {
    return parse(readFileSync(file, 'utf8')) as Sections;
  } catch (error) {
    faults.push(`${String(file)}: ${(error as Error).message.split('\n')[0]}`);
    return {};
  }
}

function camelSections(sections: Sections): Sections {
  return Object.fromEntries(
    Object.entries(sections).map(([section, values]) => [
      camel(section),
      Object.fromEntries(Object.entries(values).map(([name, value]) => [camel(name), value])),
    ]),
  );
}

function merge(target: Sections, source: Sections): void {
  for (const [section, values] of Object.entries(source)) {
    target[section] = { ...target[section], ...values };
  }
}

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function isCidr(text: string): boolean {
  const [network = '', prefix = '', ...rest] = text.split('/');
  const family = isIP(network);
  return (
    rest.length === 0 && family > 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128)
  );
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !(value instanceof Secret)) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
