import type {Words} from '../explanation.js'

export const REST_SOURCE =
  'developer.exotel.com/docs/agentstream; github.com/exotel/Agent-Stream (OpenAPI)'

/** What the REST API of Exotel means by a status, in `{"RestException": …}`. */
export const restStatuses: Readonly<Record<string, Words>> = {
  '400': {
    meaning: "Exotel's REST API did not understand the request: a parameter is missing or wrong.",
    causes: [
      'A number is not written as Exotel wants it, or the ExoPhone is not of this account.',
      'The URL of the flow or the StreamUrl is malformed.',
      'The body is JSON where the form is urlencoded, or the other way round.',
    ],
    fix: 'Read Message in the answer: it names the parameter.',
  },
  '401': {
    meaning: "Exotel's REST API did not accept the API key and token.",
    causes: [
      'Key and token are swapped, or one of them is of another account.',
      'The request went to another region: api.exotel.com and api.in.exotel.com have accounts of their own.',
    ],
    fix: 'Copy API key, API token and the subdomain anew from the API settings of the dashboard.',
  },
  '403': {
    meaning: "Exotel's REST API knows the account and does not let it do this.",
    causes: [
      'The feature (AgentStream, Connect Voice AI) is not enabled for the account.',
      'The KYC of the account is not complete, or the number may not be called.',
    ],
    fix: "Ask Exotel's support (hello@exotel.com) to enable the feature for the account.",
  },
  '404': {
    meaning: "Exotel's REST API does not know what was asked for.",
    causes: [
      'The account SID, the CallSid or the flow id in the URL is wrong.',
      'The request went to another region than that of the account.',
    ],
    fix: 'Compare account SID and subdomain with the API settings of the dashboard.',
  },
  '429': {
    meaning: "Exotel's REST API got more requests than it takes from the account.",
    causes: [
      'Calls are placed faster than the rate limit of the plan.',
      'A program tries again without waiting.',
    ],
    fix: 'Place calls more slowly, wait longer before each new try, and ask Exotel for a higher limit.',
  },
}

/** Of any other status. */
export const otherRestStatus: Words = {
  meaning: "Exotel's REST API refused or failed the request; this says nothing of the stream.",
  causes: ['The request is wrong where the status is 4xx; Exotel failed where it is 5xx.'],
  fix: "Read Message in the answer; for 5xx wait and try again, then give Exotel's support the time and the request without its key.",
}
