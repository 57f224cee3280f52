import type {Finding, StreamEvent} from '../../../protocol/events.js'
import type {CallReport} from '../../report.js'
import {counted, inMs} from '../../text/units.js'

/** One thing that happened at one time of a call, for the timeline and the list under it. */
export type Spot = {
  readonly atMs: number
  readonly kind: 'mark' | 'clear' | 'gap' | 'finding' | 'end'
  readonly text: string
}

/** A page stays readable, and a flood of marks from a bot does not fill it. */
export const MOST_SPOTS = 400

const LONGEST_NAME = 60

/** What the report itself knows, and, where there are events of the journal, what they tell more. */
export function spotsOf(call: CallReport, events: Iterable<StreamEvent>): readonly Spot[] {
  const ofEvents: Spot[] = []
  for (const event of events) {
    const spot = spotOf(event)
    if (spot) ofEvents.push(spot)
  }
  const spots = [...ofEvents, ...call.findings.map(spotOfFinding), ...endOf(call)]
  return spots.toSorted((one, other) => one.atMs - other.atMs)
}

const GAP_CAUSES = {
  'late-chunk': 'the next chunk came late',
  'short-last-packet': 'the last packet of a chunk was short',
  'odd-length': 'a chunk had an odd number of bytes',
  rig: 'the playout of this machine was late',
} as const

function spotOf(event: StreamEvent): Spot | undefined {
  const {atMs} = event
  switch (event.type) {
    case 'gap':
      return {
        atMs,
        kind: 'gap',
        text: `${inMs(event.gapMs)} of silence: ${GAP_CAUSES[event.cause]}`,
      }
    case 'cleared':
      return {atMs, kind: 'clear', text: `clear: ${inMs(event.droppedMs)} of audio dropped unheard`}
    case 'mark-echoed': {
      const {name, roundTripMs} = event
      const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name
      return {atMs, kind: 'mark', text: `mark "${short}" returned after ${inMs(roundTripMs)}`}
    }
    default:
      return undefined
  }
}

function spotOfFinding({firstAtMs, ref, rule, severity, count}: Finding): Spot {
  const first = count === 1 ? '' : `, first of ${counted(count, 'time')}`
  return {atMs: firstAtMs, kind: 'finding', text: `${severity}: ${ref} ${rule}${first}`}
}

function endOf({closing, durationMs}: CallReport): readonly Spot[] {
  if (!closing) return []
  const code = closing.code === undefined ? '' : `, close code ${String(closing.code)}`
  const who = {
    caller: 'the caller hung up',
    bot: 'the bot closed the call',
    network: 'the connection broke',
  }[closing.by]
  return [{atMs: durationMs, kind: 'end', text: `${who}${code}`}]
}
