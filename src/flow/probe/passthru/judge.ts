import {shownText} from '../../../stream/exotel-http/get.js'
import type {PassthruResult} from '../../../stream/exotel-http/passthru.js'
import {shownUrl} from '../../../stream/written-url/shown-url.js'
import type {PassthruApplet} from '../../flow.js'
import {plain} from '../asker.js'
import {fixOfStatus, slowness} from '../common-faults.js'
import type {Fault} from '../rules.js'
import type {PassthruQuestion} from './questions.js'
import {redirects} from './redirects.js'

export type Answered = Pick<PassthruResult, 'answer' | 'location'> & {
  readonly question: PassthruQuestion
}

type Asked = {
  readonly url: string
  readonly answered: readonly Answered[]
  /** Every question was put and answered. */
  readonly isWhole: boolean
}

/** What the answers have wrong, each fault once. */
export function passthruFaults(
  applet: PassthruApplet,
  {url, answered, isWhole}: Asked,
): readonly Fault[] {
  const wavering = repeatFaults(url, answered)
  // Who answers the same question in two ways does so in two forms, too.
  const faults = [
    ...statusFaults(url, answered),
    ...(wavering.length === 0 ? formFaults(url, answered) : wavering),
    ...redirects(url, answered),
  ]
  return [
    ...faults,
    ...unchosen(applet, url, answered),
    ...(isWhole && faults.length === 0 ? notSeen(applet, answered) : []),
    ...slowness(
      url,
      answered.map(({answer}) => answer),
    ),
  ]
}

function statusFaults(url: string, answered: readonly Answered[]): readonly Fault[] {
  const wrong = answered.filter(({answer}) => answer.branch === undefined)
  const [first] = wrong
  if (!first) return []
  const {status} = first.answer
  const isAll = answered.every(({answer}) => answer.status === status)
  const isOfForm = !isAll && wrong.some(({question}) => question.form === 'json')
  const redirect =
    first.location === undefined ? '' : `, a redirect to ${shownText(first.location)}`
  return [
    {
      id: 'probe-passthru-status',
      summary: plain(
        `${shownUrl(url)} answered ${isAll ? String(status) : statusesOf(wrong)}${redirect}; Exotel knows 200 and 302.`,
      ),
      fix: isOfForm
        ? `${fixOfStatus(status)} The stream comes as keys such as Stream[Status], or as one JSON text under Stream.`
        : fixOfStatus(status),
    },
  ]
}

/** As part of a sentence: `500 (failed, JSON)`. */
export function statusesOf(answered: readonly Answered[]): string {
  const statuses = [...new Set(answered.map(({answer}) => answer.status))]
  return statuses
    .map((status) => {
      const ofIt = answered.filter(({answer}) => answer.status === status)
      return `${String(status)} (${ofIt.map(({question}) => question.words).join('; ')})`
    })
    .join(', ')
}

function repeatFaults(url: string, answered: readonly Answered[]): readonly Fault[] {
  for (const {question, answer} of answered) {
    if (!question.isRepeat) continue
    const first = answered.find(
      (one) => one.question.topic === question.topic && one.question.form === question.form,
    )
    if (!first || !differ(first, {question, answer})) continue
    return [
      {
        id: 'probe-passthru-repeat',
        summary: `${shownUrl(url)} answered ${String(first.answer.status)} (${first.question.words}), and ${String(answer.status)} when it was asked the same again.`,
        fix: 'Keep the answer by CallSid and StreamSID, and give it again: Exotel may ask twice.',
      },
    ]
  }
  return []
}

/** An answer that takes no branch is another fault. */
function differ({answer: {branch: one}}: Answered, {answer: {branch: other}}: Answered): boolean {
  return one !== undefined && other !== undefined && one !== other
}

function formFaults(url: string, answered: readonly Answered[]): readonly Fault[] {
  const differing = answered.flatMap((flat) => {
    const {topic, form} = flat.question
    const json = answered.find(({question}) => question.topic === topic && question.form === 'json')
    if (form !== 'flat' || flat.question.isRepeat || !json || !differ(flat, json)) return []
    return [`${topic}: flat ${String(flat.answer.status)}, JSON ${String(json.answer.status)}`]
  })
  if (differing.length === 0) return []
  return [
    {
      id: 'probe-passthru-forms',
      summary: `${shownUrl(url)} takes another branch by the form in which the same stream is told (${differing.join('; ')}).`,
      fix: 'Read both forms: keys such as Stream[Status], and one JSON text under Stream. Exotel documents either.',
    },
  ]
}

function unchosen(
  {on302}: PassthruApplet,
  url: string,
  answered: readonly Answered[],
): readonly Fault[] {
  const to302 = answered.filter(({answer}) => answer.branch === 'B')
  if (on302 !== undefined || to302.length === 0) return []
  return [
    {
      id: 'probe-passthru-unchosen',
      field: 'on302',
      summary: `${shownUrl(url)} answered ${statusesOf(to302)}, and nothing is chosen for 302 in the flow, so that the call ends.`,
      fix: 'Name the applet under on302, or end where the call is to end; or answer 200.',
    },
  ]
}

/** Not wrong: what decides may be known of real calls alone. */
function notSeen({on200, on302}: PassthruApplet, answered: readonly Answered[]): readonly Fault[] {
  const taken = new Set(answered.map(({answer}) => answer.branch))
  if (on302 === undefined || on302 === on200 || taken.size !== 1) return []
  const way = taken.has('A')
    ? {status: 302, to: on302, field: 'on302'}
    : {status: 200, to: on200, field: 'on200'}
  const topics = [...new Set(answered.map(({question}) => question.topic))]
  return [
    {
      id: 'probe-passthru-branch-not-seen',
      field: way.field,
      summary: `No answer was ${String(way.status)}, so that the way to ${way.to} was not seen; tried: ${topics.join(', ')}.`,
      fix: 'If that way depends on more than these, try it with a call for which it is taken.',
    },
  ]
}
