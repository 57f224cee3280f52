import {dirname, resolve} from 'node:path'

import {printable} from '../../report/text/plain.js'
import type {Check, CheckContext, CheckResult} from '../check.js'
import type {DoctorWorld} from '../world.js'
import {placeOf} from './place.js'

/** The caller's and the bot's track, 16 bits each at 8 kHz. */
const BYTES_A_MINUTE = 2 * 16_000 * 60
const MB = 1_000_000
const FEW_BYTES = 1000 * MB
const TOO_FEW_BYTES = 100 * MB
const FREE_SOME =
  'Free some, delete old recordings, or keep them on another disk:\nexostream serve --data-dir DIR'

export const diskCheck: Check = {
  id: 'disk',
  title: 'There is room for recordings',
  group: 'machine',
  roles: 'machine',
  needs: [],
  after: ['address'],
  limitMs: 2000,
  async run(context) {
    const {world} = context
    try {
      return judge(await freeAbove(resolve(world.dataDir), world.freeBytes), context)
    } catch (error) {
      const summary = 'not checked: the disk of the data folder does not tell how much is free'
      const detail = printable(String(error)).slice(0, 300)
      return {status: 'skip', mayGoOn: true, summary, detail}
    }
  },
}

/** Of the nearest folder that is there already. */
async function freeAbove(dir: string, freeBytes: DoctorWorld['freeBytes']): Promise<number> {
  try {
    return await freeBytes(dir)
  } catch (error) {
    const above = dirname(dir)
    if (above === dir || !isAbsent(error)) throw error
    return freeAbove(above, freeBytes)
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function judge(freeBytes: number, context: CheckContext): CheckResult {
  const minutes = Math.floor(freeBytes / BYTES_A_MINUTE)
  const summary = `${shown(freeBytes)} are free, room for ${String(minutes)} minutes of one call recorded at 8 kHz`
  if (freeBytes >= FEW_BYTES) return {status: 'pass', summary}
  const isFault = freeBytes < TOO_FEW_BYTES && keepsRecordings(context)
  return {status: isFault ? 'fail' : 'warn', summary, fix: FREE_SOME}
}

/** A bot that is somewhere else writes nothing to this disk. */
function keepsRecordings(context: CheckContext): boolean {
  return context.target.kind !== 'url' || placeOf(context).isHere
}

function shown(bytes: number): string {
  const mb = Math.floor(bytes / MB)
  return mb < 1000 ? `${String(mb)} MB` : `${String(Math.floor(mb / 1000))} GB`
}
