import type {Role} from './check.js'
import type {CheckRun, EndedCheck} from './run-checks.js'
import type {DoctorTarget} from './target.js'

/** Whether a call gets through; what the bot then makes of it is told by the checks alone. */
export type Verdict = 'reachable' | 'unreachable' | 'unknown'

/** Whether a call gets through to the bot, as far as it was seen. */
export function verdictOf(run: CheckRun): Verdict {
  const failed = failuresOf(run).filter(({id}) => !BESIDE_THE_WAY.includes(id))
  if (failed.some(({check}) => check.group !== 'call')) return 'unreachable'
  if (failed.length > 0) return 'reachable'
  return wasReached(run) && isSeenFromOutside(run) ? 'reachable' : 'unknown'
}

/** A full disk, an old Node or a clock that is wrong here keeps no call from the bot. */
const BESIDE_THE_WAY: readonly string[] = [
  'node',
  'disk',
  'clock',
  'dynamic-clock',
  'passthru-clock',
]

/** Nothing of the way to the bot, nor of this machine's own place in the network, could be looked at. */
export function isNothingChecked({checks, known}: CheckRun): boolean {
  const {publicAddress, isBehindNat, tunnels = [], listeners = []} = known
  if (publicAddress !== undefined || isBehindNat !== undefined) return false
  if (tunnels.length > 0 || listeners.length > 0) return false
  return !checks.some(({check, result}) => {
    if (result.status === 'fail') return true
    const isOfTheWay = check.roles !== 'machine' && check.group !== 'url'
    return isOfTheWay && (result.status === 'pass' || result.status === 'warn')
  })
}

/** A bot takes a call, and nothing failed. */
export function isPassed(run: CheckRun): boolean {
  const isWhole = !run.isLate && !run.isInterrupted
  return isWhole && failuresOf(run).length === 0 && wasReached(run)
}

/** One sentence for the end: what is wrong, or what is well. */
export function summaryOf(run: CheckRun): string {
  const [root] = failuresOf(run)
  if (root) return `${root.result.summary}.`
  const {target, isInterrupted, isLate} = run
  if (isInterrupted) return `Interrupted; ${unfinished(run)}.`
  if (isLate) return `The time for all checks was over; ${unfinished(run)}.`
  if (wasReached(run)) return `${reached(run)}.`
  const isNothing = isNothingChecked(run)
  if (target.kind === 'machine' && target.passthru === undefined) {
    return `${isNothing ? 'Nothing could be checked' : 'Nothing is wrong with this machine'}: ${whyNoUrl(target)}.`
  }
  const said = isNothing ? 'Nothing could be checked' : 'It could not be checked to the end'
  const why = whyNotTried(run)
  return why === undefined ? `${said}.` : `${said}: ${why}.`
}

function whyNoUrl({unnamed}: DoctorTarget): string {
  return unnamed === undefined
    ? 'no URL was given, and no exostream serve runs in this folder'
    : `the exostream serve of this folder (${unnamed}) speaks TLS, so give its URL with the name in its certificate`
}

function failuresOf({checks}: CheckRun): readonly EndedCheck[] {
  return checks.filter(({result}) => result.status === 'fail')
}

function isGood({result: {status}}: EndedCheck): boolean {
  return status === 'pass' || status === 'warn'
}

/** The URL that a call ends at. */
function lastRole({stream, dynamic}: DoctorTarget): Role {
  return stream === undefined && dynamic === undefined ? 'passthru' : 'stream'
}

function wasReached({target, checks}: CheckRun): boolean {
  const last = lastRole(target) === 'passthru' ? 'passthru-answer' : 'upgrade'
  return checks.some((one) => [last, 'outside'].includes(one.id) && isGood(one))
}

/** A port of this machine that was tried from this machine says nothing of who comes from outside. */
function isSeenFromOutside({target, checks, hops, known}: CheckRun): boolean {
  if (target.isLocal) return true
  if (checks.some((one) => one.id === 'outside' && one.result.status === 'pass')) return true
  const {isHere, addresses} = hops.get(lastRole(target)) ?? {}
  if (isHere !== undefined || known.publicAddress === undefined) return isHere === false
  return addresses !== undefined && !addresses.includes(known.publicAddress)
}

function reached(run: CheckRun): string {
  const {target, hops, known} = run
  const {shown = 'the bot'} = hops.get(lastRole(target)) ?? {}
  if (lastRole(target) === 'passthru') return `${shown} answers as a Passthru applet needs it`
  const spokeAtMs = known.call?.speech.bot[0]?.startMs
  const spoke =
    spokeAtMs === undefined ? '' : `, and the bot is heard after ${(spokeAtMs / 1000).toFixed(1)} s`
  if (target.isLocal) return `${shown} takes a call on this machine${spoke}; ${beyond(target)}`
  return isSeenFromOutside(run)
    ? `${shown} takes a call${spoke}`
    : `${shown} takes a call from this machine${spoke}; whether it can be reached from outside was not checked`
}

/** What a bot that answers here still lacks. */
function beyond({kind}: DoctorTarget): string {
  return kind === 'serve'
    ? 'Exotel needs a public URL, as "exostream serve --tunnel cloudflared" gives it one'
    : 'nothing beyond it was checked (--local)'
}

function unfinished({checks}: CheckRun): string {
  const left = checks.filter(({result}) => /^not (tried|finished)/.test(result.summary))
  const [first] = left
  if (!first) return 'all checks were over'
  return `${String(left.length)} of ${String(checks.length)} checks were left, ${first.id} the first of them`
}

/** The first check on the way that was not made, and did not let the next ones on. */
function whyNotTried({checks}: CheckRun): string | undefined {
  const stop = checks.find(
    ({check, result}) =>
      check.roles !== 'machine' && result.status === 'skip' && result.mayGoOn !== true,
  )
  return stop?.result.summary
}
