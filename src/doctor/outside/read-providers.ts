import {ExostreamError} from '../../errors.js'
import {maskSecrets} from '../../mask.js'
import {masked, withoutUserinfo} from '../../stream/exotel/stream-url.js'
import {readAddress, readHostPort} from './asking/addresses.js'
import {STUN_PORT} from './asking/stun.js'

const DNS_PORT = 53

/**
 * The value of `--resolver`.
 * @throws ExostreamError EXO_USAGE
 */
export function readResolver(text: string): string {
  const named = readHostPort(text, DNS_PORT)
  const address = named && readAddress(named.host)
  if (!named || address === undefined) {
    throw misread(
      text,
      'is no address of a resolver',
      '1.1.1.1, 1.1.1.1:53 or [2606:4700::1111]:53',
    )
  }
  return named.port === DNS_PORT ? address : joined(address, named.port)
}

/**
 * The value of `--stun`.
 * @throws ExostreamError EXO_USAGE
 */
export function readStunServer(text: string): string {
  const named = readHostPort(text, STUN_PORT)
  if (!named) throw misread(text, 'is no STUN server', 'stun.example.net:3478')
  return joined(named.host, named.port)
}

/**
 * The value of `--address-url`.
 * @throws ExostreamError EXO_USAGE
 */
export function readAddressUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw misread(text, 'is no http or https URL', 'https://checkip.example.net/')
  }
  return url.href
}

function joined(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`
}

function misread(text: string, mistake: string, example: string): ExostreamError {
  const shown = JSON.stringify(maskSecrets(masked(withoutUserinfo(text))).slice(0, 200))
  return new ExostreamError('EXO_USAGE', `${shown} ${mistake}; give it as in ${example}.`)
}
