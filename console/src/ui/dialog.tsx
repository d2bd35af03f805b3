import X from 'lucide-react/icons/x';
import { Dialog as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import { useFocusReturn } from './focus-return.ts';

export interface DialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** Says what will happen, to how many. */
  description?: ReactNode;
  children: ReactNode;
  wide?: boolean;
}

const close = (
  <Primitive.Close asChild>
    <IconButton label="Close">
      <X aria-hidden />
    </IconButton>
  </Primitive.Close>
);

/** A form is begun at its first field, a question at its harmless answer, neither at the button that closes it. */
function focusFirstField(event: Event): void {
  const field = (event.currentTarget as HTMLElement | null)?.querySelector<HTMLElement>(
    ':is(form :is(input, select, textarea), [data-begin]):not(:disabled)',
  );
  if (!field) return;
  event.preventDefault();
  field.focus();
}

/** A window over the page for one decision or one form. Escape closes it, the focus goes back where it was. */
export function Dialog({ open, onOpenChange, title, description, children, wide = false }: DialogProps) {
  const focus = useFocusReturn();
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-50 animate-fade bg-veil" />
        <Primitive.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={(event) => {
            focus.remember();
            focusFirstField(event);
          }}
          onCloseAutoFocus={focus.giveBack}
          className={classNames(
            'fixed top-[10vh] left-1/2 z-50 flex max-h-[84vh] w-[calc(100vw-24px)] -translate-x-1/2 animate-float flex-col rounded-card bg-raised shadow-float',
            wide ? 'max-w-[760px]' : 'max-w-[520px]',
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-2">
            <div className="min-w-0 flex-1">
              <Primitive.Title className="text-heading">{title}</Primitive.Title>
              {description ? (
                <Primitive.Description className="mt-1 text-muted">{description}</Primitive.Description>
              ) : null}
            </div>
            {close}
          </header>
          <div className="scroll-pb-16 overflow-y-auto px-5 pt-2 pb-5">{children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** The buttons of a dialog; they stay in sight where its form is longer than the window. */
export function DialogButtons({ children }: { children: ReactNode }) {
  return (
    <div className="sticky -bottom-5 -mx-5 -mb-5 flex flex-wrap items-center justify-end gap-2 bg-raised px-5 pt-3 pb-5">
      {children}
    </div>
  );
}

export interface SidePanelProps extends Omit<DialogProps, 'wide'> {
  /** Stands beside the title: the link to the detail's own page. */
  actions?: ReactNode;
}

/** Detail over a list, 480 px from the right; the list stays as it was. */
export function SidePanel({ open, onOpenChange, title, description, children, actions }: SidePanelProps) {
  const focus = useFocusReturn();
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-50 animate-fade bg-veil/40" />
        <Primitive.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={focus.remember}
          onCloseAutoFocus={focus.giveBack}
          className="fixed inset-y-0 right-0 z-50 flex w-full max-w-[480px] animate-slide flex-col border-l bg-raised shadow-float"
        >
          <header className="flex items-start gap-2 border-b px-5 py-3">
            <div className="min-w-0 flex-1">
              <Primitive.Title className="text-heading">{title}</Primitive.Title>
              {description ? (
                <Primitive.Description className="text-muted">{description}</Primitive.Description>
              ) : null}
            </div>
            {actions}
            {close}
          </header>
          <section className="flex-1 overflow-y-auto p-5" tabIndex={-1} aria-label={title}>
            {children}
          </section>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
