import Check from 'lucide-react/icons/check';
import Copy from 'lucide-react/icons/copy';
import { useState } from 'react';
import { IconButton } from './button.tsx';

/** Copies text; says so for two seconds. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <IconButton label={copied ? 'Copied' : label} small onClick={() => void copy()}>
      {copied ? <Check aria-hidden className="text-positive" /> : <Copy aria-hidden />}
    </IconButton>
  );
}

/** Code, an id or a key: monospace, with a button that copies it. */
export function Code({ text, label }: { text: string; label?: string }) {
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1">
      <code className="min-w-0 truncate font-mono text-code">{text}</code>
      <CopyButton text={text} label={label ?? `Copy ${text}`} />
    </span>
  );
}
