import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useFocusReturn } from './focus-return.ts';

export interface PaletteEntry {
  id: string;
  label: string;
  hint?: string | undefined;
  icon?: ReactNode;
  group: string;
  onSelect(): void;
}
export interface CommandPaletteProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  entries: PaletteEntry[];
  /** Told what was typed, to look for more. */
  onSearch?(text: string): void;
}

/** ⌘K: goes anywhere and does anything by typing. */
export function CommandPalette({ open, onOpenChange, entries, onSearch }: CommandPaletteProps) {
  const focus = useFocusReturn();
  const groups = [...new Set(entries.map((entry) => entry.group))];
  const choose = (entry: PaletteEntry) => {
    onOpenChange(false);
    entry.onSelect();
  };
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-veil" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focus.remember}
          onCloseAutoFocus={focus.giveBack}
          className="fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-24px)] max-w-[560px] -translate-x-1/2 animate-float overflow-hidden rounded-card bg-raised shadow-float"
        >
          <Dialog.Title className="sr-only">Go to or do</Dialog.Title>
          <Command label="Go to or do" loop>
            <Command.Input
              placeholder="Go to a page, a customer, an integration"
              onValueChange={(text) => onSearch?.(text)}
              className="h-12 w-full border-b bg-transparent px-4 text-[15px] outline-none placeholder:text-muted"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-2" aria-label="Results">
              <Command.Empty className="px-2 py-6 text-center text-muted">
                Nothing fits. Try a customer's name or code.
              </Command.Empty>
              {groups.map((group) => (
                <Command.Group
                  key={group}
                  heading={group}
                  className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-small [&_[cmdk-group-heading]]:text-muted"
                >
                  {entries
                    .filter((entry) => entry.group === group)
                    .map((entry) => (
                      <Command.Item
                        key={entry.id}
                        value={`${entry.label} ${entry.hint ?? ''} ${entry.id}`}
                        onSelect={() => choose(entry)}
                        className="flex min-h-9 cursor-pointer items-center gap-3 rounded-control px-2 data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:text-muted"
                      >
                        {entry.icon}
                        <span className="min-w-0 flex-1 truncate">{entry.label}</span>
                        {entry.hint ? <span className="text-small text-muted">{entry.hint}</span> : null}
                      </Command.Item>
                    ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
