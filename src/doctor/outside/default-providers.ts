import type {Providers} from '../world.js'

/**
 * Who is asked unless a flag says otherwise, and never under --offline. Every one of them learns the
 * public address of this machine by being asked at all.
 */
export const defaultProviders: Providers = {
  // Cloudflare, Google and Quad9: they also learn the host names of the URLs.
  resolvers: ['1.1.1.1', '8.8.8.8', '9.9.9.9'],
  // Cloudflare and Google: nothing else.
  stun: ['stun.cloudflare.com:3478', 'stun.l.google.com:19302'],
  // Amazon and ipify: nothing else.
  addressUrls: ['https://checkip.amazonaws.com/', 'https://api.ipify.org/'],
  // Cisco's OpenDNS: nothing else.
  addressNames: [{name: 'myip.opendns.com', resolver: '208.67.222.222'}],
}
