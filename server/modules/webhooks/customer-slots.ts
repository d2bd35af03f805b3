/** Whose slot it is. */
interface SlotOf {
  customerId: string;
  endpointId: string;
}

/** How many requests to a customer's endpoints may be under way in this process. */
export interface CustomerSlots {
  /** Says how many endpoints a customer has that are enabled. */
  know(customerId: string, endpoints: number): void;
  /** Takes a slot and returns what frees it; undefined when there is none: then `wake` is called once one is free. */
  take(of: SlotOf, wake: () => void): (() => void) | undefined;
}

/**
 * Opens the slots. A customer whose endpoints all hang holds `perCustomer` requests and no more; of these the last one
 * goes only to an endpoint that holds none, so that one endpoint that hangs never holds up the customer's others.
 */
export function openCustomerSlots(perCustomer: number): CustomerSlots {
  const taken = new Map<string, { total: number; of: Map<string, number>; waiting: Set<() => void> }>();
  const endpoints = new Map<string, number>();
  const release = (of: SlotOf) => {
    const customer = taken.get(of.customerId);
    if (customer === undefined) return;
    customer.total -= 1;
    customer.of.set(of.endpointId, (customer.of.get(of.endpointId) ?? 1) - 1);
    const waiting = [...customer.waiting];
    customer.waiting.clear();
    if (customer.total === 0) taken.delete(of.customerId);
    for (const wake of waiting) wake();
  };
  return {
    know: (customerId, count) => {
      if (count > 1) endpoints.set(customerId, count);
      else endpoints.delete(customerId);
    },
    take: (of, wake) => {
      let customer = taken.get(of.customerId);
      if (customer === undefined) {
        customer = { total: 0, of: new Map(), waiting: new Set() };
        taken.set(of.customerId, customer);
      }
      const own = customer.of.get(of.endpointId) ?? 0;
      const kept = own > 0 && endpoints.has(of.customerId) && perCustomer > 1 ? 1 : 0;
      if (customer.total + kept >= perCustomer) {
        customer.waiting.add(wake);
        return undefined;
      }
      customer.total += 1;
      customer.of.set(of.endpointId, own + 1);
      let isHeld = true;
      return () => {
        if (isHeld) release(of);
        isHeld = false;
      };
    },
  };
}
