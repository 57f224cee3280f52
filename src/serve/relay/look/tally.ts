import type {Finding, Violation} from '../../../protocol/events.js'
import {rules} from '../../../protocol/rules.js'
import type {StreamLog} from '../../../stream/bot/stream-log.js'
import type {StreamRecord} from '../../../stream/bot/stream-record.js'
import {FindingCounter} from '../../../stream/findings.js'

export type TallyOptions = {
  /** Milliseconds since the caller's socket was accepted. */
  readonly now: () => number
  readonly log: StreamLog
  readonly record: StreamRecord
}

/** The rules that the bot broke: counted, told to the watch, and logged the first time. */
export class Tally {
  readonly #options: TallyOptions
  readonly #findings = new FindingCounter()

  constructor(options: TallyOptions) {
    this.#options = options
  }

  add(violation: Violation): void {
    const {now, record} = this.#options
    const isFirst = this.#findings.add(violation, now())
    record.tell({type: 'violation', by: 'bot', violation, isFirst})
    if (isFirst) this.#log(violation)
  }

  findings(): readonly Finding[] {
    return this.#findings.findings()
  }

  /** How often each rule was broken, for the log; nothing where none was. */
  counts(): Readonly<Record<string, number>> | undefined {
    const findings = this.findings()
    if (findings.length === 0) return undefined
    return Object.fromEntries(findings.map(({rule, count}) => [rule, count]))
  }

  /** The bot is the user's own: the line says how to mend it. */
  #log({rule, detail}: Violation): void {
    const {severity, what, fix} = rules[rule]
    const values = {category: 'BIDIRECTIONAL', rule, summary: what, detail, fix}
    const level = severity === 'info' ? 'info' : 'warn'
    this.#options.log.logger[level](values, 'the bot broke a rule')
  }
}
