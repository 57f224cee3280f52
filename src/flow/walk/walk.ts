import type {FlowWalk} from '../../report/flow-walk.js'
import {type Applet, END, type Flow, isStreaming, type Next} from '../flow.js'
import {appletOf, reachableFrom} from '../graph.js'
import {Journey} from './journey.js'
import {visit} from './visit.js'
import type {WalkWorld} from './world.js'

/** A flow that is clicked together by hand has fewer applets; who passes more goes round in circles. */
const MOST_STEPS = 50

/** What is known of a walk without the call that made it. */
type Walked = Omit<FlowWalk, 'callSid' | 'scenario'>

/**
 * Walks a flow as Exotel would, applet by applet from the first, until nothing follows. What goes wrong
 * on the way is told in the walk, never thrown.
 */
export async function walkFlow(flow: Flow, world: WalkWorld): Promise<Walked> {
  const journey = new Journey(world)
  const passed: Applet[] = []
  let at = flow.applets.at(0)
  while (at && !world.signal.aborted && passed.length < MOST_STEPS) {
    passed.push(at)
    const next = await visit(at, journey)
    at = next === undefined ? undefined : appletOf(flow, next)
  }
  await journey.settle()
  const endedAt = endOf(passed.at(-1))
  judge(journey, {flow, passed, endedAt, isCircle: at !== undefined})
  const {durationMs, steps, failure} = journey
  return {
    name: flow.name,
    outcome: failure ? 'failed' : 'completed',
    ...(failure ? {failure} : {}),
    endedAt,
    durationMs,
    steps,
  }
}

function endOf(last: Applet | undefined): string {
  const isEnding = last && ['connect', 'hangup', 'connect-voice-ai'].includes(last.kind)
  return isEnding ? last.id : END
}

type Way = {
  readonly flow: Flow
  readonly passed: readonly Applet[]
  readonly endedAt: string
  readonly isCircle: boolean
}

/** What is wrong with the way as a whole; what went wrong at a step comes first. */
function judge(journey: Journey, {flow, passed, endedAt, isCircle}: Way): void {
  const {signal, endsAt} = journey.world
  const way = passed.slice(0, 6).map(({id}) => id)
  const shown = [...way, ...(passed.length > way.length ? ['...'] : [])].join(' → ')
  if (signal.aborted) {
    const where = passed.at(-1)?.id ?? 'the beginning'
    journey.failWith('EXO_INTERRUPTED', `The run was interrupted at the applet ${where}.`)
  } else if (isCircle) {
    journey.failWith(
      'EXO_FLOW_LOOP',
      `The call has passed ${String(MOST_STEPS)} applets and goes round in circles: ${shown}.`,
    )
  } else if (endsAt !== undefined && endsAt !== endedAt) {
    journey.failWith(
      'EXO_FLOW_ENDED_ELSEWHERE',
      `The call ended at ${endedAt}, not at ${endsAt}: ${shown}.`,
    )
  } else if (endsAt === undefined && !journey.hasStreamed) {
    failWithoutStream(journey, {flow, shown, endedAt})
  }
}

/** Names the last answer that led away from every stream, where another would have led to one. */
function failWithoutStream(
  journey: Journey,
  {flow, shown, endedAt}: Pick<Way, 'flow' | 'endedAt'> & {readonly shown: string},
): void {
  const led = journey.choices.findLast(({other}) => leadsToStream(flow, other))
  if (!led) {
    journey.failWith('EXO_FLOW_NO_STREAM', `The call came to no applet that streams: ${shown}.`)
    return
  }
  const {id, status, next, other} = led
  const otherStatus = status === 302 ? 200 : 302
  journey.failWith(
    'EXO_FLOW_NO_STREAM',
    `The Passthru ${id} answered ${String(status)}, which led to ${next} and past every applet that streams: ${shown}.`,
    `${String(otherStatus)} would have led to ${other}: mend the answer of ${id}, or say with --ends-at ${endedAt} that the call is meant to end there.`,
  )
}

function leadsToStream(flow: Flow, next: Next): boolean {
  const applet = appletOf(flow, next)
  return applet !== undefined && [applet, ...reachableFrom(flow, applet)].some(isStreaming)
}
