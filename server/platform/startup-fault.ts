/** A fault that keeps the program from starting and that whoever started it can mend: one plain sentence, no stack trace. */
export class StartupFault extends Error {
  override name = 'StartupFault';
}

/** The sentence for what the operating system said about a file or folder; undefined for anything unknown. */
export function diskFault(error: unknown, what: string): StartupFault | undefined {
  const text = `${(error as NodeJS.ErrnoException)?.code ?? ''} ${String((error as Error)?.message ?? error)}`;
  if (/ENOSPC|EDQUOT|No space left|quota exceeded|wrote only \d+ of \d+ bytes/i.test(text))
    return new StartupFault(`The disk is full: ${what} needs space. Free some and start again.`);
  if (/EROFS|Read-only file system/i.test(text))
    return new StartupFault(
      `${what} is on a read-only disk. Name a folder that can be written to with --data-dir.`,
    );
  if (/EACCES|EPERM|Permission denied|not permitted/i.test(text))
    return new StartupFault(
      `This user may not write in ${what}. Change its owner, or name another folder with --data-dir.`,
    );
  if (/ENOTDIR|EEXIST/.test(text))
    return new StartupFault(`${what} is not a folder. Name a folder with --data-dir.`);
  if (/ENOENT.*mkdir/.test(text))
    return new StartupFault(
      `${what} cannot be made: the folder above it can only be read. Name another folder with --data-dir.`,
    );
  return undefined;
}
