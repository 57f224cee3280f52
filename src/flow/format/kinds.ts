import {nearest} from '../../nearest.js'
import type {AppletKind} from '../flow.js'

/** What an applet is called in the file, and what it is. */
const KINDS = {
  greeting: 'greeting',
  passthru: 'passthru',
  voicebot: 'voicebot',
  stream: 'stream',
  gather: 'gather',
  connect: 'connect',
  hangup: 'hangup',
  connectVoiceAi: 'connect-voice-ai',
} as const satisfies Record<string, AppletKind>

export type KindKey = keyof typeof KINDS

const KEYS: readonly string[] = Object.keys(KINDS)

function isKindKey(key: string): key is KindKey {
  return KEYS.includes(key)
}

export const KIND_KEYS = KEYS.filter(isKindKey)

/** The kinds that an applet of the file names, right or wrong: one in an applet that is right. */
export function kindKeysOf(entry: unknown): readonly KindKey[] {
  if (entry === 'hangup') return ['hangup']
  if (!isMapping(entry)) return []
  return KIND_KEYS.filter((key) => Object.hasOwn(entry, key))
}

/** What is needed of an applet to know its id. */
type Outline = {readonly id?: string; readonly kind: AppletKind | undefined}

/** @param entry an applet as it is in the file, right or wrong */
export function outlineOf(entry: unknown): Outline {
  const [key, ...others] = kindKeysOf(entry)
  const kind = key === undefined || others.length > 0 ? undefined : kindOf(key, entry)
  const id = isMapping(entry) ? entry['id'] : undefined
  return {kind, ...(typeof id === 'string' ? {id} : {})}
}

function kindOf(key: KindKey, entry: unknown): AppletKind {
  const settings = isMapping(entry) ? entry[key] : undefined
  const isStop = key === 'stream' && isMapping(settings) && settings['action'] === 'stop'
  return isStop ? 'stream-stop' : KINDS[key]
}

/**
 * The ids of applets: their own, else the kind with the lowest number that is free. Undefined where it
 * cannot be known.
 */
export function idsOf(outlines: readonly Outline[]): readonly (string | undefined)[] {
  const taken = new Set(outlines.flatMap(({id}) => (id === undefined ? [] : [id])))
  return outlines.map(({id, kind}) => {
    if (id !== undefined || kind === undefined) return id
    let free: string = kind
    for (let number = 2; taken.has(free); number += 1) free = `${kind}-${String(number)}`
    taken.add(free)
    return free
  })
}

/** Whether an id is one that an applet has without naming it. */
export function isGivenByKind(id: string): boolean {
  return [...Object.values(KINDS), 'stream-stop'].includes(id.replace(/-\d+$/, ''))
}

/** The kind that a slip of the fingers would explain. */
export function nearestKind(word: string): KindKey | undefined {
  const meant = nearest(word.slice(0, 64).toLowerCase(), KEYS)
  return KIND_KEYS.find((key) => key === meant)
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
