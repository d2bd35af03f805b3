import { DropdownMenu as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  critical?: boolean;
  disabled?: boolean;
  /** A choice among several: shown with a tick. */
  checked?: boolean;
  onSelect(): void;
}
export interface MenuProps {
  trigger: ReactNode;
  /** Groups of items, a hairline between them. */
  groups: MenuItem[][];
  title?: string;
  align?: 'start' | 'end';
}

/** A menu of actions behind a button; arrows, typing and Escape work. */
export function Menu({ trigger, groups, title, align = 'end' }: MenuProps) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-[70vh] min-w-[200px] animate-float overflow-y-auto rounded-card bg-raised p-1 shadow-float"
        >
          {title ? (
            <Primitive.Label className="px-2 py-1 text-small text-muted">{title}</Primitive.Label>
          ) : null}
          {groups
            .filter((group) => group.length > 0)
            .map((group, index) => (
              <Primitive.Group key={group[0]?.label}>
                {index > 0 ? <Primitive.Separator className="my-1 h-px bg-line" /> : null}
                {group.map((item) => (
                  <Item key={item.label} item={item} />
                ))}
              </Primitive.Group>
            ))}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

const itemClass =
  'flex min-h-[30px] cursor-pointer items-center gap-2 rounded-small px-2 text-body outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0';

function Item({ item }: { item: MenuItem }) {
  if (item.checked !== undefined)
    return (
      <Primitive.CheckboxItem
        className={itemClass}
        checked={item.checked}
        onCheckedChange={() => item.onSelect()}
        onSelect={(event) => event.preventDefault()}
      >
        <span aria-hidden className="w-4 text-accent">
          {item.checked ? '✓' : ''}
        </span>
        {item.label}
      </Primitive.CheckboxItem>
    );
  return (
    <Primitive.Item
      disabled={item.disabled ?? false}
      onSelect={item.onSelect}
      className={classNames(itemClass, item.critical && 'text-critical')}
    >
      {item.icon}
      {item.label}
    </Primitive.Item>
  );
}
