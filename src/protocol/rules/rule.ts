export type Severity = 'error' | 'warning' | 'info'

/** A rule of the catalogue without its id, which is its key there. */
export type RuleText = {
  /** Its number in `protocol/README.md`: C1 to C40 of a bot's conduct, T1 and on of odd writing. */
  readonly ref: string
  readonly severity: Severity
  /** Nothing in exostream looks for it yet. */
  readonly planned?: true
  /** What happened, in one sentence: the summary of a finding. */
  readonly what: string
  readonly why: string
  /** What to do about it; starts with a verb. */
  readonly fix: string
  /** A public page or repository, or "policy of exostream". */
  readonly source: string
}
