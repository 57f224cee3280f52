import type {Finding, Violation} from '../../../protocol/events.js'
import {rules} from '../../../protocol/rules.js'
import type {StreamLog} from '../../../stream/bot/stream-log.js'
import type {StreamWatch} from '../../../stream/bot/stream-watch.js'
import {FindingCounter} from '../../../stream/findings.js'

/** What both looks at a relayed stream share. */
export type LookOptions = {
  /** Milliseconds since the caller's socket was accepted. */
  readonly now: () => number
  readonly log: StreamLog
  readonly watch: StreamWatch | undefined
}

/** The rules that one side broke: counted, told to the watch, and logged the first time. */
export class Tally {
  readonly #by: 'caller' | 'bot'
  readonly #options: LookOptions
  readonly #findings = new FindingCounter()

  constructor(by: 'caller' | 'bot', options: LookOptions) {
    this.#by = by
    this.#options = options
  }

  add(violation: Violation): void {
    const {now, log, watch} = this.#options
    const atMs = now()
    const isFirst = this.#findings.add(violation, atMs)
    watch?.({type: 'violation', atMs, by: this.#by, violation, isFirst})
    if (!isFirst) return
    if (this.#by === 'caller') log.violated(violation)
    else this.#logBot(violation)
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
  #logBot({rule, detail}: Violation): void {
    const {severity, what, fix} = rules[rule]
    const values = {category: 'BIDIRECTIONAL', rule, summary: what, detail, fix}
    const level = severity === 'info' ? 'info' : 'warn'
    this.#options.log.logger[level](values, 'the bot broke a rule')
  }
}
