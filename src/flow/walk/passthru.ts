import {HTTP_SLOW_MS} from '../../stream/exotel-http/get.js'
import {END, type Next, type PassthruApplet} from '../flow.js'
import type {Journey, Told} from './journey.js'
import type {AnsweredPassthru} from './world.js'

/** Asks a Passthru's URL, and takes the branch that the answer chooses. */
export async function askNext(applet: PassthruApplet, journey: Journey): Promise<Next> {
  const {url = '', isAsync, on200, on302 = END} = applet
  const began = journey.moment()
  const told = journey.tellPassthru()
  const remark = journey.isStreaming
    ? '; of the stream, which still runs, it was told nothing (what Exotel tells then is not published)'
    : ''
  if (isAsync) {
    const answered = journey.world.askPassthru(url, told).then((answer) => {
      journey.failStep(answer.problem)
      journey.tell(applet, {...asyncStep(answer, remark), began, next: on200})
    })
    journey.leaveAsking(answered)
    return on200
  }
  const answer = await journey.world.askPassthru(url, told)
  journey.failStep(answer.problem)
  const isB = answer.branch === 'B'
  const next = isB ? on302 : on200
  const nowhere =
    isB && applet.on302 === undefined ? '; nothing is chosen there, and the call ends' : ''
  journey.tell(applet, {...syncStep(answer, nowhere + remark), began, next})
  return next
}

/**
 * What Exotel does with another answer than 200 and 302, or with none, is not published:
 * developer.exotel.com alone says that the flow halts. The walk goes on, to show the rest of it.
 */
function syncStep(answer: AnsweredPassthru, remark: string): Told {
  const {branch = 'A', problem} = answer
  const way =
    problem === undefined
      ? `branch ${branch}`
      : 'the walk goes on with branch A; what Exotel does is not published'
  return {...answerStep(answer), summary: `${saidOf(answer)}: ${way}${remark}`, branch}
}

function asyncStep(answer: AnsweredPassthru, remark: string): Told {
  return {
    ...answerStep(answer),
    summary: `${saidOf(answer)}; async, so nobody waited for it${remark}`,
  }
}

function answerStep({url, status, problem}: AnsweredPassthru): Omit<Told, 'summary'> {
  return {
    url,
    ...(status === undefined ? {} : {status}),
    ...(problem === undefined ? {} : {problem}),
  }
}

function saidOf({status, tookMs}: AnsweredPassthru): string {
  if (status === undefined) return 'no answer'
  return tookMs > HTTP_SLOW_MS
    ? `answered ${String(status)} slowly, while the caller hears nothing`
    : `answered ${String(status)}`
}
