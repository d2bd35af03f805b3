import { compileNaming, NamingFault } from './file-name.ts';
import { problems } from './problems.ts';

/** A naming with the customer's code in it. Throws invalid-naming when names that come in could not be checked by it. */
export function usableNaming(naming: string, customerCode: string, direction: 'in' | 'out'): string {
  const named = naming.replaceAll('{CUSTOMER}', customerCode);
  if (direction === 'out') return named;
  try {
    compileNaming(named);
    return named;
  } catch (error) {
    if (!(error instanceof NamingFault)) throw error;
    throw problems['invalid-naming']({ errors: [{ pointer: '/naming', detail: error.message }] });
  }
}
