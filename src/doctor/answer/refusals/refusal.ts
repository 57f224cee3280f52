import type {Fix} from '../../check.js'

/** What one kind of answer to the upgrade means; the first row that fits is the one. */
export type Refusal = {
  /** Any when left out. */
  readonly statuses?: readonly number[]
  /** Found in the headers, a line `name: value` each, or in the body. */
  readonly marks?: RegExp
  /** Without a body, and without a header that tells who it was. */
  readonly isBare?: true
  /** Follows "bot.example.org answered 502 Bad Gateway: ". */
  readonly means: string
  readonly fix: Fix
}
