import type {Look} from '../../report/text/look.js'
import type {Flow} from '../flow.js'
import type {FindPlace} from '../source.js'

/** What every form of printing is given; each takes what it needs. */
export type Printing = {
  readonly flow: Flow
  /**
   * Where the bot is reached on this machine, such as `ws://127.0.0.1:5000/media`, while it has no public
   * host: the URLs of the flow are then absent, and whatever is printed says so first.
   */
  readonly localUrl?: string
  /** The file that the flow is in already, as it was given; the commands that are printed name it. */
  readonly file?: string
  /** Where everything stands in that file. */
  readonly placeOf?: FindPlace
  /** The command that prints this flow, for a shell, without `--as`; absent where it would tell a secret. */
  readonly again?: string
  /** How stdout looks; for `text` and `checklist` alone. */
  readonly look: Look
  /** Of `handler`. */
  readonly lang: 'js' | 'python'
  /** Of `nginx`: where the instances of the bot listen, each as `host:port`. */
  readonly upstreams: readonly string[]
}

/** Whole lines, ending in a newline. */
export type Render = (printing: Printing) => string
