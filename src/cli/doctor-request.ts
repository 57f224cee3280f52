import type {Interfaces} from '@oclif/core'

import {defaultProviders} from '../doctor/outside/default-providers.js'
import {readAddressUrl, readResolver, readStunServer} from '../doctor/outside/read-providers.js'
import type {Applet} from '../doctor/target.js'
import type {Providers} from '../doctor/world.js'
import {parseHeaderFlags} from '../stream/exotel/headers.js'
import type {doctorFlags} from './doctor-flags.js'
import {listOf} from './flags.js'

type Flags = Interfaces.InferredFlags<typeof doctorFlags>

const APPLETS: Readonly<Record<Flags['use'], Applet>> = {
  voicebot: 'voicebot',
  stream: 'stream',
  'connect-voice-ai': 'none',
}

/** What the flags ask for, in the words of an examination. */
export function examinationRequestOf(flags: Flags) {
  const {passthru, header, outside, idle} = flags
  return {
    ...(passthru === undefined ? {} : {passthru}),
    ...(outside === undefined ? {} : {outsideUrl: outside}),
    ...(idle === undefined ? {} : {idleMs: idle * 1000}),
    headers: parseHeaderFlags(typeof header === 'string' ? [header] : (header ?? [])),
    isLocal: flags.local,
    isOffline: flags.offline,
    wantsMetadata: flags.metadata,
    applet: APPLETS[flags.use],
    deadlineMs: flags.deadline * 1000,
    dataDir: flags['data-dir'],
    providers: providersOf(flags),
  }
}

function providersOf(flags: Flags): Providers {
  const resolvers = texts(flags.resolver).map(readResolver)
  const stun = texts(flags.stun).map(readStunServer)
  const addressUrls = texts(flags['address-url']).map(readAddressUrl)
  return {
    ...defaultProviders,
    ...(resolvers.length === 0 ? {} : {resolvers}),
    // Whoever names one of those who tell the address wants no other to be asked.
    ...(stun.length + addressUrls.length === 0 ? {} : {stun, addressUrls, addressNames: []}),
  }
}

function texts(given: unknown): readonly string[] {
  // The cast is what oclif and `listOf` make of such a flag.
  return (listOf(given) ?? []) as readonly string[]
}
