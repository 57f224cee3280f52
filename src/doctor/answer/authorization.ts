import type {Headers} from '../../stream/exotel/headers.js'
import type {CheckResult} from '../check.js'

const isAuthorization = (name: string) => name.toLowerCase() === 'authorization'

export function hasAuthorization(headers: Headers): boolean {
  return Object.keys(headers).some(isAuthorization)
}

export function withoutAuthorization(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isAuthorization(name)))
}

/** One request has room for one of them. */
export const twoAuthorizations: CheckResult = {
  status: 'fail',
  summary: 'the URL has credentials, and --header gives an Authorization as well',
  fix: 'Leave the Authorization out of --header: Exotel sends the one that the URL asks for, and no other.',
}
