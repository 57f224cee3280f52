import {createHash, timingSafeEqual} from 'node:crypto'

import {ExostreamError} from '../../errors.js'

/**
 * What is wrong with an Authorization header, without any of it; undefined when it is right. The log
 * takes what follows the name of a scheme for a secret, so no scheme is named.
 */
export type CheckAuthorization = (header: string | undefined) => string | undefined

/**
 * Compares digests, as long whatever was sent.
 * @throws ExostreamError EXO_USAGE for credentials that no one could send; it does not tell them
 */
export function checksBasic(basic: string): CheckAuthorization {
  const colon = basic.indexOf(':')
  if (colon === -1) throw unusable('--basic-auth is not KEY:TOKEN: there is no colon in it.')
  if (colon === 0 || colon === basic.length - 1) {
    throw unusable(`--basic-auth is not KEY:TOKEN: its ${colon === 0 ? 'key' : 'token'} is empty.`)
  }
  const wanted = formsOf(basic).map(digestOf)
  return (header) => {
    const [, encoded] = /^basic +([\w+/-]+={0,2})$/i.exec(header ?? '') ?? []
    if (encoded === undefined) return 'the credentials cannot be read'
    const given = formsOf(Buffer.from(encoded, 'base64').toString('utf8')).map(digestOf)
    return isAnyEqual(given, wanted) ? undefined : 'the credentials are wrong'
  }
}

/** @throws ExostreamError EXO_USAGE for a token that no header can hold; it does not tell it */
export function checksBearer(bearer: string): CheckAuthorization {
  if (!/^[!-~]+$/.test(bearer)) {
    const problem = bearer === '' ? 'is empty' : 'has characters that no header can hold'
    throw unusable(`--bearer-token ${problem}.`)
  }
  const wanted = [digestOf(bearer)]
  return (header) => {
    const [, token] = /^bearer +([!-~]+)$/i.exec(header ?? '') ?? []
    if (token === undefined) return 'the token cannot be read'
    return isAnyEqual([digestOf(token)], wanted) ? undefined : 'the token is wrong'
  }
}

/** Whether a header has this very value, found out in the same time whatever was sent. */
export function checksValue(value: string): (header: string | undefined) => boolean {
  const wanted = digestOf(value)
  return (header) => timingSafeEqual(digestOf(header ?? ''), wanted) && header !== undefined
}

/** As it is, and percent-decoded: a key may be given, and sent, as it stands in a URL. */
function formsOf(pair: string): readonly string[] {
  const colon = pair.indexOf(':')
  if (colon === -1) return [pair, pair]
  return [pair, `${decoded(pair.slice(0, colon))}:${decoded(pair.slice(colon + 1))}`]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone percent sign is a character like any other.
    return text
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Compares all with all, whatever was found on the way. */
function isAnyEqual(given: readonly Buffer[], wanted: readonly Buffer[]): boolean {
  const found = given.flatMap((one) => wanted.map((other) => timingSafeEqual(one, other)))
  return found.includes(true)
}

function unusable(message: string): ExostreamError {
  return new ExostreamError('EXO_USAGE', message)
}
