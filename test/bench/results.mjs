import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'

import {items} from './items.mjs'

/** The results that are kept: each item with when it was measured, and of what, since not all are measured at once. */

/**
 * @typedef {import('./run.mjs').ItemResult} ItemResult
 * @typedef {import('./run.mjs').Results} Results
 */

/**
 * @param {string} file
 * @returns {Results | undefined}
 */
export function readResults(file) {
  try {
    /** @type {Results} */
    const results = JSON.parse(readFileSync(file, 'utf8'))
    return results
  } catch {
    return undefined
  }
}

/**
 * @param {string} file
 * @param {Results} results
 */
export function keepResults(file, results) {
  mkdirSync(dirname(file), {recursive: true})
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`)
}

/**
 * What was measured now in the place of what was measured before. Nothing of another machine is kept beside it.
 * @param {Results | undefined} before
 * @param {Results} now
 * @returns {Results}
 */
export function merged(before, now) {
  const isSame = JSON.stringify(before?.machine) === JSON.stringify(now.machine)
  const all = [...now.items, ...(isSame ? (before?.items ?? []) : [])]
  const inOrder = items.flatMap(({name}) => all.find((item) => item.name === name) ?? [])
  return {...now, items: inOrder}
}

/**
 * Why they are no table for the README; undefined when they are.
 * @param {Results | undefined} results
 * @returns {string | undefined}
 */
export function whyNotToWrite(results) {
  if (results === undefined) return 'There are no results yet: npm run bench makes them.'
  if (results.quick) return 'These are the results of --quick, which are nothing to quote.'
  const missing = items.filter(
    ({name, needsPeer}) => !needsPeer && !results.items.some((item) => item.name === name),
  )
  const again = (/** @type {readonly {name: string}[]} */ names) =>
    `npm run bench -- ${names.map(({name}) => name).join(' ')}`
  if (missing.length > 0)
    return `Not everything has been measured on this machine: ${again(missing)}.`
  const failed = results.items.filter((item) => item.failed !== undefined)
  return failed.length > 0 ? `Some of it failed: ${again(failed)}.` : undefined
}
