import { statesOfPostcode } from './au-numbers.ts';
import type { Report } from './group-rules.ts';

type Text = string | null | undefined;

/** Warns when an Australian state and postcode do not go together; neither alone can be wrong. */
export function checkStateOfPostcode(
  report: Report,
  field: string,
  address: { country: Text; state?: Text; postcode?: Text },
): void {
  if (address.country !== 'AU' || !address.state || !address.postcode) return;
  const states = statesOfPostcode(address.postcode);
  if (states.includes(address.state.trim().toUpperCase())) return;
  report(
    'warning',
    'state-postcode',
    field,
    'The postcode is not one of that state',
    'Check both; some postcodes along a border serve two states.',
  );
}
