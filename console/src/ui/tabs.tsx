import { Tabs as Primitive } from 'radix-ui';
import { type ReactNode, useEffect, useRef } from 'react';
import { useOverflowHint } from './overflow-hint.ts';

export interface TabsProps {
  value: string;
  onChange(value: string): void;
  label: string;
  tabs: { value: string; label: string; count?: number | undefined; content: ReactNode }[];
}

/** Tabs of one page; only the chosen one is drawn. They scroll sideways where they do not fit, to the chosen one. */
export function Tabs({ value, onChange, label, tabs }: TabsProps) {
  const strip = useRef<HTMLDivElement>(null);
  useOverflowHint(strip);
  useEffect(() => {
    const list = strip.current?.firstElementChild;
    if (!strip.current || !list) return;
    const reveal = () => {
      const chosen = list.querySelector<HTMLElement>(`[data-tab="${value}"]`);
      if (strip.current && chosen)
        strip.current.scrollLeft = chosen.offsetLeft - (strip.current.clientWidth - chosen.offsetWidth) / 2;
    };
    // Its width changes once more when the typeface and the counts have come.
    const sizes = new ResizeObserver(reveal);
    sizes.observe(list);
    return () => sizes.disconnect();
  }, [value]);
  return (
    <Primitive.Root value={value} onValueChange={onChange}>
      <div ref={strip} className="overflow-hint relative overflow-x-auto border-b">
        <Primitive.List aria-label={label} className="flex w-max min-w-full gap-1">
          {tabs.map((tab) => (
            <Primitive.Trigger
              key={tab.value}
              value={tab.value}
              data-tab={tab.value}
              className="-mb-px focus-inset cursor-pointer border-b-2 border-transparent px-2 py-2 font-medium whitespace-nowrap text-muted transition-colors duration-120 hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
            >
              {tab.label}
              {tab.count === undefined ? null : (
                <span className="ml-1.5 text-small text-muted">{tab.count}</span>
              )}
            </Primitive.Trigger>
          ))}
        </Primitive.List>
      </div>
      {tabs.map((tab) => (
        <Primitive.Content key={tab.value} value={tab.value} tabIndex={-1} className="pt-5">
          <h2 className="sr-only">{tab.label}</h2>
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}
