/**
 * Calls that send audio and count what comes back, as a process of its own: every call at its own
 * place in the frame, on absolute deadlines, the time of an echo counted from when its frame was
 * meant to be sent. Says one JSON line when all calls are open and one for each step.
 * Run: node driver.mjs '{"url": …, "frameMs": 20, "steps": [{"calls": 100, "settleS": 1, "seconds": 8}]}'
 */
import {cpuUsOf, machineTicks, stolenShare} from './cpu.mjs'
import {leastMediaBytes, mediaFrames, openWire, textFrame} from './wire.mjs'

/**
 * @typedef {{readonly calls: number, readonly settleS: number, readonly seconds: number}} Step
 * @typedef {{readonly url: string, readonly pid: number, readonly frameMs: number, readonly steps: readonly Step[], readonly stopOverMs?: number}} Asked
 * @typedef {{
 *   wire: import('./wire.mjs').Wire, frames: ReturnType<typeof mediaFrames>,
 *   phase: number, sent: number, received: number, base: number, isFree: boolean,
 * }} Call
 */

/** Open handshakes at a time. */
const OPENING = 20

/** What comes for so long after the last frame still counts. */
const LINGER_MS = 500

/** Even places for any number of calls: each new one goes into the widest gap. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** @type {Asked} */
const {url, pid, frameMs, steps, stopOverMs = Infinity} = JSON.parse(process.argv[2] ?? '')

/** @type {Call[]} */
const calls = []
/** @type {{latency: number[], lateness: number[]} | undefined} */
let measured
let received = 0
let sent = 0

process.stdin.resume().on('end', () => process.exit())

for (const step of steps) {
  await openCalls(step.calls)
  const result = await drive(step)
  say({event: 'step', ...result})
  if (result.p99Ms > stopOverMs || result.latenessP99Ms > 10 || result.closed > 0) break
}
process.exit()

/** @param {object} line */
function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** @param {number} wanted */
async function openCalls(wanted) {
  while (calls.length < wanted) {
    const now = Math.min(OPENING, wanted - calls.length)
    const first = calls.length
    calls.push(...(await Promise.all(Array.from({length: now}, (_, at) => openCall(first + at)))))
  }
}

/**
 * @param {number} index
 * @returns {Promise<Call>}
 */
async function openCall(index) {
  const streamSid = `bench${String(process.pid)}n${String(index)}`.padEnd(32, 'x')
  const start = {
    stream_sid: streamSid,
    call_sid: `c${streamSid}`.slice(0, 32),
    account_sid: 'bench1',
    from: '09876543210',
    to: '08047000000',
    custom_parameters: {},
    media_format: {encoding: 'base64', sample_rate: '8000', bit_rate: '128kbps'},
  }
  /** @type {Call | undefined} */
  let call
  const leastBytes = leastMediaBytes(frameMs)
  const started = JSON.stringify({
    event: 'start',
    sequence_number: '1',
    stream_sid: streamSid,
    start,
  })
  if (started.length >= leastBytes) throw new Error('the start would be taken for audio')
  const onMedia = () => {
    if (call !== undefined) heard(call)
  }
  const wire = await openWire(new URL(url), {onMedia, leastBytes})
  call = {
    wire,
    frames: mediaFrames({streamSid, frameMs}),
    phase: ((index * GOLDEN) % 1) * frameMs,
    sent: 0,
    received: 0,
    base: 0,
    isFree: true,
  }
  wire.send(textFrame(JSON.stringify({event: 'connected'})))
  wire.send(textFrame(started))
  return call
}

/** @param {Call} call */
function heard(call) {
  const due = call.base + call.received * frameMs
  call.received += 1
  received += 1
  measured?.latency.push(performance.now() - due)
}

/** @param {Step} step */
async function drive({settleS, seconds, calls: count}) {
  const ring = calls.toSorted((one, other) => one.phase - other.phase)
  const startsAt = performance.now() + 20
  for (const call of ring) {
    // A step after another one goes on counting where that one ended.
    call.base = startsAt + call.phase - call.sent * frameMs
    call.received = call.sent
  }
  const settling = Math.round((settleS * 1000) / frameMs)
  const rounds = settling + Math.round((seconds * 1000) / frameMs)
  await sendRounds(ring, {from: 0, to: settling, startsAt})
  if (calls.length === count) say({event: 'open', calls: count})
  const before = readings()
  measured = {latency: [], lateness: []}
  await sendRounds(ring, {from: settling, to: rounds, startsAt})
  const after = readings()
  await new Promise((resolve) => setTimeout(resolve, LINGER_MS))
  const missing = ring.reduce((total, call) => total + call.sent - call.received, 0)
  // What never came back was late for ever.
  const lost = Array.from({length: missing}, () => Infinity)
  const echoed = percentiles([...measured.latency, ...lost])
  const late = percentiles(measured.lateness)
  measured = undefined
  const wallUs = (after.at - before.at) * 1000
  const stolen = stolenShare(before.ticks, after.ticks)
  const frames = after.sent - before.sent
  return {
    calls: count,
    frames,
    missing,
    closed: ring.filter(({wire}) => !wire.isOpen()).length,
    p50Ms: echoed.p50,
    p99Ms: echoed.p99,
    latenessP50Ms: late.p50,
    latenessP99Ms: late.p99,
    driverCpu: (after.ownUs - before.ownUs) / wallUs,
    ...(before.cpuUs === undefined || after.cpuUs === undefined
      ? {}
      : {
          cpuUsPerFrame: (after.cpuUs - before.cpuUs) / frames,
          serverCpu: (after.cpuUs - before.cpuUs) / wallUs,
        }),
    ...(stolen === undefined ? {} : {stolen}),
  }
}

function readings() {
  const {user, system} = process.cpuUsage()
  const ticks = machineTicks()
  return {at: performance.now(), ownUs: user + system, cpuUs: cpuUsOf(pid), ticks, sent, received}
}

/**
 * @param {readonly Call[]} ring by their place in the frame
 * @param {{from: number, to: number, startsAt: number}} rounds
 * @returns {Promise<void>}
 */
function sendRounds(ring, {from, to, startsAt}) {
  let round = from
  let at = 0
  return new Promise((resolve) => {
    const turn = () => {
      for (;;) {
        const now = performance.now()
        const call = ring[at]
        if (round === to || call === undefined) {
          resolve()
          return
        }
        const due = startsAt + round * frameMs + call.phase
        if (due > now) {
          setTimeout(turn, Math.max(1, Math.floor(due - performance.now())))
          return
        }
        measured?.lateness.push(now - due)
        call.isFree = call.wire.send(call.frames.at(call.sent, call.isFree))
        call.sent += 1
        sent += 1
        at += 1
        if (at === ring.length) {
          at = 0
          round += 1
        }
      }
    }
    turn()
  })
}

/**
 * @param {number[]} values
 * @returns {{p50: number, p99: number}} of nothing: for ever
 */
function percentiles(values) {
  const sorted = Float64Array.from(values).sort()
  /** @param {number} share */
  const rank = (share) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Infinity
  return {p50: rank(0.5), p99: rank(0.99)}
}
