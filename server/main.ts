#!/usr/bin/env node
// First, and the rest is imported after it: it must be in place before the database driver is loaded.
import './platform/mend-postgres-driver.ts';

// Whoever reads our output may stop reading; that is no reason to stop working.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const { readArguments } = await import('./cli/arguments.ts');
const commands = {
  start: async () => (await import('./cli/start.ts')).start,
  serve: async () => (await import('./cli/serve.ts')).serve,
  migrate: async () => (await import('./cli/migrate-command.ts')).migrateCommand,
  door: async () => (await import('./cli/door.ts')).door,
  invite: async () => (await import('./cli/invite.ts')).invite,
  'rotate-keys': async () => (await import('./cli/rotate-keys.ts')).rotateKeys,
  'make-master-key': async () => (await import('./cli/make-master-key.ts')).makeMasterKeyCommand,
  help: async () => (await import('./cli/help.ts')).help,
};

try {
  const args = readArguments(process.argv.slice(2));
  const run = await commands[args.command]();
  await run(args);
} catch (error) {
  const { describeFault } = await import('./cli/report-fault.ts');
  process.stderr.write(`${describeFault(error)}\n`);
  process.exit(1);
}
