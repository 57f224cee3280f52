import {isAudible} from '../../audio/level.js'
import {PACKET_MS} from '../../protocol/limits.js'
import type {GapCause} from '../../protocol/events.js'
import type {Tick} from './playout.js'

export type Gap = {readonly startMs: number; readonly gapMs: number; readonly cause: GapCause}

/** A longer silence is the end of an utterance, not a hole in it. */
const LONGEST_GAP_MS = 500

/**
 * Finds the silence that the playout had to insert inside an utterance. A dry spell counts when the
 * bot could be heard right before it and right after it; a pause that the bot sent as silence is
 * its own, and so is the time between two utterances.
 */
export class GapFinder {
  /** Ticks since the bot was last audible. */
  #sinceAudible = Number.POSITIVE_INFINITY
  #dryMs = 0
  #dryStartMs = 0
  #wasNearSpeech = false
  #wasRigLate = false
  #padding: Gap | undefined

  /** The bot took back what it was saying: what comes next is another utterance. */
  cleared(): void {
    this.#sinceAudible = Number.POSITIVE_INFINITY
    this.#wasNearSpeech = false
    this.#padding = undefined
  }

  /** @param lateMs how late this tick itself was */
  tick(tick: Tick, atMs: number, lateMs = 0): Gap | undefined {
    if (lateMs > PACKET_MS) this.#wasRigLate = true
    if (!tick.pcm) {
      this.#dry(atMs)
      return undefined
    }
    const audible = isAudible(tick.pcm)
    this.#sinceAudible = audible ? 0 : this.#sinceAudible + 1
    const found = this.#endDry(audible) ?? this.#takePadding()
    if (tick.paddingSamples > 0) {
      const samples = tick.pcm.length + tick.paddingSamples
      const gapMs = (tick.paddingSamples / samples) * PACKET_MS
      this.#padding = {
        startMs: atMs + PACKET_MS - gapMs,
        gapMs,
        cause: tick.isOdd ? 'odd-length' : 'short-last-packet',
      }
    }
    return found
  }

  #dry(atMs: number): void {
    this.#padding = undefined
    if (this.#dryMs === 0) {
      this.#dryStartMs = atMs
      this.#wasNearSpeech = this.#sinceAudible <= NEAR_TICKS
    }
    this.#dryMs += PACKET_MS
    this.#sinceAudible += 1
  }

  /** Speech that goes on right after the dry spell makes a gap of it. */
  #endDry(audible: boolean): Gap | undefined {
    const cause = this.#wasRigLate ? 'rig' : 'late-chunk'
    const gapMs = this.#dryMs
    const isGap = audible && this.#wasNearSpeech && gapMs > 0 && gapMs <= LONGEST_GAP_MS
    this.#dryMs = 0
    this.#wasRigLate = false
    this.#wasNearSpeech = false
    return isGap ? {startMs: this.#dryStartMs, gapMs, cause} : undefined
  }

  /** A short packet is a hole only when more audio follows at once. */
  #takePadding(): Gap | undefined {
    const gap = this.#padding
    this.#padding = undefined
    return gap
  }
}

/** Silence of up to two packets is part of speaking. */
const NEAR_TICKS = 2
