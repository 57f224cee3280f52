import {ExostreamError} from '../../errors.js'

/** Headers that are added to a request. Their values may be secrets: no message holds one. */
export type Headers = Readonly<Record<string, string>>

/** RFC 9110, section 5.6.2: what a name may be made of. */
const TOKEN = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/
/** RFC 9110, section 5.5, and tab; what is beyond one byte cannot be written. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** Those that make the upgrade what it is, or say how long the request is. */
const OURS =
  /^(host|upgrade|connection|keep-alive|te|trailer|expect|content-length|transfer-encoding|proxy-.*|sec-.*)$/i

/**
 * "Name: value" texts as a record.
 * @throws ExostreamError EXO_USAGE, with the name alone, for one that cannot be sent
 */
export function parseHeaderFlags(texts: readonly string[]): Headers {
  const pairs = texts.map((text) => {
    const colon = text.indexOf(':')
    if (colon === -1) {
      throw usage('A header has no colon; write it as "Name: value".')
    }
    return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()] as const
  })
  const names = pairs.map(([name]) => name.toLowerCase())
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index)
  const repeated = pairs[twice]
  if (repeated) throw usage(`The header ${JSON.stringify(shownName(repeated[0]))} is given twice.`)
  const headers = Object.fromEntries(pairs)
  checkHeaders(headers)
  return headers
}

/** @throws ExostreamError EXO_USAGE, with the name alone, for one that cannot be sent */
export function checkHeaders(headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) {
    const shown = JSON.stringify(shownName(name))
    if (!TOKEN.test(name)) {
      throw usage(`${shown} cannot be the name of a header: letters, digits and hyphens can.`)
    }
    if (OURS.test(name)) throw usage(`The header ${shown} belongs to the connection itself.`)
    if (!VALUE.test(value)) {
      throw usage(
        `The value of the header ${shown} holds a line break or another control character.`,
      )
    }
  }
}

/** Where the colon was forgotten, what stands for the name may hold the secret. */
function shownName(name: string): string {
  return TOKEN.test(name)
    ? name.slice(0, 60)
    : `${/^[!#$%&'*+.^_`|~\dA-Za-z-]*/.exec(name)?.[0].slice(0, 20) ?? ''}…`
}

/** The headers, where the URL does not already say who calls. */
export function withAuthorization(headers: Headers, authorization: string | undefined): Headers {
  checkHeaders(headers)
  if (authorization === undefined) return headers
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')) {
    throw usage('The URL has credentials, and there is an Authorization header; give one of them.')
  }
  return {Authorization: authorization, ...headers}
}

function usage(message: string): ExostreamError {
  return new ExostreamError('EXO_USAGE', message)
}
