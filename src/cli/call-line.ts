import type {StreamEvent} from '../protocol/events.js'
import {printable} from '../report/text/plain.js'
import type {CallReport} from '../report/report.js'
import {callVerdict} from '../report/verdict.js'
import {stepLine} from '../report/text/flow-text.js'
import type {FlowStep} from '../report/flow-walk.js'
import type {RunWorld} from '../simulate/run.js'
import type {Output} from './output.js'
import type {LiveLine} from './progress.js'

/** What a person sees of a run: the live line, and of several calls a line for each that is over. */
export function showRun(output: Output): Pick<RunWorld, 'on' | 'onCall'> & {
  readonly onStep: (step: FlowStep) => void
} {
  return {
    onStep: (step) => {
      output.say(stepLine(step, output.look))
    },
    on: showCall(output.live),
    onCall: (call, {index, of, flow}) => {
      const stream = flow ? `, ${printable(flow.applet)}` : ''
      if (of > 1) output.say(callLine(call, `call ${String(index + 1)} of ${String(of)}${stream}`))
    },
  }
}

function callLine(call: CallReport, which: string): string {
  const {scenario, durationMs} = call
  return `${which}: ${printable(scenario)}, ${(durationMs / 1000).toFixed(1)} s, ${callVerdict(call)}`
}

/** The live line of a call: elapsed time, who is speaking, and the step. */
function showCall(live: LiveLine): (event: StreamEvent) => void {
  let step = 'waiting for the bot'
  let isBot = false
  let callerUntilMs = 0
  return (event) => {
    switch (event.type) {
      case 'turn-start':
        step = `step ${String(event.step + 1)}, ${event.kind}: ${printable(event.label)}`
        break
      case 'caller-speech':
        callerUntilMs = event.endMs
        break
      case 'bot-speech-start':
        isBot = true
        break
      case 'bot-speech-end':
        isBot = false
        break
      case 'frame':
        live.show(
          `${(event.atMs / 1000).toFixed(1)} s  ${who(isBot, event.atMs < callerUntilMs)}  ${step}`,
        )
        break
      default:
    }
  }
}

function who(isBot: boolean, isCaller: boolean): string {
  if (isBot && isCaller) return 'both speak     '
  if (isBot) return 'the bot speaks '
  return isCaller ? 'caller speaks  ' : 'quiet          '
}
