/** Where a client connects, and a folder of its own on this machine. */
export interface Reach {
  port: number;
  userName: string;
  /** A private key of OpenSSH's format. */
  keyFile: string;
  folder: string;
}

/** A program to be run; it has done what was asked only when it ends with code 0. */
export interface Command {
  program: string;
  args: string[];
  /** What it reads from its standard input. */
  input?: string;
  env?: Record<string, string>;
}

/** A file here and its path at the door. */
export interface Copy {
  local: string;
  remote: string;
}

/** Files here and a folder at the door; their names begin with `many-`. */
export interface Copies {
  local: string;
  names: string[];
  remote: string;
}

type Does<What> = (at: Reach, what: What) => Command;

/** An SFTP client as command lines. What it cannot do, it has no command for. */
export interface Client {
  name: string;
  /** Installs it and makes what it needs to reach the door; throws Unavailable when this machine cannot have it. */
  prepare(at: Reach): Promise<void>;
  put: Does<Copy>;
  get: Does<Copy>;
  /** Continues an upload of which the door has the first part. */
  resumePut?: Does<Copy>;
  /** Continues a download of which this machine has the first part. */
  resumeGet?: Does<Copy>;
  rename?: Does<{ from: string; to: string }>;
  truncate?: Does<{ remote: string; size: number }>;
  append?: Does<Copy>;
  /** Puts a file and gives it the time of the local one. */
  putTimed?: Does<Copy>;
  /** Gets a file with its time. */
  getTimed?: Does<Copy>;
  putMany: Does<Copies>;
  getMany: Does<Copies>;
  /** Puts and gets while it exchanges keys anew after each megabyte or so. */
  putRekeying?: Does<Copy>;
  getRekeying?: Does<Copy>;
  /** Puts with the old protocol of rcp, which is refused. */
  putLegacy?: Does<Copy>;
}

/** Why a client cannot be tried on this machine. */
export class Unavailable extends Error {}
