import type {CheckContext} from '../check.js'

/** Which of the URLs on the way of a call it is, as the subject of a sentence. */
export function urlName({target, hop}: Pick<CheckContext, 'target' | 'hop'>): string {
  if (hop.role === 'dynamic') return 'the dynamic URL'
  if (hop.role === 'passthru') return 'the Passthru URL'
  return target.dynamic === undefined ? 'the URL' : 'the URL that the dynamic URL answers with'
}
