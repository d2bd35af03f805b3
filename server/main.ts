#!/usr/bin/env node
import type { Command } from './cli/arguments.ts';
import { readArguments } from './cli/arguments.ts';
import { describeFault } from './cli/report-fault.ts';

// Whoever reads our output may stop reading; that is no reason to stop working.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const commands: Record<Command, () => Promise<(args: ReturnType<typeof readArguments>) => Promise<void>>> = {
  start: async () => (await import('./cli/start.ts')).start,
  serve: async () => (await import('./cli/serve.ts')).serve,
  migrate: async () => (await import('./cli/migrate-command.ts')).migrateCommand,
  door: async () => (await import('./cli/door.ts')).door,
  help: async () => {
    const { helpText } = await import('./cli/help.ts');
    return async () => void process.stdout.write(helpText);
  },
};

try {
  const args = readArguments(process.argv.slice(2));
  const run = await commands[args.command]();
  await run(args);
} catch (error) {
  process.stderr.write(`${describeFault(error)}\n`);
  process.exit(1);
}
