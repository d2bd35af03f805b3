import { defineProblems } from '#platform/problem.ts';

/** Error codes of endpoints, deliveries and receivers. */
export const problems = defineProblems({
  'https-only': {
    status: 422,
    title: 'Messages of the production environment go over https only',
    mend: 'Give an address that starts with https://.',
  },
  'address-not-allowed': {
    status: 422,
    title: 'Messages may not be sent to this address',
    mend: 'Give a public host name: no private, loopback or special address, and no user name in it.',
  },
  'too-many-endpoints': {
    status: 409,
    title: 'This environment has as many endpoints as it may have',
    mend: 'Change or pause one that is there.',
  },
  'too-many-receivers': {
    status: 409,
    title: 'This environment has as many receivers as it may have',
    mend: 'Use or disable one that is there.',
  },
  'unknown-contact': {
    status: 422,
    title: 'This e-mail address is none of the customer’s contacts',
    mend: 'Add the contact first, or leave the address out to get the link yourself.',
  },
  'secret-not-shown': {
    status: 409,
    title: 'The secret was not made yet',
    mend: 'Open the one-time link and press its button first; nothing can be signed before.',
  },
  'endpoint-paused': {
    status: 409,
    title: 'The endpoint is paused',
    mend: 'Enable it first.',
  },
  'delivery-in-flight': {
    status: 409,
    title: 'The message is being sent at this moment',
    mend: 'Wait for the result of that attempt.',
  },
  'inbound-not-dead': {
    status: 409,
    title: 'Only a message that could not be applied can be applied again',
    mend: 'Look at its state.',
  },
  'signature-refused': {
    status: 401,
    title: 'The message is not accepted',
    mend: 'Sign id.timestamp.body with the receiver’s secret at the moment of sending (Standard Webhooks v1). The receiver’s page names the likely cause.',
  },
  'message-conflict': {
    status: 409,
    title: 'A message with this id came with another body before',
    mend: 'Give each message an id of its own, and send a message again with the very same bytes only.',
  },
  'malformed-message': {
    status: 400,
    title: 'The message is not a JSON object that can be kept',
    mend: 'Send an object with type, timestamp and data as JSON in UTF-8, without a byte order mark, control characters or a name twice in one object.',
  },
});
