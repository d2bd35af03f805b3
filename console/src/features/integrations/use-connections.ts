import { apiKeyList } from '#contract/credentials.ts';
import { exchangeList } from '#contract/file-exchange.ts';
import { endpointList, receiverList } from '#contract/webhooks.ts';
import { useApi } from '../../api/use-api.ts';
import type { EnvironmentName } from '../../ui/environment-switch.tsx';
import { environmentPath } from '../environment-path.ts';

/** A name for each exchange, endpoint, receiver and key of a customer that an integration may call its own. */
export interface Connections {
  options: { value: string; label: string }[];
  nameOf(id: string): string;
  /** False until all of them are known. */
  ready: boolean;
}

/** Reads them by name; with no customer, nothing. What is `chosen` already is kept, also when it is used no more. */
export function useConnections(customer: string | undefined, chosen: string[] = []): Connections {
  const found = [useOf(customer, 'sandbox'), useOf(customer, 'production')];
  const names = new Map(found.flatMap((one) => one.named));
  const usable = found.flatMap((one) => one.named.map(([id]) => id).filter((id) => !one.ended.has(id)));
  const nameOf = (id: string) => names.get(id) ?? id;
  const offered = [...new Set([...usable, ...chosen])];
  return {
    options: offered.map((id) => ({ value: id, label: nameOf(id) })),
    nameOf,
    ready: customer === undefined || found.every((one) => one.ready),
  };
}

function useOf(customer: string | undefined, environment: EnvironmentName) {
  const at = (rest: string) => customer && `${environmentPath({ customer, environment })}/${rest}`;
  const exchanges = useApi(at('files/exchanges'), exchangeList);
  const endpoints = useApi(at('endpoints'), endpointList);
  const receivers = useApi(at('receivers'), receiverList);
  const keys = useApi(at('api-keys'), apiKeyList);
  const named = <Item extends { id: string }>(
    what: string,
    list: { items: Item[] } | undefined,
    nameOf: (one: Item) => string,
  ) => (list?.items ?? []).map((one): [string, string] => [one.id, `${what} ${nameOf(one)}, ${environment}`]);
  const ended = (keys.data?.items ?? []).filter(
    (one) => one.status === 'revoked' || one.status === 'expired',
  );
  return {
    named: [
      ...named('Exchange', exchanges.data, (one) => one.code),
      ...named('Endpoint', endpoints.data, (one) => one.label),
      ...named('Receiver', receivers.data, (one) => one.label),
      ...named('API key', keys.data, (one) => one.label),
    ],
    ended: new Set(ended.map((one) => one.id)),
    ready: [exchanges, endpoints, receivers, keys].every((one) => !one.isPending),
  };
}
