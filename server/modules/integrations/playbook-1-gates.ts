import type { Gate } from './playbook-words.ts';

type Given = Pick<Gate, 'id' | 'title' | 'awaits' | 'whom'> & Partial<Gate>;

/** A gate of the way to the tracks: nobody but the one named can say it, unless it says otherwise. */
const work = (gate: Given): Gate => ({ required: true, pieces: 'one', confirmBy: [], waiveBy: [], ...gate });
/** A gate of a track: may be waived by the Integrations & Solutions Manager or the Commercial Director. */
const seen = (gate: Given): Gate => work({ waiveBy: ['integrations-manager', 'commercial-director'], ...gate });

const existing: Gate[] = [
  work({ id: 'E1.customer', title: 'Customer and service model known', awaits: 'The customer and its service model.', whom: 'commercial-director', derived: 'customer-known' }),
  work({ id: 'E2.discovery', title: 'Business need and required outcomes', awaits: 'The record of the high-level discovery: business need and required outcomes.', whom: 'commercial-director', fresh: true, waiveBy: ['commercial-director'] }),
  work({ id: 'E3.integrations-manager', title: 'Integrations & Solutions Manager answered', awaits: 'An answer to the consultation.', whom: 'integrations-manager', fresh: true, waiveBy: ['commercial-director'] }),
  work({ id: 'E3.customer-team-lead', title: 'Customer Team Lead answered', awaits: 'An answer to the consultation.', whom: 'customer-team-lead', fresh: true, waiveBy: ['commercial-director'], when: { serviceModels: ['fms'] } }),
  work({ id: 'E4.minutes', title: 'Minutes of the meeting', awaits: 'The minutes of the meeting with the customer; one line is enough.', whom: 'commercial-director', fresh: true, waiveBy: ['commercial-director'] }),
  work({ id: 'E4.customer-attended', title: 'The customer was at the meeting', awaits: 'The attendees, somebody of the customer among them.', whom: 'commercial-director', fresh: true, waiveBy: ['commercial-director'] }),
  work({ id: 'E5.ticket', title: 'Ticket made by the mail, and bound', awaits: 'The ticket that the mail to the helpdesk makes by itself.', whom: 'system', fresh: true }),
  work({ id: 'E6.version', title: 'A complete version of the estimate', awaits: 'A version with at least one line, its assumptions and a validity date, handed in for review.', whom: 'integrations-manager', fresh: true }),
  work({ id: 'E7.comment', title: 'At least one comment', awaits: 'Feedback on the estimate.', whom: 'commercial-director', fresh: true }),
  work({ id: 'E8.version', title: 'A new version, every comment answered', awaits: 'A refined version in which every comment is answered.', whom: 'integrations-manager', fresh: true }),
  work({ id: 'E9.finalised', title: 'Finalised with no comment left open', awaits: 'The estimate locked, hashed and rendered.', whom: 'commercial-director', fresh: true }),
  work({ id: 'E10.sent', title: 'Sent to a recipient with authority', awaits: 'The estimate sent to a person of the customer who may sign.', whom: 'commercial-director', fresh: true }),
  work({ id: 'E11.acceptance', title: 'Accepted by the customer', awaits: "The customer's sign-off of the latest version.", whom: 'customer', fresh: true }),
  work({ id: 'E11a.request', title: 'The customer asked for a change', awaits: 'A request for a change.', whom: 'customer', fresh: true }),
  work({ id: 'E11b.declined', title: 'The customer declined', awaits: 'A reason.', whom: 'customer', fresh: true }),
  work({ id: 'E11b.expired', title: 'The validity has passed', awaits: 'The last day of the validity.', whom: 'system', fresh: true }),
  work({ id: 'E12.card', title: 'The card exists', awaits: 'The card on the board "Customer Pipeline".', whom: 'commercial-director' }),
  work({ id: 'E12.assigned', title: 'Card assigned to the Integrations & Solutions Manager', awaits: 'The card assigned to the Integrations & Solutions Manager: the signal to start.', whom: 'commercial-director' }),
  work({ id: 'E13.assignment', title: 'The assignment was seen', awaits: 'The card assigned to the Integrations & Solutions Manager.', whom: 'integrations-manager' }),
  work({ id: 'E14.web-api', title: 'Web API is live', awaits: 'The Web API track.', whom: 'system', derived: 'track-live', track: 'web-api', when: { track: 'web-api' } }),
  work({ id: 'E14.file-transfer', title: 'File transfer is live', awaits: 'The file transfer track.', whom: 'system', derived: 'track-live', track: 'file-transfer', when: { track: 'file-transfer' } }),
  work({ id: 'E15.first-day', title: 'A first day of production use counted', awaits: 'The first day of production use.', whom: 'system', when: { track: 'web-api' } }),
];

