import {createHash} from 'node:crypto'
import {basename} from 'node:path'

import {pcm16ToBytes} from '../../audio/pcm16.js'
import type {ClipReader} from './clips.js'
import type {Documents, Place} from './documents.js'
import type {PlacedStep} from './expand.js'
import type {SoundFile} from './format/fields.js'
import {verbsOf} from './format/verbs.js'
import type {Background, Clip, Step} from './scenario.js'
import {attempt, expectedSound} from './sound-mistakes.js'

/** Steps as written become steps that can be played: every sound is read. */

type PlayableStep = NonNullable<PlacedStep['step']>
type WithSound = Extract<
  PlayableStep,
  | {say: unknown}
  | {interrupt: unknown}
  | {backchannel: unknown}
  | {cough: unknown}
  | {sideTalk: unknown}
>

/** Tells in its place what cannot be read. */
export class SoundMistakes {
  readonly #documents: Documents
  /** What is wrong with the machine, and not with the file, is told once. */
  readonly #ofMachine = new Set<string>()

  constructor(documents: Documents) {
    this.#documents = documents
  }

  /** @returns undefined when it could not be read, which is then noted */
  at<T>(place: Place, read: () => Promise<T>): Promise<T | undefined> {
    return attempt(read, (error) => {
      if (this.#ofMachine.has(error.message)) return
      if (error.kind === 'environment') this.#ofMachine.add(error.message)
      this.#documents.note(place, expectedSound(error), error)
    })
  }
}

/** Where the sound of a step is named: at its verb, or at the words. */
export function placeOfSound(step: PlayableStep, {document, path}: Place): Place {
  const verbs = verbsOf(step).slice(0, 1)
  const words = verbs.some((verb) => hasText(Reflect.get(step, verb))) ? ['text'] : []
  return {document, path: [...path, ...verbs, ...words]}
}

function hasText(sound: unknown): boolean {
  return typeof sound === 'object' && sound !== null && 'text' in sound
}

/** @param folder what the audio is relative to */
export async function prepareStep(
  step: PlayableStep,
  clips: ClipReader,
  folder: string,
): Promise<Step> {
  if ('noise' in step) {
    const {noise, label = noiseName(noise), ms, dbfs, ...rest} = step
    return {...rest, noise: {...(await clips.noise({noise, ms, dbfs}, folder)), label}}
  }
  return isSpoken(step) ? withClip(step, clips, folder) : step
}

function isSpoken(step: PlayableStep): step is WithSound {
  return ['say', 'interrupt', 'backchannel', 'cough', 'sideTalk'].some((verb) => verb in step)
}

async function withClip(step: WithSound, clips: ClipReader, folder: string): Promise<Step> {
  const clip = async (sound: SoundFile, label = nameOf(sound)): Promise<Clip> => ({
    ...(await clips.speech(sound, folder)),
    label,
  })
  if ('say' in step) {
    const {say, label, ...rest} = step
    return {...rest, say: await clip(say, label)}
  }
  if ('interrupt' in step) {
    const {interrupt, label, ...rest} = step
    return {...rest, interrupt: await clip(interrupt, label)}
  }
  if ('backchannel' in step) {
    const {backchannel, label, ...rest} = step
    return {...rest, backchannel: await clip(backchannel, label)}
  }
  if ('cough' in step) {
    const {cough, label, ...rest} = step
    return {...rest, backchannel: await clip(cough, label ?? `a cough: ${nameOf(cough)}`)}
  }
  const {sideTalk, label, ...rest} = step
  return {...rest, backchannel: await clip(sideTalk, label ?? `side-talk: ${nameOf(sideTalk)}`)}
}

function nameOf(sound: SoundFile): string {
  return typeof sound === 'string' ? basename(sound) : sound.text.slice(0, 200)
}

export function noiseName(noise: string): string {
  return noise === 'street' || noise === 'white' ? `${noise} noise` : basename(noise)
}

/** One hash over all that the caller says; undefined when it says nothing. */
export function hashOfAudio(
  steps: readonly Step[],
  background: Background | undefined,
): string | undefined {
  const sounds = [...(background ? [background] : []), ...steps.flatMap(clipsOf)]
  if (sounds.length === 0) return undefined
  const hash = createHash('sha256')
  for (const {pcm} of sounds) hash.update(pcm16ToBytes(pcm))
  return hash.digest('hex')
}

function clipsOf(step: Step): readonly Clip[] {
  if ('say' in step) return [step.say]
  if ('interrupt' in step) return [step.interrupt]
  if ('backchannel' in step) return [step.backchannel]
  return 'noise' in step ? [step.noise] : []
}
