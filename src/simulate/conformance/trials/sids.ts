import {type Form, type Need, tryForms} from '../forms.js'
import type {Trial} from '../trial.js'

/** C40: sids and numbers as Exotel has them, not as another provider does. */
export function sids(need: Need | undefined): Trial {
  return {
    rule: 'needs-prefixed-sids',
    run: (calls) =>
      tryForms(calls, {
        rule: 'needs-prefixed-sids',
        groups: [[PREFIXED_SIDS], [NATIONAL_NUMBERS]],
        need,
      }),
  }
}

/** Look-alikes of the developer portal's examples; not real, like all that a simulated call has. */
export const PREFIXED_SIDS: Form = {
  id: 'prefixed-sids',
  what: 'sids that start with CA, MZ and AC',
  isExotels: false,
  variation: {
    plan: {
      identity: {
        callSid: 'CA0123456789abcdef0123456789abcdef',
        streamSid: 'MZ0123456789abcdef0123456789abcdef',
        accountSid: 'AC0123456789abcdef0123456789abcdef',
      },
    },
  },
  causeOfNeed: 'needs-prefixed-sids',
}

/** As in the Passthru data of erpnext's exotel_test_data.py. */
const NATIONAL_NUMBERS: Form = {
  id: 'national-numbers',
  what: 'numbers that start with 0',
  isExotels: false,
  variation: {plan: {identity: {from: '09100000001', to: '08000000002'}}},
  cause: 'needs-prefixed-sids',
}
