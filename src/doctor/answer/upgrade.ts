import {exotelError, goWords} from '../../stream/exotel/go-words.js'
import type {Check, CheckContext, CheckResult, Hop} from '../check.js'
import {type Answered, isBare, marksOf, statusOf, wordsOf} from './asking/server-words.js'
import {wantsCredentials} from './authorization.js'
import {breakOf} from './refusals/broken.js'
import {notFound} from './refusals/not-found.js'
import {ON_THE_WAY} from './refusals/on-the-way.js'
import {redirected} from './refusals/redirect.js'
import type {Refusal} from './refusals/refusal.js'
import {CLASSES, OTHERWISE, STATUSES} from './refusals/statuses.js'
import {hostOf} from './right-url.js'

export const upgradeCheck: Check = {
  id: 'upgrade',
  title: 'The server opens a WebSocket',
  group: 'answer',
  roles: ['stream'],
  needs: ['open-time'],
  after: ['credentials'],
  limitMs: 6000,
  run: upgrade,
}

async function upgrade(context: CheckContext): Promise<CheckResult> {
  const {hop} = context
  const {answer} = hop
  const host = hostOf(hop)
  switch (answer?.kind) {
    case 'opened':
      return {status: 'pass', summary: `${host} opens the WebSocket`}
    case 'answered': {
      if (wantsCredentials(answer)) {
        return {status: 'skip', summary: 'not opened: it is about credentials'}
      }
      const {means, fix} = await refusalOf(answer, context)
      return {
        status: 'fail',
        summary: `${host} answered ${statusOf(answer)}: ${means}`,
        detail: wordsOf(answer),
        fix,
        exotelError: exotelError(goWords.handshakeStatus(answer.status)),
      }
    }
    case 'broken':
      return brokenOff(hop, answer.words)
    case 'late':
    case undefined:
      return {status: 'skip', summary: 'not tried: the server did not answer'}
  }
}

async function refusalOf(answer: Answered, context: CheckContext): Promise<Refusal> {
  const {status, headers, body} = answer
  const marks = marksOf(answer)
  const fits = (row: Refusal) =>
    (row.statuses?.includes(status) ?? true) &&
    (row.marks?.test(marks) ?? true) &&
    (row.isBare === undefined || isBare(answer))
  const known = ON_THE_WAY.find(fits)
  if (known) return known
  if (status >= 300 && status < 400) return redirected(context.hop, headers['location'])
  const row = STATUSES.find(fits)
  if (row) return row
  if (status === 404) return notFound(context, body)
  return CLASSES[String(status).charAt(0)] ?? OTHERWISE
}

function brokenOff(hop: Hop, words: string): CheckResult {
  const {means, fix, goCause} = breakOf(words, hop)
  return {
    status: 'fail',
    summary: `${hostOf(hop)} ${means}`,
    detail: words,
    fix,
    exotelError: exotelError(goCause),
  }
}
