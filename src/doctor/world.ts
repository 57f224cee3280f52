import type {LookupAddress} from 'node:dns'
import type {NetworkInterfaceInfo} from 'node:os'

import type {Clock} from '../clock.js'
import type {CallReport} from '../report/report.js'
import type {AddressClass} from '../stream/written-url/address-class.js'

/** The third parties that are asked; none of them under --offline. */
export type Providers = {
  /** Public DNS resolvers, `ADDRESS` or `ADDRESS:PORT` (`[IPv6]:PORT`). */
  readonly resolvers: readonly string[]
  /** STUN servers, `HOST:PORT`. */
  readonly stun: readonly string[]
  /** URLs that answer a GET with the asker's address as text. */
  readonly addressUrls: readonly string[]
  /** Names whose address, asked of this resolver, is the asker's. */
  readonly addressNames: readonly {readonly name: string; readonly resolver: string}[]
}

/** What a program of this machine said. */
export type ProgramResult =
  | {
      readonly kind: 'ended'
      readonly code: number
      readonly stdout: string
      readonly stderr: string
    }
  /** It is not installed, or may not be run; or it did not end in time. */
  | {readonly kind: 'missing' | 'refused' | 'late'; readonly words: string}

export type RunProgram = (
  program: string,
  args: readonly string[],
  signal: AbortSignal,
) => Promise<ProgramResult>

/** How a call is made; the door wires it to simulate. */
export type PlaceCall = (request: {
  /** May hold credentials. */
  readonly url: string
  /** What its host is dialled at; looked up when absent. */
  readonly addresses?: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly applet: 'voicebot' | 'stream' | 'none'
  /**
   * `speech`: a caller who speaks at once, and again after each pause; `silence`: one who says nothing at
   * all; `nothing`: not even frames of silence are sent, which Exotel never does.
   */
  readonly caller: 'speech' | 'silence' | 'nothing'
  /** From `start` to `stop`. */
  readonly durationMs: number
  readonly signal: AbortSignal
}) => Promise<CallReport>

/** The world that the checks live in: all that a test replaces. */
export type DoctorWorld = {
  readonly clock: Clock
  /** Through the system's resolver; rejects with Node's errors. */
  readonly lookup: (hostname: string) => Promise<readonly LookupAddress[]>
  /** What kind of address it is; a test may take loopback for the outside. */
  readonly classOf: (address: string) => AddressClass
  readonly interfaces: () => Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>
  /** PEM texts trusted in place of Node's own authorities. */
  readonly ca?: readonly string[]
  readonly providers: Providers
  readonly runProgram: RunProgram
  readonly placeCall: PlaceCall
  readonly platform: NodeJS.Platform
  readonly nodeVersion: string
  /** Where Linux tells of sockets and processes: `/proc`. */
  readonly procDir: string
  /** Whose disk is looked at: the data folder, or where it would be. */
  readonly dataDir: string
  /** Free bytes of the disk that the folder is on, for who is not root; rejects with Node's errors. */
  readonly freeBytes: (dir: string) => Promise<number>
  /** Origins where a tunnel on this machine tells of itself. */
  readonly tunnelApis: {readonly ngrok: readonly string[]; readonly cloudflared: readonly string[]}
  /** The origin of the cloud's metadata: `http://169.254.169.254`. */
  readonly metadataUrl: string
}
