import { defineProblems } from '#platform/problem.ts';

/** The error codes of credentials and one-time links. */
export const problems = defineProblems({
  'invalid-api-key': {
    status: 401,
    title: 'The API key is not valid',
    mend: 'Check that it was copied whole, was not rolled or revoked, and is sent as Authorization: Bearer fl_….',
  },
  'api-key-not-from-here': {
    status: 403,
    title: 'The API key may not be used from this address',
    mend: "Call from one of the key's allowed addresses, or ask for another key.",
  },
  'wrong-environment': {
    status: 403,
    title: 'The API key is for another environment',
    mend: 'Keys that start with fl_test_ open the sandbox, fl_live_ production. Send the key of the environment you mean.',
  },
  'api-key-leaked': {
    status: 400,
    title: 'The request holds an API key where no key belongs',
    mend: 'Send the key in the Authorization header only. This one counts as leaked now: roll or revoke it in the portal.',
  },
  'key-request-decided': {
    status: 409,
    title: 'This request has been answered already',
    mend: 'Read the request again; ask for a new key if one is still needed.',
  },
  'production-key-at-go-live': {
    status: 409,
    title: 'Production keys are issued at go-live',
    mend: 'Issue the first production key from the integration once its steps have passed.',
  },
  'api-key-expiry-past': {
    status: 422,
    title: 'The key would have expired before it is used',
    mend: 'Give a moment that is still to come, or leave expiresAt out.',
  },
  'key-request-open': {
    status: 409,
    title: 'You have asked for a key for this purpose already',
    mend: 'Wait for the answer to the open request, or say what else the key is for.',
  },
  'too-many-key-requests': {
    status: 429,
    title: 'Too many of your requests for keys are open',
    mend: 'Wait until some of them are answered.',
  },
  'key-request-asker-left': {
    status: 409,
    title: 'The person who asked may hold API keys no longer',
    mend: 'Let another person of the customer ask for the key.',
  },
  'api-key-holder-left': {
    status: 422,
    title: 'The person who holds this key has left',
    mend: 'Name in sendLinkTo the contact who gets the new key.',
  },
  'not-a-contact': {
    status: 422,
    title: 'This address is not a contact of the customer',
    mend: 'Add the contact first, or name another one.',
  },
  'api-key-not-active': {
    status: 409,
    title: 'This API key is not active',
    mend: 'Ask for a new key instead.',
  },
  'link-used': {
    status: 410,
    title: 'This link was used already',
    mend: 'What it showed is not shown again. If it was not you, tell the vendor at once; else ask for a new link.',
  },
  'link-expired': {
    status: 410,
    title: 'This link has expired',
    mend: 'Ask for a new link.',
  },
  'link-void': {
    status: 410,
    title: 'This link was withdrawn',
    mend: 'Ask for a new link.',
  },
});
