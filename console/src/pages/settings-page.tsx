import { useMe } from '../api/me.ts';
import { Page, Section } from '../app/page.tsx';
import { addPasskey } from '../app/session.ts';
import { People } from '../features/access/people.tsx';
import { Fact, FactList } from '../features/integrations/facts.tsx';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toast.tsx';

/** The vendor, its people, and this person's own passkeys. */
export function SettingsPage() {
  const me = useMe();
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
        <Section title="Your sign-in" className="max-w-[640px]">
          <p className="text-muted">A passkey signs you in without a mail.</p>
          <Button className="self-start" onClick={() => void addPasskey().then((said) => toast(said))}>
            Add a passkey
          </Button>
        </Section>
        <People />
      </div>
    </Page>
  );
}
