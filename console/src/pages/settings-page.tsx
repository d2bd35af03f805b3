import { useMe } from '../api/me.ts';
import { Page } from '../app/page.tsx';
import { Passkeys } from '../features/access/passkeys.tsx';
import { People } from '../features/access/people.tsx';
import { Fact, FactList } from '../ui/facts.tsx';

/** This person's own passkeys; for the vendor's people also the vendor and who works there. */
export function SettingsPage() {
  const me = useMe();
  if (me.customer !== null)
    return (
      <Page title="Your sign-in" width="narrow">
        <Passkeys />
      </Page>
    );
  return (
    <Page title="Settings">
      <div className="flex flex-col gap-8">
        <div className="max-w-[640px]">
          <FactList title="Vendor">
            <Fact name="Name">{me.vendor.name}</Fact>
            <Fact name="Time zone">{me.vendor.timeZone}</Fact>
            <Fact name="Currency">{me.vendor.currency}</Fact>
            <Fact name="Mode">
              {me.demonstration ? 'Demonstration: no mail leaves this machine' : 'Production'}
            </Fact>
          </FactList>
        </div>
        <Passkeys />
        <People />
      </div>
    </Page>
  );
}
