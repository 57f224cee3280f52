import type {Headers} from '../../stream/exotel/headers.js'
import type {CheckResult, FixFacts} from '../check.js'
import {putUrl} from '../corrected-url.js'
import type {Answered} from './asking/server-words.js'
import {rightUrl} from './right-url.js'

export function hasAuthorization(headers: Headers): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')
}

/** Whether an answer to the upgrade is about who calls. */
export function wantsCredentials({status, headers}: Answered): boolean {
  return status === 401 || (status === 403 && headers['www-authenticate'] !== undefined)
}

/** Whether it takes nothing that Exotel can send. */
export function wantsOnlyBearer({headers}: Answered): boolean {
  const schemes = headers['www-authenticate'] ?? ''
  return /\bbearer\b/i.test(schemes) && !/\bbasic\b/i.test(schemes)
}

/** What is to be done where a Bearer token, or another Authorization, opens what Exotel cannot. */
export function fixCredentials(facts: FixFacts, isBearer: boolean): string {
  const first = isBearer
    ? 'Let the bot take Basic credentials as well, which Exotel makes of the URL.'
    : 'Exotel sends no Authorization but Basic, which it makes of the URL.'
  const url = rightUrl(facts.hop, (changed) => {
    changed.username = 'KEY'
    changed.password = 'TOKEN'
  })
  return `${first} ${putUrl(facts, url)}`.trimEnd()
}

/** One request has room for one of them. */
export const twoAuthorizations: CheckResult = {
  status: 'fail',
  summary: 'the URL has credentials, and --header gives an Authorization as well',
  fix: 'Leave the Authorization out of --header: Exotel sends the one that the URL asks for, and no other.',
}
