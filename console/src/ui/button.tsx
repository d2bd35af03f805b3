import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'critical';

const looks: Record<ButtonLook, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:bg-accent/90',
  plain: 'bg-raised text-ink border-line hover:bg-[color-mix(in_oklab,var(--text)_5%,var(--surface-raised))]',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-hover',
  critical: 'bg-raised text-critical border-line hover:border-critical hover:bg-critical/8',
};

export interface ButtonProps extends ComponentProps<'button'> {
  /** Where a dialog without a form is begun: at what loses nothing. */
  'data-begin'?: boolean;
  look?: ButtonLook;
  small?: boolean;
  /** The act is under way: the button stays in place, says so and takes no second click. */
  busy?: boolean;
  icon?: ReactNode;
}

/** The class names of a button, for links that act as one. */
export function buttonClass(look: ButtonLook = 'plain', small = false): string {
  return classNames(
    'inline-flex shrink-0 items-center justify-center gap-2 rounded-control border font-medium whitespace-nowrap no-underline select-none',
    'transition-colors duration-120 disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:opacity-50',
    small ? 'h-[26px] px-2 text-small' : 'h-(--control-height) px-3 text-body',
    looks[look],
  );
}

/** A button; its words are a verb. */
export function Button({
  look = 'plain',
  small = false,
  busy = false,
  icon,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      disabled={rest.disabled || busy}
      className={classNames(buttonClass(look, small), className)}
    >
      {icon}
      {busy ? <span className="animate-breathe">{children}</span> : children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label'> {
  label: string;
  small?: boolean;
}

/** A button that is only a picture; `label` is its name for screen readers and on hover. */
export function IconButton({ label, small = false, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center rounded-control text-muted transition-colors duration-120 hover:bg-hover hover:text-ink disabled:opacity-40 [&_svg]:size-4',
        small ? 'size-6' : 'size-8',
        className,
      )}
    />
  );
}
