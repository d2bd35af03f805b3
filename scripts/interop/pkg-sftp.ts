import { join } from 'node:path';
import { root } from '../checks/project-files.ts';
import { Unavailable } from './client.ts';
import { hasProgram } from './install.ts';
import { libraryClient } from './library-client.ts';
import { runCommand } from './run-command.ts';

const built = join(root, 'build/interop/pkg-sftp');

/** Go's github.com/pkg/sftp, at the versions that go.mod beside its program names. */
export const pkgSftp = libraryClient('pkg/sftp', [built], async () => {
  if (!hasProgram('go')) throw new Unavailable('go is not installed');
  const args = ['build', '-C', join(import.meta.dirname, 'pkg-sftp'), '-o', built, '.'];
  try {
    await runCommand({ program: 'go', args }, 600_000);
  } catch (error) {
    throw new Unavailable(`pkg/sftp could not be built: ${(error as Error).message}`);
  }
});
