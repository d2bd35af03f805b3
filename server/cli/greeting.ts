import { join } from 'node:path';
import { type Config, publicUrl } from '#platform/config.ts';
import { writePrivateFile } from '#platform/write-private-file.ts';
import { addPeople, signInLinks } from '../demonstration/people.ts';
import { playDemonstration } from '../demonstration/play.ts';
import type { Fairlead } from '../wiring.ts';
import { outlast } from './outlast.ts';
import type { Progress } from './progress.ts';

const databaseBackWithinMs = 60_000;

type SignInLink = Awaited<ReturnType<typeof signInLinks>>[number];

interface Greeting {
  demonstration: boolean;
  progress: Progress;
  /** Whether somebody has stopped the program meanwhile. */
  isEnding(): boolean;
}

/**
 * Makes the demonstration's people where nobody is, plays the demonstration unless that is not wanted, then prints where
 * to go and how to sign in. A demonstration that fails leaves the server up and goes on at the next start; whoever stops
 * the program meanwhile is greeted no more.
 */
export async function greet(fairlead: Fairlead, config: Config, options: Greeting): Promise<void> {
  const { progress, isEnding } = options;
  /** The doors are open: the database may go away and come back, and nobody's work ends for want of a greeting. */
  const patiently = <T>(work: () => Promise<T>) =>
    outlast(work, {
      withinMs: databaseBackWithinMs,
      onFault: (error) => {
        if (isEnding()) throw error;
        fairlead.platform.log.warn({ err: error }, 'no greeting yet; it is tried again');
      },
    });
  await patiently(() => addPeople(fairlead.platform));
  await patiently(() => keepLinks(fairlead, config));
  if (options.demonstration) await play(fairlead, config, options);
  if (isEnding()) return;
  progress.line(addresses(config));
  const links = await patiently(() => keepLinks(fairlead, config));
  if (links.length > 0) progress.line(waysIn(links));
  progress.line('  Ctrl-C stops it; the next start goes on with the same data.\n');
}

async function play(fairlead: Fairlead, config: Config, { progress, isEnding }: Greeting): Promise<void> {
  progress.line(`  Ready at ${publicUrl(config)}`);
  try {
    await playDemonstration(fairlead, config, progress);
  } catch (error) {
    if (isEnding()) return progress.line('  The demonstration goes on at the next start.');
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
  writePrivateFile(file, `${JSON.stringify(links, undefined, 2)}\n`);
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
