import type { FairUsePolicyBody } from '#contract/fair-use.ts';
import { VENDOR_STREAM } from '#platform/events.ts';
import type { Work } from '#platform/transact.ts';
import { insertPolicy } from './fair-use-store.ts';
import { forgetPolicy } from './policy-in-force.ts';

/** Sets the vendor's figures as a new version, in force within five seconds everywhere; returns the version. */
export async function setPolicy(work: Work, policy: FairUsePolicyBody): Promise<number> {
  const setBy = work.actor.kind === 'person' ? work.actor.name : work.actor.id;
  const version = await insertPolicy(work.sql, policy, setBy, work.now);
  forgetPolicy(work.platform);
  work.emit(VENDOR_STREAM, {
    type: 'fair_use.policy_set',
    subject: { version: String(version) },
    data: { version, meters: policy.meters, burst: policy.burst },
  });
  work.audit({ action: 'fair-use.policy-set', subject: String(version) });
  return version;
}
