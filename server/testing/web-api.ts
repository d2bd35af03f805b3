import assert from 'node:assert/strict';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { type ApiKeyScope, apiKeyScopes } from '#contract/credentials.ts';
import { companyInput } from '#contract/payroll.ts';
import { authenticateKey, credentials, issueApiKey } from '#modules/credentials/index.ts';
import { fairUse } from '#modules/fair-use/index.ts';
import { createCompany } from '#modules/payroll/index.ts';
import { webApi } from '#modules/web-api/index.ts';
import { systemActor } from '#platform/actor.ts';
import type { Module } from '#platform/module.ts';
import { transact } from '#platform/transact.ts';
import type { TestDatabase } from './database.ts';
import { makeCustomer } from './factories.ts';
import { type TestServer, testServer } from './http.ts';

type Customer = Awaited<ReturnType<typeof makeCustomer>>;

/** The HTTP door with the Web API and real API keys. */
export interface WebApiBench {
  server: TestServer;
  customer: Customer;
  /** A key of the customer's sandbox with every scope. */
  key: string;
  keyOf(customer: Customer, scopes?: readonly ApiKeyScope[]): Promise<string>;
  /** Calls with the key unless `authorization` says otherwise; an empty one is sent by nobody. */
  call(
    method: string,
    url: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/** Opens the Web API, and more modules, for a customer with the company KOW01 and a key. */
export async function openWebApi(t: TestDatabase, more: Module[] = []): Promise<WebApiBench> {
  const server = await testServer(t.platform, [credentials, fairUse, webApi, ...more], {
    credential: (token, address, headers) => authenticateKey(t.platform, token, address, headers),
  });
  const keyOf: WebApiBench['keyOf'] = async (made, scopes = apiKeyScopes) => {
    const scope = { customerId: made.customerId, environmentId: made.sandboxId };
    const issued = await transact(t.platform, scope, systemActor('test'), (work) =>
      issueApiKey(work, {
        ...scope,
        environment: 'sandbox',
        label: 'HR system',
        scopes,
        contact: { name: 'Dev', email: 'dev@people.example' },
      }),
    );
    const shown = await server.as(null).post(`/api/links/${issued.url.split('/links/')[1]}`);
    assert.equal(shown.statusCode, 200, shown.body);
    return shown.json().items[0].value;
  };
  const customer = await makeCustomer(t.platform);
  const scope = { customerId: customer.customerId, environmentId: customer.sandboxId };
  const company = companyInput.parse({ code: 'KOW01', name: 'Kōwhai Ltd', timeZone: 'Pacific/Auckland' });
  await transact(t.platform, scope, systemActor('test'), (work) => createCompany(work, scope, company));
  const key = await keyOf(customer);
  return {
    server,
    customer,
    key,
    keyOf,
    call: (method, url, { body, headers = {} } = {}) =>
      server.app.inject({
        method: method as NonNullable<InjectOptions['method']>,
        url,
        headers: { authorization: `Bearer ${key}`, ...headers },
        ...(body === undefined ? {} : { payload: body as object | string }),
      }),
    close: () => server.close(),
  };
}
