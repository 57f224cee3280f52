import {
  CALLBACK_FORMS,
  type CallbackForm,
  type CallbackResult,
  postStatusCallback,
} from '../../stream/exotel-http/status-callback.js'
import {shownUrl} from '../../stream/written-url/shown-url.js'
import {type Asker, plain} from './asker.js'
import {fixOfStatus} from './common-faults.js'
import type {Fault} from './rules.js'

const NAMES: Readonly<Record<CallbackForm, string>> = {
  multipart: 'multipart',
  urlencoded: 'urlencoded',
  json: 'JSON',
}

/** Posts the news of a call that is over, in each of the forms it may come in. */
export async function probeCallback(asker: Asker): Promise<readonly Fault[]> {
  const facts = {identity: asker.newCall(), startedAt: asker.startedAt, durationMs: 28_000}
  const wrong: CallbackResult['answer'][] = []
  for (const form of CALLBACK_FORMS) {
    const result = await asker.ask({
      words: `POST, ${NAMES[form]}`,
      put: (world) => postStatusCallback(asker.url, {...world, form, facts}),
    })
    if (!result) break
    const {answer} = result
    if (answer.problem !== undefined) wrong.push(answer)
    if (answer.status === undefined) break
  }
  const [first] = wrong
  if (!first) return []
  const summary =
    first.status === undefined
      ? plain(first.problem ?? '')
      : `${shownUrl(asker.url)} answered ${wrong.map(({status, form}) => `${String(status)} to ${NAMES[form]}`).join(', ')}, where 200 belongs; the news of the call is lost.`
  return [{id: 'probe-callback', summary, fix: fixOf(first)}]
}

function fixOf({status, form}: CallbackResult['answer']): string {
  if (status === undefined)
    return 'Start the program behind the URL, and look that its host is right.'
  const forms =
    form === 'multipart'
      ? ''
      : ' Read multipart/form-data, a plain form and JSON, by their content-type.'
  return `${fixOfStatus(status, 'POST')}${forms}`
}
