import {join} from 'node:path'

import {safeName} from '../../../record/safe-name.js'
import type {CallReport} from '../../../report/report.js'
import {makeFolders} from '../../../workspace.js'
import type {Crew} from '../crew/crew.js'
import type {Ledger} from '../ledger.js'
import {byWorst, mayBeWorst, MOST_WORST} from './worst.js'

export type KeptWorst = {
  /** The worst first; those of them that have a recording. */
  readonly worst: readonly CallReport[]
  readonly problems: readonly string[]
}

/** Has the recordings of the worst calls written down, each into a folder of its own. */
export async function keepWorst(
  {entries}: Pick<Ledger, 'entries'>,
  crew: Pick<Crew, 'keep'>,
  folder: string,
): Promise<KeptWorst> {
  const worst = entries
    .filter(mayBeWorst)
    .map(({report}) => report)
    .sort(byWorst)
    .slice(0, MOST_WORST)
  const wanted = worst.map((call, place) => ({
    index: call.index ?? 0,
    path: join(folder, folderName(call, place), 'call.wav'),
  }))
  for (const {path} of wanted) await makeFolders(join(path, '..'), 0o700)
  const {kept, problems} = await crew.keep(wanted)
  const recorded = worst.flatMap((call, place) => {
    const {index, path} = wanted[place] ?? {}
    const isKept = index !== undefined && kept.includes(index)
    return isKept && path !== undefined ? [{...call, artifacts: {recording: path}}] : []
  })
  // Every thread says for itself what is the same for all.
  return {worst: recorded, problems: [...new Set(problems)]}
}

function folderName({scenario}: CallReport, place: number): string {
  return `worst-${String(place + 1).padStart(2, '0')}-${safeName(scenario)}`
}
