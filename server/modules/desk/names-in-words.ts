import { foldSearch } from '#contract/text.ts';

/** How a customer is called. */
export interface CustomerNames {
  id: string;
  code: string;
  name: string;
}

/**
 * A name or code that stands in a text. `certain`: nothing else can be meant. `doubt`: perhaps this customer, so that
 * no other one is certain either. `hint`: probably an ordinary word.
 */
export interface NameFound {
  customerId: string;
  by: 'name' | 'code';
  found: string;
  grade: 'certain' | 'doubt' | 'hint';
}

interface Token {
  raw: string;
  /** In lower case, without accents and apostrophes. */
  folded: string;
  /** The same without a possessive s. */
  base: string;
  at: number;
  end: number;
  /** Whether a mark that ends a sentence stands before it. */
  afterStop: boolean;
}

interface Form {
  customerId: string;
  tokens: Token[];
  by: NameFound['by'];
}

interface Names {
  id: string;
  folded: string;
  forms: Form[];
}

const namesByText = new Map<string, Names>();
const mostKnown = 50_000;

/** Words of our own trade: a name or code that consists of them alone never points to a customer with certainty. */
const tradeWords = new Set(
  `api csv erp fms ftp gst hcm hr hris http https id ird it json nz ok pdf pgp po saas sftp sso ssh url web xml
  access account accounts and audit bank business company cloud customer customers data direct employee employees
  employer estimate exchange feed file files for from group health helpdesk hours human import integration
  integrations job jobs leave limited ltd management new of office online open our pay payroll people person
  portal resources roster rosters services service software solutions staff support system systems team test the
  time timesheet timesheets to transfer update vendor wages webhook webhooks work workforce`.split(/\s+/),
);
const companyForms = new Set(['limited', 'ltd', 'lp', 'llc', 'inc', 'pty', 'plc', 'gmbh']);
/** Soft hyphens and zero-width characters stand inside words and are no part of them. */
const unseen = /\p{Default_Ignorable_Code_Point}/gu;
const apostrophe = /['’‘´`ʼʻ]/g;
const word = /[\p{L}\p{N}\p{M}]+(?:['’‘´`ʼʻ][\p{L}\p{N}\p{M}]+)*/gu;

/** Finds which customers a text names, in whatever case, spacing and accents; of overlapping names the longest wins. */
export function namesInWords(customers: CustomerNames[], text: string): NameFound[] {
  const known = customers.map(knownNames);
  const byFirst = Map.groupBy(
    known.flatMap(({ forms }) => forms),
    (form) => form.tokens[0]?.folded ?? '',
  );
  const plain = plainText(text);
  const tokens = tokensOf(plain);
  const hits: { form: Form; from: number; to: number }[] = [];
  for (const [from, { folded, base }] of tokens.entries())
    for (const first of new Set([folded, base]))
      for (const form of byFirst.get(first) ?? [])
        if (standsAt(form, tokens, from, plain)) hits.push({ form, from, to: from + form.tokens.length });
  const longest = outermost(hits);
  const beginsLonger = familyCheck(known);
  const found = longest.map(({ form, from, to }): NameFound => {
    const written = tokens.slice(from, to);
    return {
      customerId: form.customerId,
      by: form.by,
      found: plain.slice(written[0]?.at, written.at(-1)?.end).replace(/\s+/g, ' '),
      grade: gradeOf(form, written, goesOn(tokens, to, plain) && beginsLonger(form)),
    };
  });
  return [...new Map(found.map((one) => [`${one.customerId} ${one.by} ${one.grade}`, one])).values()];
}

/** The hits that lie in no longer one. */
function outermost<Hit extends { from: number; to: number }>(hits: Hit[]): Hit[] {
  const bySpan = Map.groupBy(
    hits.toSorted((a, b) => a.from - b.from || b.to - a.to),
    ({ from, to }) => `${from}-${to}`,
  );
  let reach = 0;
  return [...bySpan.values()].flatMap((same) => {
    const to = same[0]?.to ?? 0;
    if (to <= reach) return [];
    reach = to;
    return same;
  });
}

function gradeOf(form: Form, written: Token[], maybeAnother: boolean): NameFound['grade'] {
  const trade = form.tokens.every((one) => tradeWords.has(one.folded));
  const asWritten = written.every((one, index) => startsBig(one.raw) || !startsBig(form.tokens[index]?.raw));
  if (form.by === 'code') return trade || form.tokens[0]?.raw !== written[0]?.raw ? 'hint' : 'doubt';
  if (form.tokens.length === 1) return asWritten && !trade ? 'doubt' : 'hint';
  return asWritten && !trade && !maybeAnother ? 'certain' : 'doubt';
}

/** What a customer's names come to; reading them is most of the work, and they seldom change. */
function knownNames(customer: CustomerNames): Names {
  const key = `${customer.id} ${customer.code} ${customer.name}`;
  const before = namesByText.get(key);
  if (before !== undefined) return before;
  const names = { id: customer.id, folded: foldName(customer.name), forms: formsOf(customer) };
  if (namesByText.size >= mostKnown) namesByText.clear();
  namesByText.set(key, names);
  return names;
}

/** The full name, the name without brackets, and without what says what kind of company it is; and the code. */
function formsOf({ id, code, name }: CustomerNames): Form[] {
  const full = tokensOf(plainText(name));
  const bare = tokensOf(plainText(name.replace(/\([^()]*\)|\[[^\]]*\]/g, ' ')));
  const forms = [full, bare, withoutCompany(full), withoutCompany(bare)];
  const distinct = new Map(forms.map((tokens) => [tokens.map((one) => one.folded).join(' '), tokens]));
  distinct.delete('');
  return [
    ...[...distinct.values()].map((tokens): Form => ({ customerId: id, tokens, by: 'name' })),
    { customerId: id, tokens: tokensOf(code), by: 'code' },
  ];
}

function withoutCompany(tokens: Token[]): Token[] {
  const last = tokens.findLastIndex((one) => !companyForms.has(one.folded));
  const first = tokens[0]?.folded === 'the' ? 1 : 0;
  return tokens.slice(first, last + 1);
}

function standsAt(form: Form, tokens: Token[], from: number, text: string): boolean {
  return form.tokens.every((wanted, index) => {
    const here = tokens[from + index];
    const isLast = index === form.tokens.length - 1;
    if (here?.folded !== wanted.folded && !(isLast && here?.base === wanted.folded)) return false;
    const before = index === 0 ? undefined : tokens[from + index - 1];
    if (before === undefined) return true;
    return (!here.afterStop || wanted.afterStop) && isOneGap(text.slice(before.end, here.at));
  });
}

/** Words of a name may be wrapped and quoted, but no empty line stands between them. */
function isOneGap(gap: string): boolean {
  return gap.length <= 40 && (gap.match(/\n/g)?.length ?? 0) <= 1;
}

/** Tells whether another customer's name begins with a form, such as "Tui Logistics South" with "Tui Logistics". */
function familyCheck(names: Names[]): (form: Form) => boolean {
  const known = new Map<Form, boolean>();
  return (form) => {
    const own = `${form.tokens.map((one) => one.folded).join(' ')} `;
    const begins =
      known.get(form) ?? names.some(({ id, folded }) => id !== form.customerId && folded.startsWith(own));
    known.set(form, begins);
    return begins;
  };
}

/** Whether the name seems to go on with a further word that begins with a capital. */
function goesOn(tokens: Token[], to: number, text: string): boolean {
  const [last, next] = [tokens[to - 1], tokens[to]];
  return (
    last !== undefined &&
    next !== undefined &&
    /^\s$/.test(text.slice(last.end, next.at)) &&
    startsBig(next.raw)
  );
}

function foldName(name: string): string {
  return tokensOf(plainText(name))
    .map((one) => one.folded)
    .join(' ');
}

function plainText(text: string): string {
  return text.normalize('NFC').replace(unseen, '').replaceAll('&', ' and ').replace(/\r\n?/g, '\n');
}

function tokensOf(text: string): Token[] {
  let end = 0;
  return [...text.matchAll(word)].map(({ 0: raw, index }) => {
    const afterStop = /[.!?:;]/.test(text.slice(end, index));
    end = index + raw.length;
    const folded = foldSearch(raw.replace(apostrophe, ''));
    const base = /['’´`]s$/i.test(raw) ? folded.slice(0, -1) : folded;
    return { raw, folded, base, at: index, end, afterStop };
  });
}

function startsBig(text = ''): boolean {
  return /^[\p{Lu}\p{Lt}\p{N}]/u.test(text);
}
