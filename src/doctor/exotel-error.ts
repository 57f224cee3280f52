import {exotelError, goWords} from '../stream/exotel/go-words.js'
import type {Role} from './check.js'
import type {AddressClass} from '../stream/written-url/address-class.js'

/**
 * What Exotel shows for a stream that it could not open. Of the two URLs that it asks over HTTP nothing
 * is published: no stream fails by them, and by the time it asks Passthru the stream has run.
 */
export function shownByExotel(role: Role, goCause: string): {readonly exotelError?: string} {
  return role === 'stream' ? {exotelError: exotelError(goCause)} : {}
}

/**
 * What the dialer of a machine at Exotel meets at an address, with its port, that is not public: on that
 * machine itself nothing listens, elsewhere nobody answers.
 */
export function causeOfClass(kind: AddressClass, address: string): string {
  if (kind === 'loopback' || kind === 'unspecified') return goWords.refused(address)
  // Linux connects to no group (net/ipv4/tcp_ipv4.c, tcp_v4_connect).
  return kind === 'multicast' ? goWords.networkUnreachable(address) : goWords.timeout(address)
}
