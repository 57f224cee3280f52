import type {StreamSettings} from '../../flow.js'
import type {Pair} from './named-rates.js'

type Foreign = StreamSettings['foreign']

/** A single value under a foreign field, however deep. */
type ForeignValue = {
  /** The field of the applet that it is under. */
  readonly field: string
  /** All the names that lead to it, such as `media_format.encoding`. */
  readonly path: string
  /** The name right before it. */
  readonly name: string
  readonly value: string
}

/** What is nested deeper than any guide nests it is not looked at. */
const MOST_DEEP = 5

export function foreignValues(foreign: Foreign): readonly ForeignValue[] {
  return Object.entries(foreign).flatMap(([field, value]) =>
    valuesIn(value, [field]).map((found) => ({field, ...found})),
  )
}

function valuesIn(
  value: unknown,
  names: readonly string[],
): readonly Omit<ForeignValue, 'field'>[] {
  const name = names.at(-1) ?? ''
  if (['string', 'number', 'boolean'].includes(typeof value)) {
    return [{path: names.join('.'), name, value: String(value)}]
  }
  if (typeof value !== 'object' || value === null || names.length > MOST_DEEP) return []
  if (Array.isArray(value)) return value.flatMap((inner) => valuesIn(inner, names))
  return Object.entries(value).flatMap(([key, inner]) => valuesIn(inner, [...names, key]))
}

/** What a field beside the URL says of the rate. */
export function claimedRate(foreign: Foreign): string | undefined {
  return foreignValues(foreign).find(({name}) => /^sample[-_ ]?rate(?:[-_]?hz)?$/i.test(name))
    ?.value
}

/** G.711 in the names that guides have for it. */
const G711 = /(?:^|[^a-z])(?:mu-?law|[µμu]-?law|a-?law|pcm[ua]|g\.?711[ua]?)(?:$|[^a-z])/i

export function isG711(value: string): boolean {
  return G711.test(value)
}

/** Whether a parameter tells the bot of G.711; a campaign may be called so, too. */
export function isCodecClaim([name, value]: Pair): boolean {
  return /encoding|codec|format|content[-_ ]?type/i.test(name) && isG711(value)
}

const OF_DIRECTION = /direction|stream[-_ ]?type|duplex/i
const BOTH_WAYS = /^(?:bi-?directional|both|two-?way|duplex|full-?duplex|inbound_outbound)$/i

/** The field that asks for a stream both ways. */
export function bothWays(foreign: Foreign): ForeignValue | undefined {
  return foreignValues(foreign).find(
    ({name, value}) =>
      (/bi-?directional/i.test(name) && /^(?:true|yes|on|1|enabled)$/i.test(value)) ||
      (OF_DIRECTION.test(name) && BOTH_WAYS.test(value)),
  )
}
