export type ThresholdResult = {
  readonly expression: string
  /** Whose calls it judges; of all calls when absent. */
  readonly scenario?: string
  readonly value?: number
  readonly status: 'pass' | 'fail' | 'not-measured'
}
