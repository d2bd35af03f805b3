import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../docs/api/', import.meta.url);

/** A fenced block of the guide: its page, the words after its fence, and what it holds. */
export interface DocSample {
  page: string;
  kind: string;
  text: string;
}

/** Every fenced block of the guide's pages, in the order of the page. */
export function docSamples(): DocSample[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .flatMap((page) =>
      [...readFileSync(new URL(page, folder), 'utf8').matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(
        ([, kind = '', text = '']) => ({ page, kind, text }),
      ),
    );
}

/** A call as a sample writes it. */
export interface SampleCall {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** Reads a curl command as a shell would: quotes, line ends after a backslash, and variables in double quotes. */
export function readCurl(text: string, variables: Record<string, string>): SampleCall {
  const words = [...text.matchAll(/\\\n|'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s'"\\]+)/g)]
    .filter(([whole]) => whole !== '\\\n')
    .map(
      ([, single, double, bare]) =>
        single ?? (double ?? bare ?? '').replace(/\$(\w+)/g, (_, name: string) => variables[name] ?? ''),
    );
  if (words.shift() !== 'curl') throw new Error(`not a curl command: ${text}`);
  const call: SampleCall = { method: 'GET', url: '', headers: {}, body: undefined };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-X') call.method = words.shift() ?? '';
    else if (word === '-d') call.body = words.shift();
    else if (word === '-H') {
      const [name = '', ...value] = (words.shift() ?? '').split(': ');
      call.headers[name.toLowerCase()] = value.join(': ');
    } else if (word.startsWith('-')) throw new Error(`curl with ${word} is not read here`);
    else call.url = word;
  }
  return call;
}

/** Reads a request written as HTTP: its line, its headers, an empty line, its body. */
export function readHttp(text: string): SampleCall {
  const [head = '', ...body] = text.split('\n\n');
  const [line = '', ...headers] = head.trim().split('\n');
  const [method = '', url = ''] = line.split(' ');
  return {
    method,
    url,
    headers: Object.fromEntries(
      headers.map((one) => [
        one.slice(0, one.indexOf(':')).toLowerCase(),
        one.slice(one.indexOf(':') + 1).trim(),
      ]),
    ),
    body: body.length === 0 ? undefined : body.join('\n\n'),
  };
}
