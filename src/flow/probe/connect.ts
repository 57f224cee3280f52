import {callQuery} from '../../stream/exotel-http/call-query.js'
import type {AskedUrl} from '../../stream/exotel-http/dynamic-url.js'
import {
  type Answer,
  get,
  type HttpWorld,
  parseHttpUrl,
  shownText,
  withQuery,
} from '../../stream/exotel-http/get.js'
import {shownUrl} from '../../stream/written-url/shown-url.js'
import {type Asker, plain} from './asker.js'
import {fixOfStatus, noAnswer, slowness} from './common-faults.js'
import type {Fault} from './rules.js'

const EXAMPLE = '{"destination": {"numbers": ["NUMBER"]}}'

/** Asks whom to connect the caller to (support.exotel.com 3000096873), and judges the answer. */
export async function probeConnect(asker: Asker): Promise<readonly Fault[]> {
  const {url} = asker
  const result = await asker.ask({words: 'GET', put: (world) => ask(asker, world)})
  if (!result) return []
  const {answer, fault} = result
  if (answer.status === undefined) return [noAnswer(answer)]
  return [...(fault ? [fault] : []), ...slowness(url, [answer])]
}

type Result = {readonly answer: AskedUrl; readonly fault?: Fault}

async function ask(asker: Asker, world: HttpWorld): Promise<Result> {
  const url = parseHttpUrl(asker.url)
  const {startedAt} = asker
  const details = callQuery(asker.newCall(), {startedAt, now: world.clock.wallNow()})
  const headers = {'Exotel-Version': '1.0'}
  const {tookMs, ...came} = await get(url, withQuery(url.dialled, details), {...world, headers})
  const told = {url: url.shown, tookMs}
  if (came.failure) return {answer: {...told, problem: came.failure.message}}
  const {status} = came.answer
  const fault = faultOf(came.answer)
  if (!fault) return {answer: {...told, status}}
  const {summary: problem} = fault
  const summary = `${shownUrl(asker.url)} ${problem}`
  return {answer: {...told, status, problem}, fault: {...fault, summary}}
}

/** Its summary is what follows the URL in a sentence. */
function faultOf({status, location, body, isCut}: Answer): Fault | undefined {
  if (status !== 200) {
    const to = location === undefined ? '' : `, a redirect to ${shownText(location)}`
    return {
      id: 'probe-connect-status',
      summary: plain(`answered ${String(status)}${to}, not 200.`),
      fix: fixOfStatus(status),
    }
  }
  const numbers = isCut ? undefined : numbersIn(body)
  if (numbers === undefined) {
    return {
      id: 'probe-connect-json',
      summary: 'answered with text that is not JSON with destination.numbers.',
      fix: `Answer with a JSON object, with a number of your own in it; bare text is for the URL under "Dial whom" alone:\n${EXAMPLE}`,
    }
  }
  if (numbers.length > 0 && numbers.every(isNumber)) return undefined
  return {
    id: 'probe-connect-numbers',
    summary:
      numbers.length === 0
        ? 'answered with no numbers, so that nobody is called.'
        : 'answered with destination.numbers of which one is no phone number.',
    fix: 'Put each phone number as a text of digits, with a plus before the country, into destination.numbers.',
  }
}

function numbersIn(body: string): readonly unknown[] | undefined {
  try {
    const numbers = memberOf(memberOf(JSON.parse(body), 'destination'), 'numbers')
    return Array.isArray(numbers) ? numbers : undefined
  } catch {
    // Not JSON.
    return undefined
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return new Map<string, unknown>(Object.entries(value)).get(name)
}

function isNumber(value: unknown): boolean {
  return typeof value === 'string' && /^(?:\+?\d[\d -]{4,18}|sips?:\S+)$/i.test(value.trim())
}
