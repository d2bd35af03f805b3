import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import packaged from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** One process for everything loses pages, a graphics card made of software costs more than none, and a test keeps the web's own rules. */
const unwanted =
  /^--(single-process|no-zygote|use-gl|use-angle|enable-unsafe-swiftshader|ignore-gpu-blocklist|in-process-gpu|disable-web-security|allow-running-insecure-content)/;

/** A Chrome or Chromium of this machine, found on the PATH. */
function installed(): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    for (const name of names) if (folder && existsSync(join(folder, name))) return join(folder, name);
  return undefined;
}

/**
 * Unpacks the Chromium that comes with the packages, where the machine has none of its own. Its library takes a file
 * that is there for a file that is whole, so that this comes before two processes want it at once.
 */
export async function unpackBrowser(): Promise<void> {
  if (installed() === undefined) await packaged.executablePath();
}

/** Starts a Chromium without a window: the machine's own, else the one that comes with the packages. */
export async function openBrowser(): Promise<Browser> {
  const own = installed();
  const args = own === undefined ? packaged.args : ['--no-sandbox'];
  return chromium.launch({
    executablePath: own ?? (await packaged.executablePath()),
    args: [...args.filter((one) => !unwanted.test(one)), '--disable-gpu'],
    headless: true,
    // The browser's own fields, such as a date's, go by the language of the machine, not of a page.
    env: { ...process.env, LC_ALL: 'en_NZ.UTF-8', LANGUAGE: 'en_NZ' } as Record<string, string>,
  });
}
