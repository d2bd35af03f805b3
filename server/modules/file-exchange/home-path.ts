/** A place in a home: its folder and, below it, a name. */
export interface HomePath {
  path: string;
  folder: string;
  name: string;
}

const maxNameBytes = 255;

/** Resolves any path a client sends to one inside the home: `..` at the top stays at the top. */
export function resolvePath(text: string): HomePath {
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return {
    path: `/${parts.join('/')}`,
    folder: `/${parts.slice(0, -1).join('/')}`,
    name: parts.at(-1) ?? '',
  };
}

/** Whether a file may carry this name: at most 255 bytes and no control characters. */
export function isFileName(name: string): boolean {
  // biome reads a control character in a pattern as a slip, so the codes are compared.
  const isPlain = [...name].every(
    (character) => (character.codePointAt(0) ?? 0) >= 32 && character !== '\u007f',
  );
  return name !== '' && isPlain && Buffer.byteLength(name) <= maxNameBytes;
}

/** Whether files in a folder are only checked: /in/validate, or the folder of an exchange below it. */
export function isDryRun(folder: string): boolean {
  return folder === '/in/validate' || folder.startsWith('/in/validate/');
}

const unfinishedName = /^\.|\.(part|filepart|partial|tmp)$/i;

export type IncomingKind = 'partial' | 'control' | 'probe' | 'data';

/** What a file put into /in is, by its name. A `.part` is no file yet: it becomes one at its rename. */
export function kindOfName(name: string): IncomingKind {
  if (unfinishedName.test(name)) return 'partial';
  if (name.endsWith('.ctl.json')) return 'control';
  if (/^probe-[a-z0-9]+\.txt$/.test(name)) return 'probe';
  return 'data';
}
