import type { Duplex, Writable } from 'node:stream';
import { type Home, type HomeEntry, HomeRefusal, resolvePath } from '#modules/file-exchange/index.ts';
import { IncompleteObject } from '#platform/objects.ts';
import type { Platform } from '#platform/platform.ts';
import type { Attributes } from './attributes.ts';
import { DownloadHandle, FolderHandle, type Handle, openUpload, UploadHandle } from './handles.ts';
import {
  encodeData,
  encodeEntry,
  encodeFileSystem,
  encodeHandle,
  encodeLimits,
  encodeNames,
  encodeOk,
  encodePath,
  encodeStatus,
  encodeVersion,
  maxDataBytes,
  maxHandles,
  type Status,
  status,
} from './replies.ts';
import { RequestQueue } from './request-queue.ts';
import { decodeRequest, type Name, type Request } from './requests.ts';
import { BadPacket, PacketSplitter } from './wire.ts';

const pageEntries = 100;
const maxInFlightBytes = 4 * 1024 * 1024;
const maxInFlightRequests = 256;
const rememberedUploads = 1_000;
const writeType = 6;

/** One SFTP subsystem on one channel. It ends with the channel: what was not closed by then never was. */
export class SftpSession {
  readonly #channel: Duplex;
  readonly #home: Home;
  readonly #connection: Writable;
  readonly #platform: Platform;
  readonly #splitter = new PacketSplitter();
  readonly #handles = new Map<string, Handle>();
  /** What this session put, so that a client can still look at what has moved on to the archive. */
  readonly #uploaded = new Map<string, HomeEntry>();
  #initialised = false;
  #closed = false;
  #nextHandle = 1;
  #isPaused = false;
  readonly #queue = new RequestQueue(
    (answer, onSent) => this.#reply(answer, onSent),
    () => this.#balance(),
  );

  /** `connection` is what carries the channel: a client that takes no answers from it is asked for nothing more. */
  constructor(platform: Platform, channel: Duplex, home: Home, connection: Writable) {
    this.#platform = platform;
    this.#channel = channel;
    this.#home = home;
    this.#connection = connection;
    const balance = () => this.#balance();
    connection.on('drain', balance);
    channel.once('close', () => connection.off('drain', balance));
    channel.on('data', (piece: Buffer) => this.#take(piece));
    channel.on('drain', () => this.#balance());
    channel.on('error', () => this.#abandon());
    channel.on('close', () => this.#abandon());
    channel.on('end', () => this.#finish());
  }

  /** Resolves when everything asked so far has been answered. */
  settled(): Promise<void> {
    return this.#queue.settled();
  }

  #take(piece: Buffer): void {
    if (this.#closed) return;
    try {
      for (const packet of this.#splitter.push(piece)) this.#dispatch(packet);
    } catch (error) {
      // A bug of ours must not take the other sessions down with it.
      if (error instanceof BadPacket)
        this.#platform.log.warn(
          { fault: error.message },
          'an sftp client sent what is no packet; its session was closed',
        );
      else this.#platform.log.error({ err: error }, 'an sftp session failed and was closed');
      this.#end(1);
    }
    this.#balance();
  }

  #dispatch(packet: Buffer): void {
    let request: Request;
    try {
      request = decodeRequest(packet);
    } catch (error) {
      if (!(error instanceof BadPacket) || error.id === undefined || !this.#initialised) throw error;
      this.#refuseUnread(packet, error.id, error.message);
      return;
    }
    if (request.type === 'init' || !this.#initialised) {
      if (request.type !== 'init' || this.#initialised)
        throw new BadPacket('the session did not begin with one init');
      this.#initialised = true;
      this.#reply(encodeVersion());
      return;
    }
    const { id } = request;
    if (request.type === 'write') {
      const { handle, data, offset } = request;
      const work = () => this.#write(id, handle, data, offset);
      this.#run(id, work, { isAlone: false, weight: data.length });
    } else if (request.type === 'read') this.#runRead(request);
    else {
      const asked = request;
      // What the client may have been answered is settled now, not when the close has its turn.
      const handle = request.type === 'close' ? this.#handles.get(request.handle) : undefined;
      const isCollected = handle instanceof DownloadHandle && handle.isSent();
      this.#run(id, () => this.#answer(asked, isCollected), { isAlone: true });
    }
  }

  /** Answers a request that could not be read. A write among them has no known handle, so no upload is whole any more. */
  #refuseUnread(packet: Buffer, id: number, message: string): void {
    const isWrite = packet[0] === writeType;
    const work = async () => {
      if (isWrite)
        for (const handle of this.#handles.values())
          if (handle instanceof UploadHandle) await handle.giveUp(undefined);
      return encodeStatus(id, status.badMessage, message);
    };
    this.#run(id, work, { isAlone: true });
  }

  #runRead({ id, handle: name, offset, length }: Request & { type: 'read' }): void {
    const atMost = Math.min(length, maxDataBytes);
    let sent = () => {};
    const work = async () => {
      const handle = this.#handles.get(name);
      if (!(handle instanceof DownloadHandle))
        throw new HomeRefusal('failure', 'This handle is not open for reading');
      const data = await handle.read(offset, atMost);
      sent = () => handle.sent(offset, data.length);
      return data.length === 0 ? encodeStatus(id, status.eof, 'End of file') : encodeData(id, data);
    };
    this.#run(id, work, { isAlone: false, weight: atMost, onSent: () => sent() });
  }

  /** Runs a request in its turn, and answers a failure. */
  #run(
    id: number,
    work: () => Promise<Buffer>,
    how: { isAlone: boolean; weight?: number; onSent?: () => void },
  ): void {
    const answer = () =>
      work().catch((error: unknown) => {
        const [code, message] = this.#translate(error);
        return encodeStatus(id, code, message);
      });
    this.#queue.run(answer, how);
  }

  /** Stops reading from the client while too much is under way or it does not take its answers. */
  #balance(): void {
    const full =
      this.#queue.weight > maxInFlightBytes ||
      this.#queue.length > maxInFlightRequests ||
      this.#channel.writableLength > maxInFlightBytes ||
      this.#connection.writableLength > maxInFlightBytes;
    if (full === this.#isPaused || this.#closed) return;
    this.#isPaused = full;
    if (full) this.#channel.pause();
    else this.#channel.resume();
  }

  #reply(packet: Buffer, onSent?: () => void): void {
    if (this.#closed || !this.#channel.writable) return;
    this.#channel.write(packet, (error) => {
      if (!error) onSent?.();
    });
  }

  async #write(id: number, name: string, data: Buffer, offset: number): Promise<Buffer> {
    const handle = this.#handles.get(name);
    if (!(handle instanceof UploadHandle))
      throw new HomeRefusal('failure', 'This handle is not open for writing');
    if (data.length > maxDataBytes) {
      const refusal = `Write at most ${maxDataBytes} bytes at once; nothing of this file was kept`;
      await handle.giveUp(new HomeRefusal('failure', refusal));
      throw new HomeRefusal('failure', refusal);
    }
    await handle.write(data, offset);
    return encodeOk(id);
  }

  async #answer(
    request: Exclude<Request, { type: 'init' | 'read' | 'write' }>,
    isCollected: boolean,
  ): Promise<Buffer> {
    const { id } = request;
    switch (request.type) {
      case 'open':
        return this.#open(request);
      case 'close':
        return this.#close(id, request.handle, isCollected);
      case 'opendir': {
        const path = usable(request.path);
        if ((await this.#home.list(path, '', 1)) === undefined)
          throw new HomeRefusal('no-such-file', `There is no folder ${resolvePath(path).path}`);
        return this.#grant(id, new FolderHandle(path));
      }
      case 'readdir':
        return this.#readFolder(id, request.handle);
      case 'stat':
      case 'lstat':
        return encodeEntry(id, await this.#entry(usable(request.path)));
      case 'fstat':
        return encodeEntry(id, this.#handleOf(request.handle).entry(this.#platform.clock.now()));
      case 'setstat':
        await this.#setAttributes(usable(request.path), request.attributes);
        return encodeOk(id);
      case 'fsetstat': {
        const handle = this.#handleOf(request.handle);
        if (handle instanceof UploadHandle) await setOpenAttributes(handle, request.attributes);
        else refuseAttributes(handle.entry(this.#platform.clock.now()), request.attributes);
        return encodeOk(id);
      }
      case 'fsync': {
        const handle = this.#handleOf(request.handle);
        if (handle instanceof UploadHandle) await handle.sync();
        return encodeOk(id);
      }
      case 'realpath':
        return encodePath(id, resolvePath(usable(request.path)).path);
      case 'remove': {
        const path = usable(request.path);
        this.#refuseOpen(path);
        await this.#home.remove(path);
        this.#uploaded.delete(resolvePath(path).path);
        return encodeOk(id);
      }
      case 'rename':
      case 'posix-rename': {
        const [from, to] = [usable(request.path), usable(request.target)];
        this.#refuseOpen(from);
        const renamed = await this.#home.rename(from, to, request.type === 'posix-rename');
        this.#uploaded.delete(resolvePath(from).path);
        this.#remember(to, renamed);
        return encodeOk(id);
      }
      case 'mkdir':
        if ((await this.#home.find(usable(request.path))) !== undefined)
          throw new HomeRefusal('failure', 'It is there already');
        throw new HomeRefusal('permission-denied', 'Folders come with exchanges; they are not made here');
      case 'rmdir':
        throw new HomeRefusal('permission-denied', 'Folders stay as they are');
      case 'statvfs':
      case 'fstatvfs':
        return encodeFileSystem(id);
      case 'limits':
        return encodeLimits(id);
      default:
        return encodeStatus(id, status.unsupported, 'This is not offered here');
    }
  }

  async #open(request: Request & { type: 'open' }): Promise<Buffer> {
    const path = usable(request.path);
    if (this.#handles.size >= maxHandles)
      throw new HomeRefusal('failure', `At most ${maxHandles} files can be open`);
    const isWriting = (request.flags & 0x2) !== 0;
    if (isWriting) {
      const handle = await this.#openUpload(path, request.flags);
      await setOpenAttributes(handle, { size: request.attributes.size });
      return this.#grant(request.id, handle);
    }
    const entry = await this.#entry(path);
    if (entry.file === undefined) throw new HomeRefusal('failure', 'This is a folder');
    const reader = await this.#platform.objects.openReader(entry.file.objectKey);
    return this.#grant(request.id, new DownloadHandle(entry.file, reader));
  }

  async #openUpload(path: string, flags: number): Promise<UploadHandle> {
    const existing = await this.#home.checkWritable(path);
    const known = existing ?? this.#uploaded.get(resolvePath(path).path)?.file;
    const partial = existing?.kind === 'partial' ? existing : undefined;
    const isReceived = partial === undefined && known !== undefined && known.kind !== 'partial';
    const owner = { class: 'transfer' as const, ...this.#home.scope };
    const { maxUploadBytes: maxBytes } = this.#platform.config.files;
    return openUpload(this.#platform.objects, { path, partial, isReceived, owner }, { flags, maxBytes });
  }

  #grant(id: number, handle: Handle): Buffer {
    const name = String(this.#nextHandle++);
    if (this.#closed || this.#handles.size >= maxHandles) {
      void handle.abandon();
      throw new HomeRefusal('failure', `At most ${maxHandles} files can be open`);
    }
    this.#handles.set(name, handle);
    return encodeHandle(id, name);
  }

  /** The one completion signal: bytes durable, row and event committed, and only then OK. */
  async #close(id: number, name: string, isCollected: boolean): Promise<Buffer> {
    const handle = this.#handleOf(name);
    this.#handles.delete(name);
    if (handle instanceof UploadHandle) await this.#publish(handle);
    else await handle.abandon();
    if (handle instanceof DownloadHandle && isCollected) await this.#home.collected(handle.file);
    return encodeOk(id);
  }

  async #publish(handle: UploadHandle): Promise<void> {
    const { path, isExclusive, setModifiedAt } = handle;
    const stored = await handle.finish();
    try {
      this.#remember(path, await this.#home.receive(path, stored, { isExclusive, setModifiedAt }));
    } catch (error) {
      // After any other failure the row may have been committed all the same: then these bytes are the file.
      if (error instanceof HomeRefusal) await this.#platform.objects.remove(stored.key).catch(() => {});
      throw error;
    }
  }

  /** Sets size and time of a file by its path: of one that is open here, or of one that was put here. */
  async #setAttributes(text: string, attributes: Attributes): Promise<void> {
    const open = this.#openAt(text);
    if (open !== undefined) return setOpenAttributes(open, attributes);
    const { size, modifiedAt } = attributes;
    const entry = await this.#entry(text);
    const { file } = entry;
    if (file === undefined || file.folder.startsWith('/out/')) return refuseAttributes(entry, attributes);
    if (size !== undefined && size !== entry.sizeBytes) {
      if (file.kind !== 'partial') return refuseAttributes(entry, attributes);
      const handle = await this.#openUpload(text, 0);
      await setOpenAttributes(handle, attributes);
      await this.#publish(handle);
    } else if (modifiedAt !== undefined)
      this.#remember(text, await this.#home.setModifiedAt(file, instantOf(modifiedAt)));
  }

  async #readFolder(id: number, name: string): Promise<Buffer> {
    const handle = this.#handleOf(name);
    if (!(handle instanceof FolderHandle)) throw new HomeRefusal('failure', 'This handle is no folder');
    const page = handle.isDone ? [] : ((await this.#home.list(handle.path, handle.after, pageEntries)) ?? []);
    handle.isDone = page.length < pageEntries;
    handle.after = page.at(-1)?.name ?? handle.after;
    const now = this.#platform.clock.now();
    return page.length === 0 ? encodeStatus(id, status.eof, 'End of folder') : encodeNames(id, page, now);
  }

  #openAt(text: string): UploadHandle | undefined {
    const { path } = resolvePath(text);
    for (const handle of this.#handles.values())
      if (handle instanceof UploadHandle && handle.resolvedPath === path) return handle;
    return undefined;
  }

  #refuseOpen(text: string): void {
    if (this.#openAt(text) !== undefined)
      throw new HomeRefusal('failure', 'It is being written here; close it first');
  }

  /** What is at a path: an upload that is open here, a file or folder, or an upload of this session that has moved on. */
  async #entry(text: string): Promise<HomeEntry> {
    const { path } = resolvePath(text);
    const open = this.#openAt(path);
    if (open !== undefined) return open.entry(this.#platform.clock.now());
    const entry = (await this.#home.find(path)) ?? this.#uploaded.get(path);
    if (entry === undefined) throw new HomeRefusal('no-such-file', `There is no ${path}`);
    return entry;
  }

  #remember(text: string, entry: HomeEntry): void {
    // Other files never move on to the archive: one that is gone was renamed or removed, perhaps by another session.
    if (entry.file?.kind !== 'data') return;
    const oldest = this.#uploaded.keys().next().value;
    if (this.#uploaded.size >= rememberedUploads && oldest !== undefined) this.#uploaded.delete(oldest);
    this.#uploaded.set(resolvePath(text).path, entry);
  }

  #handleOf(name: string): Handle {
    const handle = this.#handles.get(name);
    if (handle === undefined) throw new HomeRefusal('failure', 'There is no such handle');
    return handle;
  }

  #translate(error: unknown): [Status, string] {
    if (error instanceof HomeRefusal) {
      const codes = {
        'no-such-file': status.noSuchFile,
        'permission-denied': status.permissionDenied,
        failure: status.failure,
      };
      return [codes[error.reason], error.message];
    }
    if (error instanceof IncompleteObject)
      return [status.failure, 'A part of the file was never written; send it again'];
    const code = (error as { code?: string }).code;
    this.#platform.log.error({ err: error }, 'an sftp request failed');
    if (code === 'ENOSPC') return [status.failure, 'No space is left here; nothing was kept'];
    return [status.failure, 'Something went wrong on our side; nothing was kept, try again'];
  }

  /** The client has no more to ask: answer what is under way, then say goodbye, or OpenSSH waits for ever. */
  #finish(): void {
    void this.#queue.settled().then(() => this.#end(0));
  }

  #end(exitCode: number): void {
    if (this.#closed) return;
    this.#abandon();
    const channel = this.#channel as Duplex & { exit?(code: number): void; close?(): void };
    channel.exit?.(exitCode);
    channel.end();
    channel.close?.();
  }

  #abandon(): void {
    this.#closed = true;
    for (const handle of this.#handles.values()) handle.abandon().catch(() => {});
    this.#handles.clear();
  }
}

function usable(name: Name): string {
  if (name === null)
    throw new HomeRefusal('no-such-file', 'A name is UTF-8 without NUL and not longer than 4,096 bytes');
  return name;
}

const instantOf = (seconds: number) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000);

/** Sets size, then time, of a file that is being written. Owners and permissions are the account's: they change nothing. */
async function setOpenAttributes(handle: UploadHandle, { size, modifiedAt }: Attributes): Promise<void> {
  if (size !== undefined) await handle.resize(size);
  if (modifiedAt !== undefined) handle.setModifiedAt = instantOf(modifiedAt);
}

/** Refuses another size or time for what is only read here; what is so already may be set. */
function refuseAttributes(entry: HomeEntry, { size, modifiedAt }: Attributes): void {
  const seconds = Math.floor(entry.modifiedAt.epochMilliseconds / 1000);
  if (size !== undefined && size !== entry.sizeBytes)
    throw new HomeRefusal('permission-denied', 'Its size stays as it is; send the file again instead');
  if (modifiedAt !== undefined && modifiedAt !== seconds)
    throw new HomeRefusal('permission-denied', 'Only files that you put here take a time');
}
