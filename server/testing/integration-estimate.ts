import assert from 'node:assert/strict';
import { addContact, customers } from '#modules/customers/index.ts';
import { documents } from '#modules/documents/index.ts';
import { estimates } from '#modules/estimates/index.ts';
import { showId } from '#platform/ids.ts';
import { transact } from '#platform/transact.ts';
import { estimateContent } from './estimate-content.ts';
import { testServer } from './http.ts';
import type { IntegrationWalk } from './integration-walk.ts';
import { newestMail } from './outbox.ts';

type Begun = Awaited<ReturnType<IntegrationWalk['begin']>>;

/** Real estimates beside integrations that a test walks through the process. */
export async function estimatesOf(walk: IntegrationWalk) {
  const server = await testServer(walk.t.platform, [customers, documents, estimates]);
  /** The estimate of an integration, begun by the manager, with hands for everybody. */
  async function estimateFor(one: Begun) {
    const base = `/api/customers/${showId('cus', one.customerId)}`;
    const made = await server
      .as(walk.manager)
      .post(`${base}/estimates`, { content: estimateContent, integration: one.id });
    assert.equal(made.statusCode, 201, made.body);
    const url = `${base}/estimates/${made.json().id}`;
    const signer = await transact(walk.t.platform, one, walk.director, (work) =>
      addContact(work, one.customerId, {
        name: 'Signing Person',
        email: `signer-${made.json().id.slice(-8)}@${one.code.toLowerCase()}.example`,
        kind: 'signatory',
        hasAuthority: true,
        invite: false,
      }),
    );
    const token = async () => {
      const mail = await newestMail(walk.t, { customerId: one.customerId }, 'estimate', signer.email);
      return /\/sign-off\/([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
    };
    const act = (person: typeof walk.director, name: string, body?: object) =>
      server.as(person).post(`${url}/${name}`, body);
    return {
      base,
      act,
      view: async () => (await server.as(walk.manager).get(url)).json(),
      must: async (person: typeof walk.director, name: string, body?: object) => {
        const answer = await act(person, name, body);
        assert.equal(answer.statusCode, 200, `${name}: ${answer.body}`);
        await one.see();
        return answer.json();
      },
      write: async (assumption: string) => {
        const { versions } = (await server.as(walk.manager).get(url)).json();
        const { number: version, revision } = versions.at(-1);
        return server.as(walk.manager).put(`${url}/draft`, {
          basedOn: { version, revision },
          content: { ...estimateContent, assumptions: [assumption] },
        });
      },
      signer: signer.email,
      sendTo: { contacts: [showId('con', signer.id)] },
      token,
      /** The customer declines what was sent, over its link and with the code from the mail. */
      decline: async (reason: string) => {
        const page = `/api/sign-off/${await token()}`;
        await server.as(null).post(`${page}/code`);
        const scope = { customerId: one.customerId };
        const mail = await newestMail(walk.t, scope, 'sign-off-code', signer.email);
        const code = /\d{6}/.exec(mail?.text ?? '')?.[0];
        const answer = await server.as(null).post(`${page}/decline`, { reason, code });
        assert.equal(answer.statusCode, 200, answer.body);
      },
    };
  }

  return { server, estimateFor, close: () => server.close() };
}
