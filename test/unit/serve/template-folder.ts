import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {pcm16ToBytes} from '../../../src/audio/pcm16.js'
import {tone} from '../../../src/audio/tone.js'
import {wavHeader} from '../../../src/audio/wav.js'

const SAMPLE_RATE_HZ = 8000

export type TemplateFolder = {readonly path: string; remove(): Promise<void>}

/** A template of tones in a folder of its own: `prompts` gives the length of each in milliseconds. */
export async function templateFolder(
  yaml: string,
  prompts: Readonly<Record<string, number>> = {},
): Promise<TemplateFolder> {
  const path = await mkdtemp(join(tmpdir(), 'exostream-template-'))
  await writeFile(join(path, 'template.yaml'), yaml)
  for (const [name, ms] of Object.entries(prompts)) {
    await writeFile(join(path, name), wavOf(tone({hz: 440, ms, sampleRateHz: SAMPLE_RATE_HZ})))
  }
  return {path, remove: () => rm(path, {recursive: true, force: true})}
}

function wavOf(pcm: Int16Array): Uint8Array {
  const data = pcm16ToBytes(pcm)
  const header = wavHeader({sampleRateHz: SAMPLE_RATE_HZ, channels: 1, dataBytes: data.length})
  return Buffer.concat([header, data])
}
