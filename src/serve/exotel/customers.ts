import type {Clock} from '../../clock.js'
import {MOST_CUSTOMER_FIELDS} from './call-fields.js'
import {Recent} from './recent.js'

const MOST_CALLS = 10_000
const KEPT_MS = 60 * 60 * 1000

type Customer = Readonly<Record<string, string>>

/** What Passthru applets said of the customer, by CallSid, until the stream of the call asks for it. */
export class Customers {
  readonly #recent: Recent<Customer>

  constructor({clock}: {readonly clock: Clock}) {
    this.#recent = new Recent({clock, most: MOST_CALLS, keepMs: KEPT_MS})
  }

  of(callSid: string): Customer {
    return this.#recent.get(callSid) ?? {}
  }

  /** A flow may ask more than once: what came later is added, and wins. */
  keep(callSid: string, customer: Customer): void {
    if (Object.keys(customer).length === 0) return
    const entries = Object.entries({...this.of(callSid), ...customer})
    this.#recent.set(callSid, Object.fromEntries(entries.slice(-MOST_CUSTOMER_FIELDS)))
  }
}
