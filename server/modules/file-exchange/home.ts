import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/database.ts';
import type { StoredObject } from '#platform/objects.ts';
import type { Platform } from '#platform/platform.ts';
import { read, transact, type Work } from '#platform/transact.ts';
import type { Login } from './account-store.ts';
import { collectFile } from './collect-file.ts';
import { type Exchange, listExchanges } from './exchange-store.ts';
import { compileNaming } from './file-name.ts';
import { findFile, type HomeFile, listFiles, lockName, removeFile, setModifiedAt } from './file-store.ts';
import { type HomePath, isFileName, kindOfName, resolvePath } from './home-path.ts';
import { receiveFile } from './receive-file.ts';

/** Why something in a home is refused; each door has its own word for it. */
export class HomeRefusal extends Error {
  readonly reason: 'no-such-file' | 'permission-denied' | 'failure';
  constructor(reason: HomeRefusal['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A file or folder of a home; `file` is absent for folders. */
export interface HomeEntry {
  name: string;
  isFolder: boolean;
  sizeBytes: number;
  modifiedAt: Temporal.Instant;
  file?: HomeFile;
}

/** How a file is received: only where there is none of its name, and with the time that its customer gave it. */
export interface ReceivedAs {
  isExclusive?: boolean;
  setModifiedAt?: Temporal.Instant | undefined;
}

/** What one environment's customer sees over a door. Every path is resolved inside it. */
export interface Home {
  readonly scope: { customerId: string; environmentId: string };
  find(path: string): Promise<HomeEntry | undefined>;
  /** A page of a folder, by name after `after`; undefined when there is no such folder. */
  list(path: string, after: string, limit: number): Promise<HomeEntry[] | undefined>;
  /** Refuses what may not be written, before any byte is; gives the file that is there already. */
  checkWritable(path: string): Promise<HomeFile | undefined>;
  /** Publishes bytes that are durable already; when it resolves, the file and its event are committed. */
  receive(path: string, stored: StoredObject, as?: ReceivedAs): Promise<HomeEntry>;
  rename(from: string, to: string, replace: boolean): Promise<HomeEntry>;
  remove(path: string): Promise<void>;
  /** Gives a file that was put here the time that its customer wants to see at it. */
  setModifiedAt(file: HomeFile, at: Temporal.Instant): Promise<HomeEntry>;
  /** A file that was placed for the customer has been read whole. */
  collected(file: HomeFile): Promise<void>;
}

const noSuchFile = (path: string) => new HomeRefusal('no-such-file', `There is no ${path}`);
const denied = (message: string) => new HomeRefusal('permission-denied', message);

/** Opens the home that a login sees. */
export function openHome(platform: Platform, login: Login): Home {
  const scope = { customerId: login.customerId, environmentId: login.environmentId };
  const { environmentId } = login;
  const actor: Actor = {
    kind: 'credential',
    id: login.accountId,
    label: login.userName,
    customerId: login.customerId,
    environmentId,
    scopes: ['files'],
  };
  const within = <T>(fn: (sql: Tx, folders: Map<string, Exchange[]>) => Promise<T>) =>
    read(platform, scope, async (sql) => fn(sql, foldersOf(await listExchanges(sql, environmentId))));
  const folderEntry = (path: string): HomeEntry => ({
    name: resolvePath(path).name,
    isFolder: true,
    sizeBytes: 0,
    modifiedAt: platform.clock.now(),
  });

  return {
    scope,
    find: (text) =>
      within(async (sql, folders) => {
        const { path, folder, name } = resolvePath(text);
        if (folders.has(path)) return folderEntry(path);
        const file = await findFile(sql, environmentId, folder === '' ? '/' : folder, name);
        return file && fileEntry(file);
      }),

    list: (text, after, limit) =>
      within(async (sql, folders) => {
        const { path } = resolvePath(text);
        if (!folders.has(path)) return undefined;
        const below = path === '/' ? '/' : `${path}/`;
        const inside = [...folders.keys()]
          .filter((one) => one !== path && one.startsWith(below) && !one.slice(below.length).includes('/'))
          .map(folderEntry)
          .filter((entry) => entry.name > after);
        const files = await listFiles(sql, environmentId, path, after, limit);
        return [...inside, ...files.map(fileEntry)]
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .slice(0, limit);
      }),

    checkWritable: (text) =>
      within(async (sql, folders) => {
        const at = resolvePath(text);
        exchangeOf(folders, at);
        return findFile(sql, environmentId, at.folder, at.name);
      }),

    receive: (text, stored, as = {}) =>
      transact(platform, scope, actor, async (work) => {
        const at = resolvePath(text);
        const exchanges = await listExchanges(work.sql, environmentId);
        const exchange = exchangeOf(foldersOf(exchanges), at);
        if (as.isExclusive) await refuseTaken(work, environmentId, at);
        const setModifiedAt = as.setModifiedAt ?? null;
        return fileEntry(
          await receiveFile(work, { login, exchange, at, stored, setModifiedAt, arrival: 'upload' }),
        );
      }),

    rename: (fromText, toText, replace) =>
      transact(platform, scope, actor, async (work) => {
        const [from, to] = [resolvePath(fromText), resolvePath(toText)];
        const folders = foldersOf(await listExchanges(work.sql, environmentId));
        const file = await findFile(work.sql, environmentId, from.folder, from.name);
        if (file === undefined)
          throw folders.has(from.path) ? denied('Folders stay as they are') : noSuchFile(from.path);
        if (file.kind !== 'partial') throw denied('A file that was received keeps its name');
        const exchange = exchangeOf(folders, to);
        if (!replace) await refuseTaken(work, environmentId, to);
        if (!(await removeFile(work.sql, environmentId, file.id, work.now))) throw noSuchFile(from.path);
        const stored = { key: file.objectKey, sha256: file.sha256, sizeBytes: file.sizeBytes };
        const { setModifiedAt } = file;
        return fileEntry(
          await receiveFile(work, { login, exchange, at: to, stored, setModifiedAt, arrival: 'rename' }),
        );
      }),

    remove: (text) =>
      transact(platform, scope, actor, async (work) => {
        const { path, folder, name } = resolvePath(text);
        const file = await findFile(work.sql, environmentId, folder, name);
        if (file === undefined) {
          const folders = foldersOf(await listExchanges(work.sql, environmentId));
          throw folders.has(path) ? denied('Folders stay as they are') : noSuchFile(path);
        }
        if (file.kind === 'data' || folder === '/archive') throw denied('A file that was received is kept');
        if (!(await removeFile(work.sql, environmentId, file.id, work.now))) throw noSuchFile(path);
      }),

    setModifiedAt: (file, at) =>
      transact(platform, scope, actor, async (work) => {
        await setModifiedAt(work.sql, environmentId, file.id, at);
        return fileEntry({ ...file, setModifiedAt: at });
      }),

    collected: async (file) => {
      if (file.collectedAt !== null || !file.folder.startsWith('/out/')) return;
      await transact(platform, scope, actor, (work) => collectFile(work, login, file));
    },
  };
}

/** Every folder of a home; those into which files are put with the exchanges that a file there may belong to. */
function foldersOf(exchanges: Exchange[]): Map<string, Exchange[]> {
  const folders = new Map<string, Exchange[]>();
  for (const path of ['/', '/in', '/out', '/out/ack', '/out/extracts', '/archive']) folders.set(path, []);
  const incoming = exchanges.filter((exchange) => exchange.direction === 'in');
  folders.set('/in/validate', incoming);
  for (const exchange of incoming) folders.set(`/in/validate/${exchange.code}`, [exchange]);
  for (const exchange of exchanges) {
    folders.set(`/in/${exchange.code}`, [exchange]);
    folders.set(`/out/${exchange.code}`, [exchange]);
  }
  return folders;
}

/**
 * The exchange that a file put at a path belongs to: the folder's, and in /in/validate the first whose naming its name
 * follows, or else the first. Throws the refusal when none may be put there.
 */
function exchangeOf(folders: Map<string, Exchange[]>, at: HomePath): Exchange {
  if (folders.has(at.path)) throw denied(`${at.path} is a folder`);
  const candidates = folders.get(at.folder);
  if (candidates === undefined) throw noSuchFile(at.folder);
  if (!at.folder.startsWith('/in/')) throw denied('Put files into /in/<exchange>/');
  const isNamedFor = (one: Exchange) => namesOf(at.name).some(compileNaming(one.namingInForce));
  const exchange = (candidates.length > 1 ? candidates.find(isNamedFor) : undefined) ?? candidates[0];
  if (exchange === undefined) throw denied('There is no exchange here yet to check files against');
  if (!isFileName(at.name))
    throw new HomeRefusal('failure', 'A name has at most 255 bytes and no control characters');
  const kind = kindOfName(at.name);
  if (exchange.direction === 'out' && kind === 'data') throw denied('This exchange only sends files out');
  return exchange;
}

/** The names of a data file that a name may stand for: a control file goes with its data file. */
function namesOf(name: string): string[] {
  const stem = name.replace(/\.ctl\.json$/, '');
  return [stem, `${stem}.csv`];
}

/** Refuses a name that a file has; until the transaction ends nobody else puts one there. */
async function refuseTaken(work: Work, environmentId: string, at: HomePath): Promise<void> {
  await lockName(work.sql, environmentId, at);
  if ((await findFile(work.sql, environmentId, at.folder, at.name)) !== undefined)
    throw new HomeRefusal('failure', `There is a file ${at.path} already`);
}

function fileEntry(file: HomeFile): HomeEntry {
  const { name, sizeBytes } = file;
  return { name, isFolder: false, sizeBytes, modifiedAt: file.setModifiedAt ?? file.modifiedAt, file };
}
