import { serviceModelNames } from '#contract/customers.ts';
import { type IntegrationView, trackNames } from '#contract/integrations.ts';
import { type WebApiOperation, webApiOperationNames } from '#contract/web-api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Fact, FactList } from '../../ui/facts.tsx';
import { Nothing, RelativeTime } from '../../ui/time.tsx';
import { webhookNames } from './action-fields.ts';
import { Belongings } from './belongings.tsx';
import { useConnections } from './use-connections.ts';

const originNames = {
  existing: 'Existing customer',
  'new-in-scope': 'New customer, in scope',
  'new-out-of-scope': 'New customer, out of scope',
  'new-undecided': 'New customer, scope not decided',
};
const trackStateNames = { 'not-started': 'Not started', working: 'Working', live: 'Live' };

/** What an integration is: plan, people, what belongs to it. */
export function Facts({ integration, portal }: { integration: IntegrationView; portal: boolean }) {
  const own = integration.connections;
  const connections = useConnections(own.length > 0 ? integration.customer.id : undefined);
  return (
    <div className="flex flex-col gap-5">
      <FactList title="Plan">
        <Fact name="State">
          <Badge tone={integration.held ? 'caution' : integration.phase === 'live' ? 'positive' : 'accent'}>
            {integration.held ? `On hold: ${integration.stateName}` : integration.stateName}
          </Badge>
        </Fact>
        <Fact name="Service model">{serviceModelNames[integration.serviceModel]}</Fact>
        <Fact name="Origin">{originNames[integration.origin]}</Fact>
        {integration.trackStates.map((one) => (
          <Fact key={one.track} name={trackNames[one.track]}>
            <Badge tone={one.state === 'live' ? 'positive' : one.state === 'working' ? 'accent' : 'neutral'}>
              {trackStateNames[one.state]}
              {one.state === 'working' && one.step ? `: ${one.step}` : ''}
            </Badge>
          </Fact>
        ))}
        <Fact name="Webhooks">{webhookNames[integration.webhooks]}</Fact>
        <Fact name="Data audit">
          {Object.entries(integration.dataAudit)
            .filter(([, relevant]) => relevant)
            .map(([track]) => trackNames[track as keyof typeof trackNames])
            .join(', ') || 'Not relevant'}
        </Fact>
        {integration.operations.length > 0 ? (
          <Fact name="Operations">
            {integration.operations
              .map((one) => webApiOperationNames[one as WebApiOperation] ?? one)
              .join(', ')}
          </Fact>
        ) : null}
        {own.length > 0 ? (
          <Fact name="Its own">
            {own.map((one) => (
              <span key={one} className="block [overflow-wrap:anywhere]">
                {connections.nameOf(one)}
              </span>
            ))}
          </Fact>
        ) : null}
        <Fact name="Playbook">version {integration.playbookVersion}</Fact>
        <Fact name="Opened">
          <RelativeTime at={integration.openedAt} />
        </Fact>
      </FactList>
      <FactList title="People">
        {integration.people.map((one) => (
          <Fact key={one.seat} name={one.seatName}>
            {one.person?.name ?? <Nothing word="nobody" />}
          </Fact>
        ))}
        {integration.contacts.map((one) => (
          <Fact key={one.email} name="Customer">
            <span className="block">{one.name}</span>
            <span className="block text-small [overflow-wrap:anywhere] text-muted">{one.email}</span>
          </Fact>
        ))}
      </FactList>
      <Belongings integration={integration} portal={portal} />
    </div>
  );
}
