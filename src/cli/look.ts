import {Chalk, type ColorSupportLevel} from 'chalk'

import type {Look, Paint} from '../report/text/look.js'

export type Env = Readonly<Record<string, string | undefined>>

export type Screen = {readonly isTTY?: boolean | undefined; readonly columns?: number | undefined}

const USUAL_WIDTH = 80
const LEAST_WIDTH = 40
// A longer line of prose is not read more easily.
const MOST_WIDTH = 120

/** How to write to a stream: its width, whether it takes colour, whether it takes more than ASCII. */
export function lookOf(screen: Screen, env: Env): Look {
  // A terminal that does not know its size says 0.
  const known = [screen.columns, Number(env['COLUMNS'])].find((columns) => columns && columns > 0)
  const width = Math.floor(known ?? USUAL_WIDTH)
  return {
    width: Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width)),
    paint: paintOf(colourLevel(screen, env)),
    ascii: isAsciiOnly(env),
  }
}

/**
 * Decided here, because chalk does not read NO_COLOR (https://no-color.org) and knows one level
 * for the whole process, though stdout may be a file while stderr is a terminal.
 */
export function colourLevel(screen: Screen, env: Env): ColorSupportLevel {
  if (env['NO_COLOR']) return 0
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced === '0' || forced === 'false' ? 0 : 1
  return screen.isTTY === true && env['TERM'] !== 'dumb' ? 1 : 0
}

/** The locale decides, as it does for every other program; one that is not set says nothing. */
function isAsciiOnly(env: Env): boolean {
  const locales = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']]
  const locale = locales.find((value) => value !== undefined && value !== '')
  return locale !== undefined && !/utf-?8/i.test(locale)
}

function paintOf(level: ColorSupportLevel): Paint {
  const chalk = new Chalk({level})
  return {
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    dim: (text) => chalk.dim(text),
    bold: (text) => chalk.bold(text),
    caller: (text) => chalk.cyan(text),
    bot: (text) => chalk.magenta(text),
  }
}
