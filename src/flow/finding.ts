import type {Applet, Flow} from './flow.js'

/**
 * `error`: no call will go as it is meant. `warning`: Exotel takes it, and some calls will go wrong.
 * `info`: advice; the flow is good.
 */
export type Severity = 'error' | 'warning' | 'info'

/** What is wrong with a flow. The names are a contract: they are the keys of `--json`. */
export type Finding = {
  /** Kebab-case, from the table in the README. */
  readonly id: string
  readonly severity: Severity
  /** Where: `applets[1].voicebot.url`; empty for the flow as a whole. */
  readonly path: string
  readonly line?: number
  /** What, and why it is wrong, in one sentence. */
  readonly summary: string
  /** What to do; may have a second line to copy. */
  readonly fix: string
  /** The public page behind the rule, or that it is our inference. */
  readonly source: string
}

export type FlowReport = {
  readonly schemaVersion: 1
  /** `broken` where any finding is above `info`. */
  readonly verdict: 'ok' | 'broken'
  readonly findings: readonly Finding[]
}

/** One thing that a rule has found, before its place in the file is known. */
export type Found = {
  readonly applet?: Applet
  /** Its name in the file, such as `url` or `on302`. */
  readonly field?: string
  readonly summary: string
  readonly fix: string
}

export type RuleOptions = {
  /** The flow is tried on this machine: neither its hosts nor its schemes have to be fit for Exotel. */
  readonly isLocal: boolean
}

/** One rule, one file. */
export type Rule = {
  readonly id: string
  readonly severity: Severity
  readonly source: string
  find(flow: Flow, options: RuleOptions): readonly Found[]
}
