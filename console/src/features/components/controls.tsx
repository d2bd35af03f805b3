import Plus from 'lucide-react/icons/plus';
import Trash from 'lucide-react/icons/trash-2';
import { useState } from 'react';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Code } from '../../ui/copy-button.tsx';
import { Dialog, SidePanel } from '../../ui/dialog.tsx';
import { type EnvironmentName, EnvironmentSwitch, SandboxEdge } from '../../ui/environment-switch.tsx';
import { Checkbox, ErrorSummary, Field, Input, Select, Textarea } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Money } from '../../ui/money.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { CalendarDate, RelativeTime, ZonedTime } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { Specimen } from './specimen.tsx';

const row = 'flex flex-wrap items-center gap-3';

/** Buttons, fields, dialogs, menus: every state of what people press and fill in. */
export function Controls() {
  const [open, setOpen] = useState<'dialog' | 'panel' | 'form'>();
  const [tab, setTab] = useState('one');
  const [environment, setEnvironment] = useState<EnvironmentName>('sandbox');
  return (
    <>
      <Specimen title="Button">
        <div className={row}>
          <Button look="primary">Send estimate</Button>
          <Button>Save</Button>
          <Button look="quiet">Waive</Button>
          <Button look="critical">Revoke the key</Button>
          <Button look="primary" disabled>
            Disabled
          </Button>
          <Button busy>Sending</Button>
          <Button icon={<Plus aria-hidden className="size-4" />}>With an icon</Button>
          <Button small>Small</Button>
          <IconButton label="Remove">
            <Trash aria-hidden />
          </IconButton>
        </div>
      </Specimen>
      <Specimen title="Badge">
        <div className={row}>
          <Badge>Neutral</Badge>
          <Badge tone="accent">Implementation</Badge>
          <Badge tone="positive">Live</Badge>
          <Badge tone="caution">On hold</Badge>
          <Badge tone="critical">Refused</Badge>
          <Badge tone="info">Waiting</Badge>
        </div>
      </Specimen>
      <Specimen title="Field">
        <div className="grid max-w-[640px] gap-4">
          <ErrorSummary errors={[{ field: 'sample-url', text: 'Address: must be an https address.' }]} />
          <Field label="Name" required help="What it connects.">
            <Input defaultValue="HR system to payroll" />
          </Field>
          <Field label="Address" required error="Must be an https address.">
            <Input name="sample-url" defaultValue="ftp://hr.customer.example" />
          </Field>
          <Field label="Service model" required>
            <Select defaultValue="saas">
              <option value="fms">FMS</option>
              <option value="saas">SaaS</option>
            </Select>
          </Field>
          <Field label="Note">
            <Textarea placeholder="One line is enough" />
          </Field>
          <Field label="Not yours to change" required>
            <Input disabled defaultValue="KOWHAI" />
          </Field>
          <Checkbox
            label="May sign estimates and documents"
            help="They get the link to the sign-off page."
            defaultChecked
          />
        </div>
      </Specimen>
      <Specimen title="Dialog, side panel, menu, tooltip, toast">
        <div className={row}>
          <Button onClick={() => setOpen('dialog')}>Open a dialog</Button>
          <Button onClick={() => setOpen('form')}>Open a form</Button>
          <Button onClick={() => setOpen('panel')}>Open a side panel</Button>
          <Menu
            trigger={<Button>Open a menu</Button>}
            title="Integration"
            groups={[
              [
                {
                  label: 'Put on hold',
                  onSelect: () => toast('Put on hold', { undo: () => toast('Resumed') }),
                },
                { label: 'Show closed ones', checked: true, onSelect: () => undefined },
                { label: 'Reopen', disabled: true, onSelect: () => undefined },
              ],
              [
                {
                  label: 'Cancel the integration',
                  critical: true,
                  onSelect: () => toast('The server cannot be reached', { critical: true }),
                },
              ],
            ]}
          />
          <Tooltip text="The exact words">
            <Button look="quiet">Hover or focus me</Button>
          </Tooltip>
          <Button onClick={() => toast('Estimate sent to 2 people', { undo: () => undefined })}>
            Show a toast
          </Button>
          <Button onClick={() => toast('The server cannot be reached', { critical: true })}>
            Show a critical toast
          </Button>
        </div>
      </Specimen>
      <Specimen title="Tabs">
        <Tabs
          label="Sample tabs"
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'one', label: 'Steps', count: 12, content: <p>The steps.</p> },
            { value: 'two', label: 'History', content: <p>The history.</p> },
          ]}
        />
      </Specimen>
      <Specimen title="Environment switch">
        <div className="overflow-hidden rounded-card border">
          {environment === 'sandbox' ? <SandboxEdge /> : null}
          <div className="p-3">
            <EnvironmentSwitch value={environment} onChange={setEnvironment} />
          </div>
        </div>
      </Specimen>
      <Specimen title="Time, money, code">
        <div className={row}>
          <RelativeTime at={new Date(Date.now() - 4_000_000).toISOString()} />
          <RelativeTime at={null} />
          <CalendarDate date="2026-11-24" />
          <CalendarDate date={null} />
          <ZonedTime at="2026-11-24T01:02:03Z" alsoIn="Pacific/Chatham" />
          <Money cents={770835} currency="NZD" />
          <Money cents={-25000} />
          <Code text="emp_01m85rhnxse4cv3fw9wnwfbefh" />
        </div>
      </Specimen>
      <Dialog
        open={open === 'dialog'}
        onOpenChange={() => setOpen(undefined)}
        title="Send the estimate"
        description="Two people get a link of their own."
      >
        <Button look="primary" onClick={() => setOpen(undefined)}>
          Send estimate
        </Button>
      </Dialog>
      <SidePanel
        open={open === 'panel'}
        onOpenChange={() => setOpen(undefined)}
        title="EMP_FULL_20261124.csv"
        description="Applied, FULL"
      >
        <p>Detail over the list.</p>
      </SidePanel>
      {open === 'form' ? (
        <FormDialog
          title="Put on hold"
          submit="Put on hold"
          onClose={() => setOpen(undefined)}
          onSubmit={async () => toast('Put on hold')}
          fields={[
            { name: 'reason', label: 'Reason', kind: 'area', required: true },
            { name: 'resumeOn', label: 'Resume on', kind: 'date', required: true },
          ]}
        />
      ) : null}
    </>
  );
}
