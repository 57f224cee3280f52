import type {CallReport} from '../report/report.js'
import type {UrlRole} from '../stream/written-url/grammar.js'
import type {DoctorTarget} from './target.js'
import type {DoctorWorld} from './world.js'

/** Where a URL stands on the way of a call: the stream itself, the URL that names it, the applet behind it. */
export type Role = UrlRole

/** `skip` is "not checked", which is neither good nor bad. */
export type CheckStatus = 'pass' | 'warn' | 'fail' | 'skip'

/** What a DNS server, or the system, said of a name. */
export type Lookup =
  | {
      readonly kind: 'found'
      /** In the order of the answer, IPv4 and IPv6. */
      readonly addresses: readonly string[]
      /** The names that it is an alias of, in order; empty where it is none, or it was not told. */
      readonly aliases: readonly string[]
      readonly tookMs: number
    }
  | {
      readonly kind: 'no-such-name' | 'no-address' | 'server-failure' | 'no-answer'
      /** The machine's own words. */
      readonly words: string
      readonly tookMs: number
    }

/** What came of the first request to open the WebSocket. */
export type UpgradeAnswer =
  | {readonly kind: 'opened'; readonly tookMs: number}
  | {
      readonly kind: 'answered'
      readonly status: number
      /** Names in lower case; of a value no more than 1,000 characters. */
      readonly headers: Readonly<Record<string, string>>
      /** At most 4 kB of it, without secrets. */
      readonly body: string
      readonly tookMs: number
    }
  | {readonly kind: 'broken' | 'late'; readonly words: string; readonly tookMs: number}

/** One URL on the way, and what the checks have found out of it so far. */
export type Hop = {
  readonly role: Role
  /** As it was given, or as the dynamic URL answered; may hold credentials. Absent until it is known. */
  readonly text?: string
  /** The same, safe to print. */
  readonly shown?: string
  /** By `url`: with userinfo and query as they are. Never shown as it is. */
  readonly url?: URL
  /** By `dns`, through the system's resolver. */
  readonly lookup?: Lookup
  /** By `dns`: what is dialled; a literal address stands for itself. IPv4 first. */
  readonly addresses?: readonly string[]
  /** By `address`: whether it leads to this very machine, not through a tunnel. Absent: not known. */
  readonly isHere?: boolean
  /** By `open-time`. */
  readonly answer?: UpgradeAnswer
}

/** A program that listens on this machine. */
export type Listener = {
  readonly address: string
  readonly port: number
  readonly pid?: number
  /** Its name as the system has it, e.g. `node`. */
  readonly program?: string
}

/** A tunnel that runs on this machine. */
export type LocalTunnel = {
  /** `ngrok`, `cloudflared` … */
  readonly name: string
  /** Its public https origin, when it says one. */
  readonly url?: string
  /** The local port that it leads to, when it says one. */
  readonly port?: number
}

/** By what a cloud calls a machine and its network, plain words that are safe in a shell; what was not told is absent. */
export type CloudIds = Readonly<Partial<Record<CloudIdName, string | undefined>>>

type CloudIdName =
  'instance' | 'address' | 'group' | 'region' | 'network' | 'project' | 'subscription'

/** What the checks have found out of this machine and its network so far; absent: not known. */
export type Known = {
  /** By `network`: it has no network but loopback, or nobody answered. */
  readonly isOffline?: boolean
  /** By `public-ip`: as the outside sees this machine. */
  readonly publicAddress?: string
  /** By `public-ip`: the outside's address is on no interface of this machine. */
  readonly isBehindNat?: boolean
  /** By `tunnel`. */
  readonly tunnels?: readonly LocalTunnel[]
  /** By `listening`: what listens on the port of the stream. */
  readonly listeners?: readonly Listener[]
  /** By `cloud`: `aws`, `gcp`, `azure` … */
  readonly cloud?: string
  /** By `cloud`: what its commands name, safe in a shell. */
  readonly cloudIds?: CloudIds
  /** By `call`. */
  readonly call?: CallReport
}

/** What is to be done, one or two sentences, commands on lines of their own; or how to say it once all is known. */
export type Fix = string | ((facts: FixFacts) => string)

export type FixFacts = {
  readonly known: Known
  /** The hop of the check, as it is known at the end. */
  readonly hop: Hop
  readonly target: DoctorTarget
}

type Found = {
  /** What others may build on. */
  readonly known?: Partial<Known>
  readonly hop?: Partial<Omit<Hop, 'role'>>
  /** What the dynamic URL answered: the stream's hop begins with it. */
  readonly streamUrl?: string
}

/** The type won't let a failure go without its fix. */
export type CheckResult =
  | ({
      readonly status: 'pass'
      /** One sentence without a full stop. */
      readonly summary: string
      readonly detail?: string
    } & Found)
  | ({
      readonly status: 'skip'
      /** Why it was not checked, or that there is nothing to check. */
      readonly summary: string
      readonly detail?: string
      /** What needs this check is tried all the same: it does not apply, or nobody was to be asked. */
      readonly mayGoOn?: true
    } & Found)
  | ({
      readonly status: 'warn' | 'fail'
      readonly summary: string
      /** The machine's own words, one line or several; safe to print. */
      readonly detail?: string
      readonly fix: Fix
      /** What Exotel itself would show for it: `Stream[Error]`, or the members that tell. */
      readonly exotelError?: string
    } & Found)

export type CheckContext = {
  readonly target: DoctorTarget
  /** Of the URL that is checked; that of the stream for checks of the machine. */
  readonly hop: Hop
  readonly known: Known
  /** Ids of the checks that have failed so far. */
  readonly failed: readonly string[]
  readonly world: DoctorWorld
  /** Aborted at the check's own limit, at the overall deadline, and at Ctrl-C. */
  readonly signal: AbortSignal
}

/** What a check is about, and the branch of the tree that it is shown on. */
export type Group = 'url' | 'host' | 'answer' | 'call' | 'machine'

export type Check = {
  /** Kebab-case and stable: it is the key in the JSON report, and has a row in the README. */
  readonly id: string
  /** What is so when it passes, for a person: "The host name resolves". */
  readonly title: string
  readonly group: Group
  /** The URLs that it is made of; of a check of the machine there is one. */
  readonly roles: readonly Role[] | 'machine'
  /** Ids of checks that must have passed, or only warned; when one has not, this one is skipped. */
  readonly needs: readonly string[]
  /** Ids of checks that must be over, however they ended. */
  readonly after?: readonly string[]
  /** When it is given up; what it has to say by itself when somebody is late, it says before. */
  readonly limitMs: number
  run(context: CheckContext): Promise<CheckResult>
}
