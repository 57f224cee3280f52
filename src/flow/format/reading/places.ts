import type {YamlText} from '../../../yaml-document.js'
import type {Applet, Flow} from '../../flow.js'
import type {FindPlace, Place} from '../../source.js'
import {isMapping, kindKeysOf} from '../kinds.js'
import {urlNameOf} from './older-settings.js'

/**
 * Finds places in the file.
 * @param root where in the document the applets are
 */
export function placesIn(
  flow: Flow,
  {value: raw, find}: YamlText,
  root: readonly PropertyKey[],
): FindPlace {
  const list = valueAt(raw, root)
  const paths = new Map(
    flow.applets.map(({id}, index) => [id, Array.isArray(list) ? [...root, index] : root]),
  )
  const placeAt = (path: readonly PropertyKey[]): Place => {
    const {line, column, path: written} = find(path, '')
    return {path: written, line, column}
  }
  return (applet?: Applet, field?: string) => {
    const path = applet && paths.get(applet.id)
    // Of a flow as a whole the path is empty, wherever in the document it begins.
    if (!path) return {...placeAt([]), path: ''}
    const inside = field === undefined ? undefined : fieldPath(valueAt(raw, path), field)
    return placeAt([...path, ...(inside ?? [])])
  }
}

/** Where a field of an applet is; `parameters.plan` is a field within another. */
function fieldPath(entry: unknown, field: string): readonly PropertyKey[] | undefined {
  const [key] = kindKeysOf(entry)
  const inner =
    field === 'url'
      ? [[urlName(key === undefined ? entry : valueAt(entry, [key]))]]
      : [[field], field.split('.')]
  const outer = key === undefined ? [[]] : [[key], [key, 'foreign'], []]
  return outer
    .flatMap((before) => inner.map((names) => [...before, ...names]))
    .find((path) => hasPath(entry, path))
}

function urlName(settings: unknown): string {
  return (isMapping(settings) ? urlNameOf(settings) : undefined) ?? 'url'
}

function hasPath(value: unknown, path: readonly PropertyKey[]): boolean {
  const last = path.at(-1)
  const around = valueAt(value, path.slice(0, -1))
  return last !== undefined && isMapping(around) && Object.hasOwn(around, last)
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  )
}
