import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { accountRoutes } from './routes-accounts.ts';
import { banRoutes } from './routes-bans.ts';
import { exchangeRoutes } from './routes-exchanges.ts';
import { formatRoutes } from './routes-formats.ts';
import { keyRoutes } from './routes-keys.ts';
import { transferRoutes } from './routes-transfers.ts';

/** Accounts, formats, exchanges and transfers of one environment, for the vendor's people and the customer's. */
export function routes(app: Http, platform: Platform): void {
  accountRoutes(app, platform);
  banRoutes(app, platform);
  keyRoutes(app, platform);
  formatRoutes(app, platform);
  exchangeRoutes(app, platform);
  transferRoutes(app, platform);
}