const newCustomer: Gate[] = [
  work({ id: 'N1.project', title: 'Project reference', awaits: 'The reference of the onboarding project.', whom: 'lead-consultant', fresh: true }),
  work({ id: 'N1.clause', title: 'Clause of the contract', awaits: 'The clause of the contract that decides the scope.', whom: 'lead-consultant', fresh: true }),
  work({ id: 'N2.clause', title: 'Clause cited', awaits: 'The clause that puts this integration in scope.', whom: 'lead-consultant', fresh: true }),
  work({ id: 'N3.clause-absent', title: 'No clause covers it', awaits: 'Why no clause of the contract covers this integration.', whom: 'lead-consultant', fresh: true }),
  work({ id: 'N4.proof', title: 'Change approved outside, with proof', awaits: 'The approval of the change: an estimate signed off here, or a reference with proof.', whom: 'lead-consultant', fresh: true }),
  work({ id: 'N4.acceptance', title: 'Change signed off by the customer', awaits: "The customer's sign-off of the change's estimate.", whom: 'customer', fresh: true }),
  work({ id: 'N4.declined', title: 'Change declined by the customer', awaits: 'A reason.', whom: 'customer', fresh: true }),
  work({ id: 'N4.version', title: 'A complete version of the change estimate', awaits: "A version of the change's estimate, handed in for review.", whom: 'integrations-manager', fresh: true }),
  work({ id: 'N6.card', title: 'Card assigned to the Integrations & Solutions Manager', awaits: 'The card assigned to the Integrations & Solutions Manager: the signal to start.', whom: 'lead-consultant' }),
  work({ id: 'N6.ticket', title: 'Ticket assigned to the Integrations & Solutions Manager', awaits: 'The ticket assigned to the Integrations & Solutions Manager.', whom: 'lead-consultant', when: { ticketed: true } }),
];

const webApi: Gate[] = [
  seen({ id: 'W1.asked', title: 'Credentials asked for', awaits: 'A verified contact of the customer asks for sandbox credentials.', whom: 'customer', confirmBy: ['integrations-manager'] }),
  seen({ id: 'W1.revealed', title: 'Secret shown once', awaits: 'The customer presses the button behind the one-time link.', whom: 'customer', confirmBy: ['integrations-manager'] }),
  seen({ id: 'W1.first-call', title: 'First authenticated call in the sandbox', awaits: "A first call with the customer's key.", whom: 'customer', confirmBy: ['integrations-manager'] }),
  work({ id: 'W2.direction', title: 'Direction of webhooks known', awaits: 'Which way webhooks go: none, outbound, inbound or both.', whom: 'integrations-manager', when: { track: 'web-api', webhooks: ['unknown'] } }),
  seen({ id: 'W2.outbound-accepted', title: 'A valid signed message accepted by your endpoint', awaits: "The customer's endpoint takes a validly signed message.", again: 'Run the verification of the endpoint again.', whom: 'customer', confirmBy: ['integrations-manager'], when: { webhooks: ['outbound'] }, binds: ['endpoint'] }),
  seen({ id: 'W2.outbound-refused', title: 'A forged and a stale message refused by your endpoint', awaits: "The customer's endpoint refuses a forged and a stale message.", again: 'Run the verification of the endpoint again.', whom: 'customer', confirmBy: ['integrations-manager'], when: { webhooks: ['outbound'] }, binds: ['endpoint'] }),
  seen({ id: 'W2.inbound-accepted', title: 'A valid signed message received from you', awaits: "A validly signed message from the customer's system.", again: 'Send a signed message again.', whom: 'customer', confirmBy: ['integrations-manager'], when: { webhooks: ['inbound'] }, binds: ['receiver'] }),
  seen({ id: 'W2.inbound-forged', title: 'A forged message refused', awaits: 'A message with a wrong signature, which is refused.', again: 'Send a forged message again.', whom: 'customer', confirmBy: ['integrations-manager'], when: { webhooks: ['inbound'] }, binds: ['receiver'] }),
  seen({ id: 'W2.inbound-replayed', title: 'A replayed message refused', awaits: 'A message sent a second time, which is not applied again.', again: 'Send a message twice again.', whom: 'customer', confirmBy: ['integrations-manager'], when: { webhooks: ['inbound'] }, binds: ['receiver'] }),
  seen({ id: 'W3.operations', title: 'Calls that cover the operations needed', awaits: 'A call to each operation this integration needs.', again: 'Call each operation again.', whom: 'customer', pieces: 'operations', confirmBy: ['customer'], binds: ['api'] }),
  seen({ id: 'W4.extract', title: 'Extract delivered', awaits: 'The data extract, delivered by one-time link or file.', whom: 'integrations-manager', confirmBy: ['integrations-manager'], when: { audited: 'web-api' } }),
  seen({ id: 'W4.audit', title: 'No open difference', awaits: 'The data audit closed: each difference corrected, or accepted with a reason.', whom: 'customer', confirmBy: ['customer'], when: { audited: 'web-api' } }),
  seen({ id: 'W5.unit', title: 'Unit tests declared done', awaits: "The customer's word that its unit tests are done; they run on its side.", whom: 'customer', confirmBy: ['customer'] }),
  seen({ id: 'W5.end-to-end', title: 'End-to-end scenarios passed', awaits: 'Every agreed scenario passed under the present configuration.', again: 'Run the end-to-end scenarios again.', whom: 'customer', confirmBy: ['customer'], binds: ['api', 'endpoint', 'receiver', 'certification'] }),
  work({ id: 'W6.steps', title: 'W1 to W5 passed and not stale', awaits: 'The steps before this one.', whom: 'customer', derived: 'steps-passed', track: 'web-api' }),
  seen({ id: 'W6.credentials', title: 'Production credentials issued', awaits: 'Production credentials.', whom: 'integrations-manager' }),
  work({ id: 'W6.satisfied', title: 'The customer is satisfied', awaits: "The customer's word that it is satisfied with the integration: that is live.", whom: 'customer' }),
  seen({ id: 'W6.first-production', title: 'First production call or message', awaits: 'The first call or message in production.', whom: 'customer', required: false }),
  seen({ id: 'W7.within-policy', title: 'Volumes within the fair-use policy', awaits: 'Days of production use within the fair-use policy.', whom: 'customer', pieces: 'days', when: { track: 'web-api' } }),
];

