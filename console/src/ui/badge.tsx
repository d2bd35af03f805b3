import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type Tone = 'neutral' | 'accent' | 'positive' | 'caution' | 'critical' | 'info';

const tones: Record<Tone, string> = {
  neutral: 'text-muted bg-hover',
  accent: 'text-accent bg-accent/10',
  positive: 'text-positive bg-positive/10',
  caution: 'text-caution bg-caution/11',
  critical: 'text-critical bg-critical/9',
  info: 'text-info bg-info/10',
};

/** A word in a small field of its tone; the word carries the meaning, the tone only helps. */
export function Badge({
  tone = 'neutral',
  icon,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span
      className={classNames(
        'inline-flex h-5 max-w-full items-center gap-1 rounded-small px-1.5 text-[12px] leading-5 font-medium whitespace-nowrap [&_svg]:size-3',
        tones[tone],
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  );
}
