import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { root } from './project-files.ts';
import { runTool } from './run-tool.ts';

interface Cruise {
  summary: {
    totalCruised: number;
    violations: { from: string; to: string; rule: { name: string }; cycle?: { name: string }[] }[];
    ruleSetUsed?: { forbidden: { name: string; comment: string }[] };
  };
}

const configuration = join(root, '.dependency-cruiser.mjs');
const fixture = join(root, 'scripts', 'fixtures', 'imports');
const fewestModules = 100;

/** The import rules of the house, and a proof that the tool sees: in the fixture it must find every rule broken. */
export const imports: Check = {
  name: 'imports',
  async run() {
    const [real, wrong] = await Promise.all([
      cruise(['server', 'contract', 'console/src', 'bench', 'scripts'], root),
      cruise(['server', 'contract', 'console'], fixture),
    ]);
    return [...violationsOf(real), ...blindSpots(real, wrong)];
  },
};

async function cruise(folders: string[], cwd: string): Promise<Cruise> {
  const { stdout, output } = await runTool(
    'depcruise',
    ['--config', configuration, '--output-type', 'json', ...folders],
    { cwd },
  );
  try {
    return JSON.parse(stdout) as Cruise;
  } catch {
    throw new Error(`dependency-cruiser failed: ${output}`);
  }
}

function violationsOf({ summary }: Cruise): string[] {
  const reasons = new Map(summary.ruleSetUsed?.forbidden.map((rule) => [rule.name, rule.comment]));
  return summary.violations.map(({ from, to, rule, cycle }) => {
    const way = cycle === undefined ? to : cycle.map((step) => step.name).join(' → ');
    return `${from} → ${way}\n    ${rule.name}: ${reasons.get(rule.name) ?? ''}`;
  });
}

function blindSpots(real: Cruise, wrong: Cruise): string[] {
  const findings: string[] = [];
  if (real.summary.totalCruised < fewestModules)
    findings.push(
      `dependency-cruiser saw only ${real.summary.totalCruised} modules: it is blind (is "typescript" still version 6?)`,
    );
  const caught = new Set(wrong.summary.violations.map((violation) => violation.rule.name));
  for (const rule of real.summary.ruleSetUsed?.forbidden ?? []) {
    if (!caught.has(rule.name))
      findings.push(`the rule "${rule.name}" does not catch its fixture in scripts/fixtures/imports`);
  }
  return findings;
}

const settingReaders = /^(platform\/config\.ts|testing\/)|\.test\.ts$/;
const sqlTemplate = /\b(?:sql|tx|db|owner)(?:<[^`;=]*>)?`/;

/** What dependency-cruiser cannot see: who reads the environment, and who writes SQL. */
export const reach: Check = {
  name: 'environment and SQL in their places',
  async run() {
    const findings: string[] = [];
    for (const entry of readdirSync(join(root, 'server'), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const path = join(entry.parentPath, entry.name).slice(root.length + 1);
      const inServer = path.slice('server/'.length);
      const text = readFileSync(join(root, path), 'utf8');
      if (text.includes('process.env') && !settingReaders.test(inServer))
        findings.push(
          `${path}: only platform/config.ts reads the environment, so that every setting is in one manual`,
        );
      const mayWriteSql = !inServer.startsWith('modules/') || /(-store|\.test)\.ts$/.test(inServer);
      if (!mayWriteSql && sqlTemplate.test(text))
        findings.push(
          `${path}: only stores (*-store.ts) write SQL, so that all of a module's queries are in one place`,
        );
    }
    return findings;
  },
};
