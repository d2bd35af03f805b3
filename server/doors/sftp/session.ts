import type { Duplex } from 'node:stream';
import { type Home, type HomeEntry, HomeRefusal, resolvePath } from '#modules/file-exchange/index.ts';
import { IncompleteObject } from '#platform/objects.ts';
import type { Platform } from '#platform/platform.ts';
import { DownloadHandle, FolderHandle, type Handle, openUpload, UploadHandle } from './handles.ts';
import {
  encodeData,
  encodeEntry,
  encodeFileSystem,
  encodeHandle,
  encodeLimits,
  encodeNames,
  encodePath,
  encodeStatus,
  encodeVersion,
  maxDataBytes,
  maxHandles,
  type Status,
  status,
} from './replies.ts';
import { decodeRequest, type Name, type Request } from './requests.ts';
import { BadPacket, PacketSplitter } from './wire.ts';

const pageEntries = 100;
const maxInFlightBytes = 4 * 1024 * 1024;
const maxInFlightRequests = 256;
const rememberedUploads = 1_000;

/** One SFTP subsystem on one channel. It ends with the channel: what was not closed by then never was. */
export class SftpSession {
  readonly #channel: Duplex;
  readonly #home: Home;
  readonly #platform: Platform;
  readonly #splitter = new PacketSplitter();
  readonly #handles = new Map<string, Handle>();
  /** Uploads of this session, so that a client can still look at what has moved on to the archive. */
  readonly #uploaded = new Map<string, HomeEntry>();
  #initialised = false;
  #closed = false;
  #nextHandle = 1;
  #inFlightBytes = 0;
  #inFlightRequests = 0;
  #isPaused = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(platform: Platform, channel: Duplex, home: Home) {
    this.#platform = platform;
    this.#channel = channel;
    this.#home = home;
    channel.on('data', (piece: Buffer) => this.#take(piece));
    channel.on('drain', () => this.#balance());
    channel.on('error', () => this.#abandon());
    channel.on('close', () => this.#abandon());
    channel.on('end', () => this.#finish());
  }

  /** Resolves when everything asked so far has been answered. */
  settled(): Promise<void> {
    return this.#turn;
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
      this.#reply(encodeStatus(error.id, status.badMessage, error.message));
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
    if (request.type === 'write') this.#track(id, request.data.length, this.#write(request));
    else if (request.type === 'read')
      this.#track(id, Math.min(request.length, maxDataBytes), this.#read(request));
    else {
      const asked = request;
      const answered = this.#turn.then(() => this.#answer(asked));
      this.#turn = this.#track(id, 0, answered);
    }
  }

  /** Counts a request while it is being worked on, and answers a failure. */
  #track(id: number, bytes: number, work: Promise<void>): Promise<void> {
    this.#inFlightBytes += bytes;
    this.#inFlightRequests += 1;
    return work
      .catch((error: unknown) => {
        const [code, message] = this.#translate(error);
        this.#reply(encodeStatus(id, code, message));
      })
      .finally(() => {
        this.#inFlightBytes -= bytes;
        this.#inFlightRequests -= 1;
        this.#balance();
      });
  }

  /** Stops reading from the client while too much is under way or it does not take its answers. */
  #balance(): void {
    const full =
      this.#inFlightBytes > maxInFlightBytes ||
      this.#inFlightRequests > maxInFlightRequests ||
      this.#channel.writableLength > maxInFlightBytes;
    if (full === this.#isPaused || this.#closed) return;
    this.#isPaused = full;
    if (full) this.#channel.pause();
    else this.#channel.resume();
  }

  #reply(packet: Buffer): void {
    if (!this.#closed && this.#channel.writable) this.#channel.write(packet);
  }

  #ok(id: number): void {
    this.#reply(encodeStatus(id, status.ok, 'OK'));
  }

  async #write(request: Request & { type: 'write' }): Promise<void> {
    const handle = this.#handles.get(request.handle);
    if (!(handle instanceof UploadHandle))
      throw new HomeRefusal('failure', 'This handle is not open for writing');
    if (request.data.length > maxDataBytes)
      throw new HomeRefusal('failure', `Write at most ${maxDataBytes} bytes at once`);
    await handle.write(request.data, request.offset);
    this.#ok(request.id);
  }

  async #read(request: Request & { type: 'read' }): Promise<void> {
    const handle = this.#handles.get(request.handle);
    if (!(handle instanceof DownloadHandle))
      throw new HomeRefusal('failure', 'This handle is not open for reading');
    const data = await handle.read(request.offset, Math.min(request.length, maxDataBytes));
    this.#reply(
      data.length === 0 ? encodeStatus(request.id, status.eof, 'End of file') : encodeData(request.id, data),
    );
  }

  async #answer(request: Exclude<Request, { type: 'init' | 'read' | 'write' }>): Promise<void> {
    const { id } = request;
    switch (request.type) {
      case 'open':
        return this.#open(request);
      case 'close':
        return this.#close(id, request.handle);
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
        return this.#reply(encodeEntry(id, await this.#entry(usable(request.path))));
      case 'fstat':
        return this.#reply(encodeEntry(id, this.#handleOf(request.handle).entry(this.#platform.clock.now())));
      case 'setstat':
        await this.#entry(usable(request.path));
        return this.#ok(id);
      case 'fsetstat':
        this.#handleOf(request.handle);
        return this.#ok(id);
      case 'fsync': {
        const handle = this.#handleOf(request.handle);
        if (handle instanceof UploadHandle) await handle.sync();
        return this.#ok(id);
      }
      case 'realpath':
        return this.#reply(encodePath(id, resolvePath(usable(request.path)).path));
      case 'remove':
        await this.#home.remove(usable(request.path));
        return this.#ok(id);
      case 'rename':
      case 'posix-rename': {
        const [from, to] = [usable(request.path), usable(request.target)];
        this.#remember(to, await this.#home.rename(from, to, request.type === 'posix-rename'));
        this.#uploaded.delete(resolvePath(from).path);
        return this.#ok(id);
      }
      case 'mkdir':
        if ((await this.#home.find(usable(request.path))) !== undefined)
          throw new HomeRefusal('failure', 'It is there already');
        throw new HomeRefusal('permission-denied', 'Folders come with exchanges; they are not made here');
      case 'rmdir':
        throw new HomeRefusal('permission-denied', 'Folders stay as they are');
      case 'statvfs':
      case 'fstatvfs':
        return this.#reply(encodeFileSystem(id));
      case 'limits':
        return this.#reply(encodeLimits(id));
      default:
        return this.#reply(encodeStatus(id, status.unsupported, 'This is not offered here'));
    }
  }

  async #open(request: Request & { type: 'open' }): Promise<void> {
    const path = usable(request.path);
    if (this.#handles.size >= maxHandles)
      throw new HomeRefusal('failure', `At most ${maxHandles} files can be open`);
    const isWriting = (request.flags & 0x2) !== 0;
    if (isWriting) {
      const existing = await this.#home.checkWritable(path);
      const { maxUploadBytes } = this.#platform.config.files;
      return this.#grant(
        request.id,
        await openUpload(this.#platform.objects, this.#home, path, request.flags, existing, maxUploadBytes),
      );
    }
    const entry = await this.#entry(path);
    if (entry.file === undefined) throw new HomeRefusal('failure', 'This is a folder');
    const reader = await this.#platform.objects.openReader(entry.file.objectKey);
    return this.#grant(request.id, new DownloadHandle(entry.file, reader));
  }

  #grant(id: number, handle: Handle): void {
    const name = String(this.#nextHandle++);
    if (this.#closed || this.#handles.size >= maxHandles) {
      void handle.abandon();
      throw new HomeRefusal('failure', `At most ${maxHandles} files can be open`);
    }
    this.#handles.set(name, handle);
    this.#reply(encodeHandle(id, name));
  }

  /** The one completion signal: bytes durable, row and event committed, and only then OK. */
  async #close(id: number, name: string): Promise<void> {
    const handle = this.#handleOf(name);
    this.#handles.delete(name);
    if (handle instanceof UploadHandle) {
      const stored = await handle.finish();
      try {
        this.#remember(handle.path, await this.#home.receive(handle.path, stored));
      } catch (error) {
        // After any other failure the row may have been committed all the same: then these bytes are the file.
        if (error instanceof HomeRefusal) await this.#platform.objects.remove(stored.key).catch(() => {});
        throw error;
      }
    } else if (handle instanceof DownloadHandle) {
      const isWhole = handle.isWhole();
      await handle.abandon();
      if (isWhole) await this.#home.collected(handle.file);
    }
    this.#ok(id);
  }

  async #readFolder(id: number, name: string): Promise<void> {
    const handle = this.#handleOf(name);
    if (!(handle instanceof FolderHandle)) throw new HomeRefusal('failure', 'This handle is no folder');
    const page = handle.isDone ? [] : ((await this.#home.list(handle.path, handle.after, pageEntries)) ?? []);
    handle.isDone = page.length < pageEntries;
    handle.after = page.at(-1)?.name ?? handle.after;
    const now = this.#platform.clock.now();
    this.#reply(
      page.length === 0 ? encodeStatus(id, status.eof, 'End of folder') : encodeNames(id, page, now),
    );
  }

  /** What is at a path: an upload that is open here, a file or folder, or an upload of this session that has moved on. */
  async #entry(text: string): Promise<HomeEntry> {
    const { path } = resolvePath(text);
    for (const handle of this.#handles.values())
      if (handle instanceof UploadHandle && handle.resolvedPath === path)
        return handle.entry(this.#platform.clock.now());
    const entry = (await this.#home.find(path)) ?? this.#uploaded.get(path);
    if (entry === undefined) throw new HomeRefusal('no-such-file', `There is no ${path}`);
    return entry;
  }

  #remember(text: string, entry: HomeEntry): void {
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
    void this.#turn.then(() => this.#end(0));
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
