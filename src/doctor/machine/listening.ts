import {exotelError, goWords} from '../../stream/exotel/go-words.js'
import type {Check, CheckContext, CheckResult, FixFacts, Listener} from '../check.js'
import {withPort} from '../endpoint.js'
import {useCorrectedUrl} from '../corrected-url.js'
import {findListeners, shownListeners} from './listeners/listeners.js'
import {isHeard, type Place, placeOf} from './place.js'

/** What listens where the URL leads, when that is this machine. */
export const listeningCheck: Check = {
  id: 'listening',
  title: 'A program listens on the port, where it can be reached',
  group: 'machine',
  roles: 'machine',
  needs: [],
  after: ['address', 'public-ip'],
  limitMs: 5000,
  async run(context) {
    const place = placeOf(context)
    if (!place.isHere && context.target.kind === 'url') {
      return {status: 'skip', mayGoOn: true, summary: 'the URL does not lead to this machine'}
    }
    const {port} = place
    const listeners = await findListeners(port, context)
    if (!listeners) {
      return {
        status: 'skip',
        mayGoOn: true,
        summary: `not checked: nothing here tells what listens on port ${String(port)}`,
      }
    }
    return judge(listeners, place, context)
  },
}

function judge(listeners: readonly Listener[], place: Place, context: CheckContext): CheckResult {
  const port = String(place.port)
  const known = {listeners}
  if (listeners.length === 0) {
    const summary = `nothing listens on port ${port} of this machine`
    return {status: 'skip', mayGoOn: true, summary, known}
  }
  const shown = shownListeners(listeners)
  if (isReached(listeners, place, context)) {
    const summary = `port ${port} of this machine: ${shown}`
    return {status: 'pass', summary, ...hint(listeners), known}
  }
  const [first = ''] = place.addresses
  const where = listeners.map(({address}) => address).join(' and ')
  const told = {
    summary: `port ${port} is open on ${where} only, and the URL leads to ${first}`,
    detail: shown,
    known,
  }
  // Nobody comes to that address from outside, which is the fault that `address` tells.
  if (place.isInside && !context.target.isLocal) return {status: 'skip', mayGoOn: true, ...told}
  return {
    status: 'fail',
    ...told,
    fix: (facts) => bindEverywhere(facts, port),
    exotelError: exotelError(goWords.refused(withPort(first, place.port))),
  }
}

function isReached(
  listeners: readonly Listener[],
  {isHere, addresses}: Place,
  {world}: CheckContext,
): boolean {
  if (!isHere || addresses.length === 0) return true
  return addresses.some((address) => isHeard(address, listeners, world))
}

function bindEverywhere(facts: FixFacts, port: string): string {
  return `Let the bot listen on 0.0.0.0, which is every address of this machine:\nexostream serve --host 0.0.0.0 --port ${port}\n${useCorrectedUrl(facts)}`
}

function hint(listeners: readonly Listener[]): {readonly detail?: string} {
  return listeners.some(({program}) => program === undefined)
    ? {detail: 'Run as root to see which program it is.'}
    : {}
}