const fileTransfer: Gate[] = [
  seen({ id: 'F1.key', title: 'SFTP key registered', awaits: "The fingerprint of the customer's SFTP key.", whom: 'customer', confirmBy: ['integrations-manager'] }),
  seen({ id: 'F1.format', title: 'Format version acknowledged', awaits: 'The customer acknowledges the version of the standard file format.', whom: 'customer', confirmBy: ['integrations-manager'] }),
  seen({ id: 'F1.login', title: 'First login seen', awaits: 'A first login over SFTP.', whom: 'customer', confirmBy: ['integrations-manager'] }),
  seen({ id: 'F2.agreed', title: 'Naming, acknowledgement and schedule agreed', awaits: 'The exchange agreed by both sides.', whom: 'integrations-manager', confirmBy: ['integrations-manager'] }),
  seen({ id: 'F2.probe-in', title: 'Probe file in, checksums equal', awaits: 'A probe file put by the customer, with an equal checksum.', again: 'Send a probe file in again.', whom: 'customer', confirmBy: ['integrations-manager'], binds: ['exchange'] }),
  seen({ id: 'F2.probe-out', title: 'Probe file out, checksums equal', awaits: 'A probe file fetched by the customer, with an equal checksum.', again: 'Fetch a probe file again.', whom: 'customer', confirmBy: ['integrations-manager'], binds: ['exchange'] }),
  seen({ id: 'F3.extract', title: 'Extract delivered', awaits: 'The data extract, delivered by one-time link or file.', whom: 'integrations-manager', confirmBy: ['integrations-manager'], when: { audited: 'file-transfer' } }),
  seen({ id: 'F3.audit', title: 'No open difference', awaits: 'The data audit closed: each difference corrected, or accepted with a reason.', whom: 'customer', confirmBy: ['customer'], when: { audited: 'file-transfer' } }),
  seen({ id: 'F4.files', title: 'Valid files in a row', awaits: 'Valid test files, one after the other.', again: 'Send the test files again.', whom: 'customer', pieces: 'files', confirmBy: ['customer'], binds: ['exchange'] }),
  seen({ id: 'F4.bad', title: 'A bad file answered', awaits: 'A bad file, if the customer wants to see how it is answered.', whom: 'customer', required: false }),
  seen({ id: 'F4.duplicate', title: 'A duplicate file answered', awaits: 'A duplicate file, if the customer wants to see how it is answered.', whom: 'customer', required: false }),
  work({ id: 'F5.steps', title: 'F1 to F4 passed and not stale', awaits: 'The steps before this one.', whom: 'customer', derived: 'steps-passed', track: 'file-transfer' }),
  work({ id: 'F5.first-file', title: 'First production file accepted and used', awaits: 'The first file in production, applied to the payroll records.', whom: 'customer' }),
];

/** Every gate of the first version, in the order of the process. */
export const gatesOfVersion1: Gate[] = [...existing, ...newCustomer, ...webApi, ...fileTransfer];
