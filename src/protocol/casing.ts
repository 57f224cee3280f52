import {CAMEL_CASE, asFields, type Fields} from './fields.js'
import {parseObject} from './json-text.js'
import type {Casing} from './profiles.js'

/**
 * How the writer of a message writes its keys, and so how it wants to be answered: as its
 * `stream_sid`, the one key that answers have too; without any, by whatever other key tells.
 */
export function casingOf(data: string | Uint8Array): Casing {
  const parsed = parseObject(typeof data === 'string' ? data : Buffer.from(data).toString(), [])
  if ('reason' in parsed) return 'snake'
  const {fields} = parsed
  const start = asFields(fields['start'])
  const objects = [fields, start, asFields(fields['media'])]
  if (hasAny(objects, ['stream_sid'])) return 'snake'
  const formats = [fields, start].map((one) => asFields(one?.[CAMEL_CASE.media_format]))
  return hasAny([...objects, ...formats], Object.values(CAMEL_CASE)) ? 'camel' : 'snake'
}

function hasAny(objects: readonly (Fields | undefined)[], names: readonly string[]): boolean {
  return objects.some((one) => one !== undefined && names.some((name) => Object.hasOwn(one, name)))
}
