import {nearest} from '../../../nearest.js'
import {END} from '../../flow.js'
import {idsOf, isGivenByKind, isMapping, type KindKey, kindKeysOf, outlineOf} from '../kinds.js'

/** Something that no schema sees, by its path in the flow. */
export type Incoherence = {
  readonly path: readonly PropertyKey[]
  /** What was expected there. */
  readonly problem: string
}

const MOST_APPLETS_LOOKED_AT = 200
const MOST_IDS_TOLD = 8

/**
 * How applets name each other, and fields that exclude each other.
 * @param flow as it is in the file, right or wrong; what has no shape is passed over
 */
export function incoherences(flow: unknown): readonly Incoherence[] {
  const applets = isMapping(flow) && Array.isArray(flow['applets']) ? flow['applets'] : []
  const looked: readonly unknown[] = applets.slice(0, MOST_APPLETS_LOOKED_AT)
  return [...repeatedIds(looked), ...strayReferences(looked), ...looked.flatMap(quarrels)].map(
    ({path, problem}) => ({path: ['applets', ...path], problem}),
  )
}

function repeatedIds(applets: readonly unknown[]): readonly Incoherence[] {
  const own = applets.map((entry) => outlineOf(entry).id)
  return own.flatMap((id, index) =>
    id === undefined || own.indexOf(id) === index
      ? []
      : [{path: [index, 'id'], problem: 'an id of its own: another applet has it'}],
  )
}

/** An applet whose id cannot be known has one that its kind gives. */
function strayReferences(applets: readonly unknown[]): readonly Incoherence[] {
  const ids = idsOf(applets.map(outlineOf)).flatMap((id) => (id === undefined ? [] : [id]))
  const isUnsure = ids.length < applets.length
  return applets.flatMap((entry, index) =>
    referencesOf(entry)
      .filter(({to}) => to !== END && !ids.includes(to) && !(isUnsure && isGivenByKind(to)))
      .map(({path, to}) => ({path: [index, ...path], problem: noneOfThat(to, ids)})),
  )
}

function referencesOf(entry: unknown): readonly {path: readonly PropertyKey[]; to: string}[] {
  if (!isMapping(entry)) return []
  const [key] = kindKeysOf(entry)
  // Of these the schema tells that there is no next.
  const hasNext = key !== 'passthru' && key !== 'hangup' && key !== 'connectVoiceAi'
  const {on200, on302} = settingsOf(key === 'passthru' ? entry[key] : undefined)
  const written: readonly (readonly [readonly PropertyKey[], unknown])[] = [
    [['next'], hasNext ? entry['next'] : undefined],
    [['passthru', 'on200'], on200],
    [['passthru', 'on302'], on302],
  ]
  return written.flatMap(([path, to]) => (typeof to === 'string' ? [{path, to}] : []))
}

function noneOfThat(to: string, ids: readonly string[]): string {
  const meant = nearest(to.toLowerCase(), [END, ...ids])
  const some = [...new Set(ids)]
  const others = some.length > MOST_IDS_TOLD ? [...some.slice(0, MOST_IDS_TOLD), '...'] : some
  const told = meant === undefined ? `there are ${others.join(', ')}` : `did you mean ${meant}?`
  return `the id of an applet, or end, but none is called ${JSON.stringify(to.slice(0, 64))}; ${told}`
}

/** What may not stand together, in one applet or in one flow. */
function quarrels(
  entry: unknown,
  index: number,
  applets: readonly unknown[],
): readonly Incoherence[] {
  const [key, ...others] = kindKeysOf(entry)
  if (!isMapping(entry) || key === undefined || others.length > 0) return []
  const fields = Object.keys(settingsOf(entry[key]))
  const isStop = outlineOf(entry).kind === 'stream-stop'
  return [
    ...(key === 'connectVoiceAi' && applets.length > 1 ? [{path: [], problem: ALONE}] : []),
    ...quarrelsOf(key, fields).map((problem) => ({path: [], problem})),
    ...fields
      .filter((field) => isStop && field !== 'action')
      .map((field) => ({path: [field], problem: BESIDE_STOP})),
  ].map(({path, problem}) => ({path: [index, key, ...path], problem}))
}

const ALONE = 'connectVoiceAi alone: the API places the call, and no flow runs'
const BESIDE_STOP = 'nothing beside action: stop, which ends the stream of a Stream applet before'

function quarrelsOf(key: KindKey, fields: readonly string[]): readonly string[] {
  const has = (field: string) => fields.includes(field)
  if (key === 'greeting' && has('say') === has('audioUrl')) {
    return [has('say') ? 'either say or audioUrl, not both' : 'say with words, or audioUrl']
  }
  if (key === 'connect' && has('to') && has('url')) {
    return ['either to or url, which is asked whom to connect to']
  }
  return []
}

function settingsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {}
}
