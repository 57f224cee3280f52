import {cellWidth} from '../report/text/cells.js'
import {counted, inMs} from '../report/text/units.js'
import type {LoadLive} from '../simulate/load/live.js'
import {lookOf} from './look.js'
import type {Output} from './output.js'

/** From here on there is room for words. */
const WIDE = 79
const PLAIN_EVERY_MS = 10_000

/** What a person sees of a load run: two live lines, or a plain one every ten seconds where nothing can be rewritten. */
export function showLoad(
  {live: line, say}: Pick<Output, 'live' | 'say'>,
  screen: Parameters<typeof lookOf>[0],
  env: Parameters<typeof lookOf>[1],
): (live: LoadLive) => void {
  let nextMs = PLAIN_EVERY_MS
  return (live) => {
    if (line.isShown) {
      line.show(...loadLines(live, lookOf(screen, env).width - 1))
      return
    }
    if (live.elapsedMs < nextMs) return
    nextMs = (Math.floor(live.elapsedMs / PLAIN_EVERY_MS) + 1) * PLAIN_EVERY_MS
    say(loadLines(live, Infinity).join(GAP))
  }
}

const GAP = '  '

/** Two lines of at most `width` cells: how far it is, and what that shows; the least important goes first. */
export function loadLines(live: LoadLive, width: number): readonly string[] {
  const isWide = width >= WIDE
  return [fitting(progress(live, isWide), width), fitting(measured(live, isWide), width)]
}

function progress(live: LoadLive, isWide: boolean): readonly string[] {
  const {elapsedMs, running, finished, planned, failed, dropped, doing} = live
  const seconds = Math.floor(elapsedMs / 1000)
  const time = `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`
  const of = planned === undefined ? '' : `${isWide ? ' of ' : '/'}${String(planned)}`
  return [
    time,
    isWide ? `${counted(running, 'call')} open` : `${String(running)} open`,
    ...(doing === undefined ? [] : [doing]),
    `${String(finished)}${of} ${isWide ? 'finished' : 'done'}`,
    `${String(failed)} failed`,
    `${String(dropped)} dropped`,
  ]
}

function measured(live: LoadLive, isWide: boolean): readonly string[] {
  const {responseP50Ms, responseP95Ms, sendLatenessP99Ms, rigCpu, cores, botCpu} = live
  const busy = `rig ${percent(rigCpu / cores)}`
  return [
    ...(responseP50Ms === undefined
      ? []
      : [`${isWide ? 'response ' : ''}${percentiles(responseP50Ms, responseP95Ms)}`]),
    `${isWide ? 'sends ' : ''}${inMs(sendLatenessP99Ms)} late`,
    isWide ? `${busy} of ${cores === 1 ? 'a core' : `${String(cores)} cores`}` : busy,
    ...(botCpu === undefined ? [] : [`bot ${percent(botCpu)}`]),
  ]
}

function percentiles(p50: number, p95: number | undefined): string {
  return p95 === undefined
    ? `p50 ${inMs(p50)}`
    : `p50 ${String(Math.round(p50))} p95 ${String(Math.round(p95))} ms`
}

function percent(share: number): string {
  return `${String(Math.round(100 * share))} %`
}

function fitting(parts: readonly string[], width: number): string {
  let line = ''
  for (const part of parts) {
    const longer = line === '' ? part : line + GAP + part
    if (cellWidth(longer) > width) break
    line = longer
  }
  return line
}
