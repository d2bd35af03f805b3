import { join } from 'node:path';
import { libraryClient } from './library-client.ts';

const program = join(import.meta.dirname, 'ssh2-sftp-client-program.ts');
const { truncate, putTimed, getTimed, putRekeying, getRekeying, ...able } = libraryClient(
  'ssh2-sftp-client',
  [process.execPath, program],
  async () => {},
);

/** ssh2-sftp-client of npm, which comes with the development dependencies; it sets no sizes and no times, and asks for no new keys. */
export const ssh2SftpClient = able;
