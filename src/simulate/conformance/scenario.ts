import {join} from 'node:path'

import type {SampleRateHz} from '../../protocol/messages.js'
import {ClipReader} from '../scenario/clips.js'
import type {Clip, Step} from '../scenario/scenario.js'

/** The built-in audio travels in the package; this file is three folders below its root. */
const HELLO = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'audio', 'hello.wav')

const ANSWER_WITHIN_MS = 8000

/** The caller's words at that rate. */
export async function helloAt(sampleRateHz: SampleRateHz): Promise<Clip> {
  return {...(await new ClipReader({sampleRateHz}).speech(HELLO, '')), label: 'hello'}
}

export function greet(withinMs: number): Step {
  return {greet: {withinMs, optional: true}}
}

export function say(clip: Clip): Step {
  return {say: clip, expect: 'respond', withinMs: ANSWER_WITHIN_MS, talkOver: 'allow'}
}

/** Hangs up as soon as the answer is heard, as callers do. */
export const HANG_UP: Step = {hangUp: 'stop', now: true}

/** One look at all that a bot does in a call: it is answered, spoken over, pressed keys at, left. */
export function meeting(clip: Clip, greetMs: number): readonly Step[] {
  return [
    greet(greetMs),
    say(clip),
    {interrupt: clip, afterMs: 1000},
    {digits: '5', gapMs: 250},
    {wait: {ms: 1500}},
    {hangUp: 'stop'},
  ]
}
