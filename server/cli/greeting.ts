import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, publicUrl } from '#platform/config.ts';
import { addPeople, signInLinks } from '../demonstration/people.ts';
import { playDemonstration } from '../demonstration/play.ts';
import type { Fairlead } from '../wiring.ts';
import { outlast } from './outlast.ts';
import type { Progress } from './progress.ts';

const databaseBackWithinMs = 60_000;

type SignInLink = Awaited<ReturnType<typeof signInLinks>>[number];

/**
 * Makes the demonstration's people where nobody is, plays the demonstration unless that is not wanted, then prints where
 * to go and how to sign in. A demonstration that fails leaves the server up and goes on at the next start.
 */
export async function greet(
  fairlead: Fairlead,
  config: Config,
  options: { demonstration: boolean; progress: Progress },
): Promise<void> {
  const { progress } = options;
  await patiently(fairlead, () => addPeople(fairlead.platform));
  await patiently(fairlead, () => keepLinks(fairlead, config));
  if (options.demonstration) await play(fairlead, config, progress);
  progress.line(addresses(config));
  const links = await patiently(fairlead, () => keepLinks(fairlead, config));
  if (links.length > 0) progress.line(waysIn(links));
  progress.line('  Ctrl-C stops it; the next start goes on with the same data.\n');
}

/** The doors are open: the database may go away and come back, and nobody's work ends for want of a greeting. */
function patiently<T>({ platform }: Fairlead, work: () => Promise<T>): Promise<T> {
  const onFault = (error: unknown) => platform.log.warn({ err: error }, 'no greeting yet; it is tried again');
  return outlast(work, { withinMs: databaseBackWithinMs, onFault });
}

async function play(fairlead: Fairlead, config: Config, progress: Progress): Promise<void> {
  progress.line(`  Ready at ${publicUrl(config)}`);
  try {
    await playDemonstration(fairlead, config, progress);
  } catch (error) {
    fairlead.platform.log.error({ err: error }, 'the demonstration stopped');
    progress.line(
      `  ✗ The demonstration stopped: ${(error as Error).message}\n    Everything else works; it goes on at the next start.`,
    );
  }
}

/** Makes fresh links and keeps them beside the data, where only its owner reads them, for programs on this machine. */
async function keepLinks(fairlead: Fairlead, config: Config): Promise<SignInLink[]> {
  if (fairlead.signIn === undefined) return [];
  const links = await signInLinks(fairlead.platform, fairlead.signIn);
  const file = join(config.server.dataDir, 'sign-in-links.json');
  writeFileSync(`${file}.new`, `${JSON.stringify(links, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return links;
}

function addresses(config: Config): string {
  const base = publicUrl(config);
  return `
  Fairlead is up.

    console      ${base}
    Web API      ${base}/v1, described at ${base}/docs
    SFTP         port ${config.sftp.port}
    mail (SMTP)  port ${config.smtp.port}, to ${config.desk.helpdeskAddress}
`;
}

function waysIn(links: SignInLink[]): string {
  const width = Math.max(...links.map((link) => link.role.length));
  const lines = links.map((link) => `    ${link.role.padEnd(width)}  ${link.name}\n      ${link.url}\n`);
  return `  Sign in as (each link works once, for 24 hours; a new start prints new ones):\n\n${lines.join('')}`;
}
