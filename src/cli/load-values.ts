import {Flags} from '@oclif/core'

import {ExostreamError} from '../errors.js'
import type {MixPart, Shard} from '../report/load-report.js'
import {printable} from '../report/text/plain.js'

type Named = {readonly name: string; readonly env?: string | undefined}

/** How the value of a flag is read that is written in a way of its own. */
function written<T>(parseText: (text: string) => T | undefined, expected: string) {
  return (input: string, context: unknown, {name, env}: Named): Promise<T> => {
    const value = parseText(input.trim())
    if (value !== undefined) return Promise.resolve(value)
    // Its type says that there is always a token; a value from the environment comes without.
    const {token} = context as {token?: unknown}
    const given = token === undefined && env !== undefined ? env : `--${name}`
    throw new ExostreamError('EXO_USAGE', `${given} must be ${expected}, not "${printable(input)}"`)
  }
}

const NUMBER = String.raw`(\d{1,9}(?:\.\d{1,6})?)`
const RATE = new RegExp(String.raw`^${NUMBER}(?:/(s|min|h))?$`)
const DURATION = new RegExp(String.raw`^${NUMBER}(ms|s|m|h)?$`)

const MS_OF: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
}

/** Calls a second. */
export const rate = Flags.custom<number>({
  parse: written((text) => {
    const [, number, per = 's'] = RATE.exec(text) ?? []
    return number === undefined ? undefined : (Number(number) * 1000) / (MS_OF[per] ?? NaN)
  }, 'calls a second, such as 5, 5/s or 300/min'),
})

/** Milliseconds. */
export const duration = Flags.custom<number>({
  parse: written((text) => {
    const [, number, unit = 's'] = DURATION.exec(text) ?? []
    return number === undefined ? undefined : Number(number) * (MS_OF[unit] ?? NaN)
  }, 'a time, such as 30s, 2m or 500ms (a plain number is seconds)'),
})

/** In an object, because oclif takes a list for a flag that may be repeated. */
type Mix = {readonly parts: readonly MixPart[]}

/** A folder may have an equals sign in its name; a weight is what follows the last. */
const PART = /^(.+?)(?:=(\d{1,4}))?$/
const NO_WEIGHT = /=[^/\\]*$/

export const mix = Flags.custom<Mix>({
  parse: written((text): Mix | undefined => {
    const parts = text.split(',').map((part) => {
      const [, scenario, weight = '1'] = PART.exec(part.trim()) ?? []
      return scenario === undefined || NO_WEIGHT.test(scenario) || Number(weight) < 1
        ? undefined
        : {scenario, weight: Number(weight)}
    })
    const known = parts.filter((part) => part !== undefined)
    return known.length === parts.length ? {parts: known} : undefined
  }, 'scenarios with whole weights from 1, such as sales=3,dtmf=1'),
})

export const shard = Flags.custom<Shard>({
  parse: written((text): Shard | undefined => {
    const [, part, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []
    return part === undefined ? undefined : {part: Number(part), of: Number(of)}
  }, 'a part of all, such as 1/4 for the first of four'),
})
