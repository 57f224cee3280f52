import type {CheckContext, Hop} from '../../../src/doctor/check.js'
import {labWorld, targetOf} from './examine.js'

type Given = Partial<Omit<CheckContext, 'hop' | 'target' | 'world'>> & {
  readonly url?: string
  readonly hop?: Partial<Hop>
  readonly target?: Partial<CheckContext['target']>
  readonly world?: Partial<CheckContext['world']>
}

/** What a check sees when it is run by itself. */
export function contextOf({url, hop, target, world, ...more}: Given = {}): CheckContext {
  return {
    target: targetOf(url, target),
    hop: {role: 'stream', ...(url === undefined ? {} : {url: new URL(url)}), ...hop},
    known: {},
    failed: [],
    world: labWorld(world),
    signal: new AbortController().signal,
    ...more,
  }
}
