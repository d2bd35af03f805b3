import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import packaged from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** A Chrome or Chromium of this machine, found on the PATH. */
function installed(): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    for (const name of names) if (folder && existsSync(join(folder, name))) return join(folder, name);
  return undefined;
}

/** Starts a Chromium without a window: the machine's own, else the one that comes with the packages. */
export async function openBrowser(): Promise<Browser> {
  const own = installed();
  const args = own === undefined ? packaged.args : ['--no-sandbox'];
  return chromium.launch({
    executablePath: own ?? (await packaged.executablePath()),
    args: args.filter((one) => one !== '--single-process'),
    headless: true,
  });
}
