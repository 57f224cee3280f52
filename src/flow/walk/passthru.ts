import {inSeconds} from '../../report/text/units.js'
import {HTTP_SLOW_MS} from '../../stream/exotel-http/get.js'
import {END, type Next, type PassthruApplet} from '../flow.js'
import {answerStep, failAnswer, isInterrupted} from './answered.js'
import type {Journey, Told} from './journey.js'
import type {AnsweredPassthru} from './world.js'

/** Asks a Passthru's URL, and takes the branch that the answer chooses. */
export async function askNext(applet: PassthruApplet, journey: Journey): Promise<Next> {
  const {url = '', isAsync, on200} = applet
  const began = journey.moment()
  const told = journey.tellPassthru()
  const remark = remarkOn(applet, journey)
  const isHeard = !journey.hasCallerLeft
  if (isAsync) {
    const answered = journey.world.askPassthru(url, told).then((answer) => {
      failAnswer(applet, answer, journey)
      const step = answerStep(answer, journey)
      const summary = `${step.summary}; async, so nobody waited for it${remark}`
      journey.tell(applet, {...step, summary, began, next: on200})
    })
    journey.leaveAsking(answered)
    return on200
  }
  const answer = await journey.world.askPassthru(url, told)
  if (isInterrupted(answer, journey)) {
    journey.tell(applet, {...answerStep(answer, journey), began})
    return on200
  }
  failAnswer(applet, answer, journey)
  const {next, ...step} = choice(applet, answer, journey)
  const slow = isHeard ? adviceOn(answer) : {}
  journey.tell(applet, {...step, ...slow, summary: step.summary + remark, began, next})
  return next
}

/**
 * What Exotel does with another answer than 200 and 302, or with none, is not published:
 * developer.exotel.com alone says that the flow halts. The walk goes on, to show the rest of it.
 */
function choice(
  applet: PassthruApplet,
  answer: AnsweredPassthru,
  journey: Journey,
): Told & {readonly next: Next} {
  const {on200, on302 = END} = applet
  const {branch = 'A', problem, status} = answer
  const isB = branch === 'B'
  const [next, other] = isB ? [on302, on200] : [on200, on302]
  if (status !== undefined) journey.choose({id: applet.id, status, next, other})
  const step = answerStep(answer, journey)
  const way =
    problem === undefined
      ? `branch ${branch}`
      : 'the walk goes on with branch A; what Exotel does is not published'
  const nowhere =
    isB && applet.on302 === undefined ? '; nothing is chosen there, and the call ends' : ''
  return {...step, summary: `${step.summary}: ${way}${nowhere}`, branch, next}
}

function remarkOn({id}: PassthruApplet, {isStreaming, world}: Journey): string {
  const isLent = world.lent?.has(id) === true
  return [
    isLent ? '; at the exostream serve of this folder, for the file names no URL' : '',
    isStreaming
      ? '; of the stream, which still runs, it was told nothing (what Exotel tells then is not published)'
      : '',
  ].join('')
}

function adviceOn({status, tookMs}: AnsweredPassthru): Pick<Told, 'advice'> {
  if (status === undefined || tookMs <= HTTP_SLOW_MS) return {}
  return {
    advice: `It took ${inSeconds(tookMs)}, in which the caller hears nothing: answer within 1 s, and do afterwards what takes longer.`,
  }
}
