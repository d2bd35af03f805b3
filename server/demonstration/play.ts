import { join } from 'node:path';
import { systemActor } from '#platform/actor.ts';
import { type Config, publicUrl } from '#platform/config.ts';
import type { Platform } from '#platform/platform.ts';
import { read, transact } from '#platform/transact.ts';
import type { Progress } from '../cli/progress.ts';
import type { Fairlead } from '../wiring.ts';
import { demonstrationState, setDemonstrationState } from './demonstration-store.ts';
import { runJourney } from './journey.ts';
import { signInLinks } from './people.ts';
import { startRobot } from './robot-link.ts';

const employees = 40;

/**
 * Plays the demonstration journey through the doors of this very server, where there is nothing yet or an earlier play
 * was interrupted; returns whether anything was played. Fails with the step that could not be done.
 */
export async function playDemonstration(
  fairlead: Fairlead,
  config: Config,
  progress: Progress,
): Promise<boolean> {
  const { platform, signIn } = fairlead;
  if (signIn === undefined || !(await mayPlay(platform))) return false;
  progress.line('\n  Playing the demonstration: one customer from the first request to live\n');
  const links = new Map((await signInLinks(platform, signIn)).map((link) => [link.role, link.url]));
  const linkOf = (role: Parameters<typeof links.get>[0]) => links.get(role) ?? '';
  const robot = startRobot(join(config.server.dataDir, 'demonstration-robot.json'));
  try {
    const report = await runJourney({
      addresses: {
        http: publicUrl(config),
        sftp: { host: '127.0.0.1', port: config.sftp.port },
        smtp: { host: '127.0.0.1', port: config.smtp.port },
      },
      links: () => ({
        director: linkOf('commercial-director'),
        manager: linkOf('integrations-manager'),
        lead: linkOf('customer-team-lead'),
        administrator: linkOf('administrator'),
      }),
      robot,
      employees,
      onStep: ({ id, title }) => progress.begin(`${id.padEnd(8)} ${title}`),
      onReport: ({ id, title, seconds, gates }) => {
        const evidence =
          gates.length === 0 ? '' : `, ${gates.length} ${gates.length === 1 ? 'gate' : 'gates'}`;
        progress.line(`  ✓ ${id.padEnd(8)} ${title} (${seconds} s${evidence})`);
      },
    });
    progress.line(`\n  The customer is live after ${report.seconds.toFixed(0)} s.`);
    await remember(platform, 'played');
    return true;
  } finally {
    await robot.stop();
  }
}

/** On a database without customers, or where the play had begun and not ended. */
async function mayPlay(platform: Platform): Promise<boolean> {
  const { state, hasCustomers } = await read(platform, {}, demonstrationState);
  if (state === 'playing') return true;
  if (state === 'played' || hasCustomers) return false;
  await remember(platform, 'playing');
  return true;
}

function remember(platform: Platform, state: 'playing' | 'played'): Promise<void> {
  return transact(platform, {}, systemActor('demonstration'), (work) =>
    setDemonstrationState(work.sql, state),
  );
}
