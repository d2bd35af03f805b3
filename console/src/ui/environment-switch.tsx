import { classNames } from './class-names.ts';

export type EnvironmentName = 'sandbox' | 'production';

/** How environments are written on screens. */
export const environmentNames: Record<EnvironmentName, string> = {
  sandbox: 'Sandbox',
  production: 'Production',
};

/** Chooses the environment of a customer's pages; the word is always there, not only the colour. */
export function EnvironmentSwitch({
  value,
  onChange,
}: {
  value: EnvironmentName;
  onChange(value: EnvironmentName): void;
}) {
  return (
    <fieldset className="inline-flex rounded-control border bg-raised p-0.5">
      <legend className="sr-only">Environment</legend>
      {(['sandbox', 'production'] as const).map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={value === name}
          onClick={() => onChange(name)}
          className={classNames(
            'h-6 rounded-small px-2 text-small font-medium text-muted hover:text-ink',
            value === name && (name === 'sandbox' ? 'bg-caution/13 text-caution' : 'bg-hover text-ink'),
          )}
        >
          {environmentNames[name]}
        </button>
      ))}
    </fieldset>
  );
}

/** The striped edge and the word that mark every page of a sandbox. */
export function SandboxEdge() {
  return (
    <div className="sandbox-edge h-1" role="note" aria-label="Sandbox: test data only">
      <span className="sr-only">Sandbox</span>
    </div>
  );
}
