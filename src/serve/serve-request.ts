import type {LogCategory, LogLevel} from '../log.js'
import type {WatchThrows} from '../stream/bot/bot-loader.js'
import type {BotOptions} from './bots/index.js'
import type {PassthruRule} from './exotel/passthru.js'
import type {TunnelKind} from './tunnel/programs.js'

/** All that `exostream serve` can be asked for. */
export type ServeRequest = {
  readonly host: string
  readonly port: number
  /** A built-in name, relay, or the path of a module. */
  readonly bot: string
  readonly botOptions: Omit<BotOptions, 'beforeModule'>
  /** Of relay: the bot it passes the stream on to. */
  readonly to?: string | undefined
  readonly realign: boolean
  readonly paths: readonly string[]
  readonly publicUrl?: string | undefined
  readonly tunnel?: TunnelKind | undefined
  readonly passthruRules: readonly PassthruRule[]
  readonly basicAuth?: string | undefined
  readonly bearerToken?: string | undefined
  readonly apiVersion?: string | undefined
  readonly allow: readonly string[]
  readonly trustProxy?: true | readonly string[] | undefined
  readonly maxCalls: number
  readonly maxConnectionsPerMinute?: number | undefined
  readonly maxMessageBytes: number
  readonly maxQueueMs: number
  readonly idleMs: number
  readonly maxDurationMs: number
  readonly tlsCert?: string | undefined
  readonly tlsKey?: string | undefined
  /** Folders; absent when nothing is recorded, or dumped. */
  readonly recordDir?: string | undefined
  readonly dumpDir?: string | undefined
  readonly dumpFormat: 'wav' | 'raw'
  readonly keepDays: number
  readonly keepBytes: number
  readonly dataDir: string
  readonly logDir: string
  readonly logLevel: LogLevel
  /** Shown on stderr; all when absent. */
  readonly logCategories?: readonly LogCategory[] | undefined
  /** A log for a person, or else one for a program. */
  readonly prettyLog: boolean
  readonly watchThrows: WatchThrows
  /** Ends the wait for a tunnel. */
  readonly signal: AbortSignal
}
