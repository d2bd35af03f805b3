import { join } from 'node:path';
import { root } from '../checks/project-files.ts';
import { Unavailable } from './client.ts';
import { hasProgram } from './install.ts';
import { libraryClient } from './library-client.ts';
import { runCommand } from './run-command.ts';

const venv = join(root, 'build/interop/paramiko');
const python = join(venv, 'bin/python');

/** paramiko, the SFTP of Python. */
export const paramiko = libraryClient(
  'paramiko',
  // Isolated: else the program itself, by its name, would be the module that it imports.
  [python, '-I', join(import.meta.dirname, 'paramiko.py')],
  async () => {
    if (!hasProgram('python3')) throw new Unavailable('python3 is not installed');
    const isThere = runCommand({ program: python, args: ['-c', 'import paramiko'] });
    await isThere.catch(async () => {
      try {
        await runCommand({ program: 'python3', args: ['-m', 'venv', venv] });
        await runCommand({ program: python, args: ['-m', 'pip', 'install', '-q', 'paramiko'] }, 600_000);
      } catch (error) {
        throw new Unavailable(`paramiko could not be installed: ${(error as Error).message}`);
      }
    });
  },
);
