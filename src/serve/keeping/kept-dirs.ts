import {mkdtemp, rmdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {ExostreamError} from '../../errors.js'
import type {Logger} from '../../log.js'
import {isRegularFile, keptFoldersIn} from '../../record/kept-folder.js'
import {repairWav} from '../../record/wav-repair.js'
import {makeFolders} from '../../workspace.js'
import {RECORD, RECORDING} from './call-recording.js'

/** More calls than one server carries at once; the newest are looked at. */
const MOST_MENDED = 1000

/**
 * Makes the folder where there is none, and tries whether it takes anything.
 * @throws ExostreamError EXO_DATA_DIR
 */
export async function openFolder(dir: string, what: string): Promise<void> {
  try {
    const made = await makeFolders(dir, 0o700)
    // Voices of strangers are not for a repository; a folder that someone uses is left as it is.
    if (made !== undefined) await writeFile(join(dir, '.gitignore'), '*\n')
    await rmdir(await mkdtemp(join(dir, '.tried-')))
  } catch (cause) {
    const message = `The folder ${dir} for ${what} cannot be written.`
    throw new ExostreamError('EXO_DATA_DIR', message, {cause})
  }
}

/** Mends the recordings of a process that was killed: those without the record of their end. */
export async function mendRecordings(dir: string, log: Logger): Promise<void> {
  const cut: string[] = []
  for (const folder of (await keptFoldersIn(dir)).toReversed()) {
    if (cut.length >= MOST_MENDED) break
    const isCut = !(await isRegularFile(join(folder, RECORD)))
    if (isCut && (await isRegularFile(join(folder, RECORDING)))) cut.push(join(folder, RECORDING))
  }
  let mended = 0
  for (const path of cut) {
    try {
      if (await repairWav(path)) mended += 1
    } catch (error) {
      log.warn({category: 'ERROR', err: error}, 'a recording could not be mended')
    }
  }
  if (mended > 0) log.info({recordings: mended}, 'recordings of a killed process mended')
}
