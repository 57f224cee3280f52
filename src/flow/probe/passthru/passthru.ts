import {askPassthru, type PassthruResult} from '../../../stream/exotel-http/passthru.js'
import {shownUrl} from '../../../stream/written-url/shown-url.js'
import {END, type Flow, type PassthruApplet} from '../../flow.js'
import type {Asker} from '../asker.js'
import {fixOfStatus, noAnswer} from '../common-faults.js'
import type {Fault} from '../rules.js'
import {type Answered, passthruFaults, statusesOf} from './judge.js'
import {redirects} from './redirects.js'
import {questionsTo} from './questions.js'

/** Asks a Passthru URL about calls that ended in each way, in both forms, and judges the branches. */
export async function probePassthru(
  applet: PassthruApplet,
  flow: Flow,
  asker: Asker,
): Promise<readonly Fault[]> {
  const answered: Answered[] = []
  let isWhole = true
  for (const question of questionsTo(applet, flow, asker)) {
    const {words, form, facts, isRepeat} = question
    // Of no use where nobody waits for the answer.
    if (applet.isAsync && isRepeat) continue
    const result = await asker.ask({
      words,
      put: async (world) =>
        inContext(await askPassthru(asker.url, {...world, form, facts}), applet),
      leadsTo: ({answer}) => leadsTo(applet, answer),
    })
    if (!result) {
      isWhole = false
      break
    }
    const {answer, location} = result
    if (answer.status === undefined) return [silence(applet, answer)]
    answered.push({question, answer, ...(location === undefined ? {} : {location})})
  }
  const {url} = asker
  if (!applet.isAsync) return passthruFaults(applet, {url, answered, isWhole})
  return [...unheard(url, answered), ...redirects(url, answered)]
}

/** Where nobody waits, any 2xx is as good as 200. */
function inContext(result: PassthruResult, {isAsync}: PassthruApplet): PassthruResult {
  const {problem, ...answer} = result.answer
  return isAsync && isHeard(result.answer) && problem !== undefined ? {...result, answer} : result
}

function isHeard({status = 0, branch}: PassthruResult['answer']): boolean {
  return branch !== undefined || (status >= 200 && status < 300)
}

function leadsTo(
  {isAsync, on200, on302 = END}: PassthruApplet,
  {branch}: PassthruResult['answer'],
) {
  if (isAsync || branch === undefined) return undefined
  return branch === 'A' ? on200 : on302
}

function silence({isAsync}: PassthruApplet, answer: PassthruResult['answer']): Fault {
  const fault = noAnswer(answer)
  return isAsync ? {...fault, id: 'probe-passthru-async'} : fault
}

function unheard(url: string, answered: readonly Answered[]): readonly Fault[] {
  const wrong = answered.filter(({answer}) => !isHeard(answer))
  const [first] = wrong
  if (!first) return []
  return [
    {
      id: 'probe-passthru-async',
      summary: `${shownUrl(url)} answered ${statusesOf(wrong)}; the flow goes on, but the news of the call is lost.`,
      fix: fixOfStatus(first.answer.status),
    },
  ]
}
