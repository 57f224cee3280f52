import type {Role} from './check.js'
import type {CheckRun, EndedCheck} from './run-checks.js'
import type {DoctorTarget} from './target.js'

/** Whether a call gets through; what the bot then makes of it is told by the checks alone. */
export type Verdict = 'reachable' | 'unreachable' | 'unknown'

/** Whether a call gets through to the bot, as far as it was seen. */
export function verdictOf(run: CheckRun): Verdict {
  const failed = failuresOf(run).filter((one) => isOfTheWay(one, run))
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

/** Nor does a Passthru applet behind it. */
function isOfTheWay({id, role}: EndedCheck, {target}: CheckRun): boolean {
  return !BESIDE_THE_WAY.includes(id) && (role !== 'passthru' || lastRole(target) === 'passthru')
}

/** Nothing of the way to the bot, nor of this machine's own place in the network, could be looked at. */
export function isNothingChecked({checks, known}: CheckRun): boolean {
  const {publicAddress, isBehindNat, tunnels = [], listeners = []} = known
  if (publicAddress !== undefined || isBehindNat !== undefined) return false
  if (tunnels.length > 0 || listeners.length > 0) return false
  return !checks.some((one) => {
    const {check, result} = one
    if (result.status === 'fail') return true
    return check.roles !== 'machine' && check.group !== 'url' && isGood(one)
  })
}

/** What was begun on the way to the bot, or with it, was not finished in the time there was. */
export function isUnfinished(run: CheckRun): boolean {
  return run.isLate || (isOpened(run) && callOf(run)?.result.status === 'skip')
}

/** A bot takes a call, and nothing failed. */
export function isPassed(run: CheckRun): boolean {
  const isWhole = !run.isInterrupted && !isUnfinished(run)
  return isWhole && failuresOf(run).length === 0 && wasReached(run)
}

/** One sentence for the end: what is wrong, or what is well. */
export function summaryOf(run: CheckRun): string {
  const [root] = failuresOf(run)
  if (root) return `${root.result.summary}.`
  const {target, isInterrupted, isLate} = run
  if (isInterrupted) return `Interrupted; ${unfinished(run)}.`
  if (isLate) {
    return `The time for all checks was over; ${unfinished(run)}. --deadline gives them longer.`
  }
  if (wasReached(run)) return `${reached(run)}.`
  const isNothing = isNothingChecked(run)
  if (isOfMachine(target)) {
    const said = isNothing
      ? 'Nothing could be checked but this machine itself'
      : 'Nothing is wrong with this machine'
    return `${said}: ${whyNoUrl(target)}.`
  }
  const said = isNothing ? 'Nothing could be checked' : 'It could not be checked to the end'
  const why = whyNotTried(run)
  return why === undefined ? `${said}.` : `${said}: ${why}.`
}

/** What to do where nothing is wrong, and nothing is known. */
export function nextStepOf(run: CheckRun): string | undefined {
  const {target} = run
  if (wasReached(run)) return undefined
  if (target.asksCredentials && target.stream !== undefined) {
    return `Give them in the URL:\nexostream doctor '${target.stream.replace('://', '://KEY:TOKEN@')}'${target.isLocal ? ' --local' : ''}`
  }
  if (!isOfMachine(target) || target.unnamed !== undefined) return undefined
  return 'Give the URL of your bot, as in the applet, or with --local as it is called on this machine; or start a bot:\nexostream doctor ws://127.0.0.1:5000/media --local\nexostream serve'
}

function isOfMachine({kind, passthru}: DoctorTarget): boolean {
  return kind === 'machine' && passthru === undefined
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
  return checks.some(
    (one) =>
      (one.id === last && isGood(one)) || (one.id === 'outside' && one.result.status === 'pass'),
  )
}

/** The way to the bot was gone from here. */
function isOpened({checks}: CheckRun): boolean {
  return checks.some((one) => one.id === 'upgrade' && isGood(one))
}

function callOf({checks}: CheckRun): EndedCheck | undefined {
  return checks.find(({id}) => id === 'call')
}

/** A port of this machine that was tried from this machine says nothing of who comes from outside. */
function isSeenFromOutside({target, checks, hops, known}: CheckRun): boolean {
  if (target.isLocal) return true
  if (checks.some((one) => one.id === 'outside' && one.result.status === 'pass')) return true
  const {isHere, addresses} = hops.get(lastRole(target)) ?? {}
  if (isHere !== undefined || known.publicAddress === undefined) return isHere === false
  return addresses !== undefined && !addresses.includes(known.publicAddress)
}

/** Of the warnings those that a caller notices, the worst first. */
const NOTICED = [
  'call',
  'first-audio',
  'conformance',
  'second-call',
  'open-time',
  'passthru-answer',
]

function reached(run: CheckRun): string {
  const {target, hops} = run
  const {shown = 'the bot'} = hops.get(lastRole(target)) ?? {}
  if (lastRole(target) === 'passthru')
    return withWarning(`${shown} answers as a Passthru applet needs it`, run)
  const taken = withWarning(`${shown} ${takesCall(run)}`, run)
  if (target.isLocal) return `${taken}; ${beyond(target)}`
  return isSeenFromOutside(run)
    ? taken
    : `${taken}; whether it can be reached from outside was not checked`
}

function withWarning(said: string, {checks}: CheckRun): string {
  const warned = checks.filter(({result}) => result.status === 'warn')
  const noticed = NOTICED.flatMap((id) => warned.filter((one) => one.id === id))
  if (noticed[0]) return `${said}, but ${noticed[0].result.summary}`
  const unjudged = checks.find(({id, result}) => id === 'conformance' && result.status === 'skip')
  return unjudged ? `${said}; ${unjudged.result.summary}` : said
}

/** Only of a call that went to its end. */
function takesCall(run: CheckRun): string {
  const {target, known} = run
  if (!isOpened(run)) return 'is reached from outside, and could not be tried from this machine'
  const call = callOf(run)
  if (!call || !isGood(call)) {
    return `opens the WebSocket, and no call was finished${call ? ` (${call.result.summary})` : ''}`
  }
  const where = target.isLocal
    ? ' on this machine'
    : isSeenFromOutside(run)
      ? ''
      : ' from this machine'
  const heardMs = known.call?.speech.bot[0]?.startMs
  const heard =
    heardMs === undefined ? '' : `, and the bot is heard after ${(heardMs / 1000).toFixed(1)} s`
  return `takes a call${where}${heard}`
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
