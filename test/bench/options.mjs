import {parseArgs} from 'node:util'

import {items} from './items.mjs'

/** What was asked for: flags as values, or the one sentence that says what is wrong with them. */

/**
 * @typedef {{
 *   readonly names: readonly string[], readonly list: boolean, readonly quick: boolean, readonly write: boolean,
 *   readonly asked?: number | undefined, readonly peerUrl?: string | undefined, readonly peerPid?: number | undefined,
 * }} Options `asked`: runs, where they were asked for.
 */

/**
 * @param {readonly string[]} args
 * @returns {Options | {readonly mistake: string}}
 */
export function optionsOf(args) {
  const parsed = parsedOf(args)
  if (typeof parsed === 'string') return {mistake: parsed}
  const {flags, names} = parsed
  const mistake = mistakeIn(flags, names)
  if (mistake !== undefined) return {mistake}
  const {list, quick, write} = flags
  return {
    ...{names, list, quick, write},
    asked: wholeNumber(flags.runs),
    peerUrl: flags['peer-url'],
    peerPid: wholeNumber(flags['peer-pid']),
  }
}

/** @param {readonly string[]} args */
function parsedOf(args) {
  try {
    const {values, positionals} = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        list: {type: 'boolean', default: false},
        quick: {type: 'boolean', default: false},
        write: {type: 'boolean', default: false},
        runs: {type: 'string'},
        'peer-url': {type: 'string'},
        'peer-pid': {type: 'string'},
      },
    })
    return {flags: values, names: positionals}
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    // Its second sentence explains how to ask for a file of that name.
    return `${words.split('. ')[0] ?? ''}; --list says what there is.`
  }
}

/**
 * @param {Exclude<ReturnType<typeof parsedOf>, string>['flags']} flags
 * @param {readonly string[]} names
 * @returns {string | undefined}
 */
function mistakeIn(flags, names) {
  const unknown = names.filter((name) => !items.some((item) => item.name === name))
  const peerUrl = flags['peer-url']
  if (unknown.length > 0)
    return `There is no ${unknown.join(', ')} to measure; --list says what there is.`
  for (const name of /** @type {const} */ (['runs', 'peer-pid'])) {
    const said = flags[name]
    if (said !== undefined && wholeNumber(said) === undefined) {
      return `--${name} takes a whole number from 1, not ${JSON.stringify(said)}.`
    }
  }
  if (names.includes('peer') && peerUrl === undefined) {
    return 'peer needs --peer-url, the ws:// or wss:// address of the server to measure.'
  }
  if (peerUrl !== undefined && !/^wss?:$/.test(protocolOf(peerUrl))) {
    return `--peer-url takes a ws:// or wss:// address, not ${JSON.stringify(peerUrl)}.`
  }
  if (flags.quick && flags.write)
    return '--write puts nothing into the README that was measured by --quick.'
  return undefined
}

/** @param {string} url */
function protocolOf(url) {
  return URL.canParse(url) ? new URL(url).protocol : ''
}

/** @param {string | undefined} text */
function wholeNumber(text) {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}
