const FULL_SCALE = 32_768

/** Root mean square of the samples; 0 for none. */
export function rms(pcm: Int16Array): number {
  if (pcm.length === 0) return 0
  return Math.sqrt(energyOf(pcm) / pcm.length)
}

/** The sum of the squares; by index, which is three times as quick as by iterator. */
function energyOf(pcm: Int16Array): number {
  let sum = 0
  for (let index = 0, {length} = pcm; index < length; index += 1) {
    const sample = pcm[index] ?? 0
    sum += sample * sample
  }
  return sum
}

/** The largest magnitude, up to 32768. */
export function peak(pcm: Int16Array): number {
  let largest = 0
  for (let index = 0, {length} = pcm; index < length; index += 1) {
    largest = Math.max(largest, Math.abs(pcm[index] ?? 0))
  }
  return largest
}

/** RMS against full scale: a full-scale sine is at -3 dBFS, digital silence at -Infinity. */
export function dbfs(pcm: Int16Array): number {
  return 20 * Math.log10(rms(pcm) / FULL_SCALE)
}

/** The RMS that `dbfs` would call by this level. */
export function dbfsToRms(level: number): number {
  return FULL_SCALE * 10 ** (level / 20)
}

export function isAudible(pcm: Int16Array, thresholdDbfs = AUDIBLE_DBFS): boolean {
  const rmsNeeded = thresholdDbfs === AUDIBLE_DBFS ? AUDIBLE_RMS : dbfsToRms(thresholdDbfs)
  return isSurelyLouder(pcm, rmsNeeded) || dbfs(pcm) > thresholdDbfs
}

/** Whether no part of it, however short, is as loud as that. */
export function isBelow(pcm: Int16Array, thresholdDbfs: number): boolean {
  const limit = dbfsToRms(thresholdDbfs)
  for (let index = 0, {length} = pcm; index < length; index += 1) {
    if (Math.abs(pcm[index] ?? 0) >= limit) return false
  }
  return true
}

const AUDIBLE_DBFS = -55
const AUDIBLE_RMS = dbfsToRms(AUDIBLE_DBFS)
const LOOKED_AT_ONCE = 32

/** What is loud is so after a few samples, whatever follows: its energy only grows. */
function isSurelyLouder(pcm: Int16Array, thanRms: number): boolean {
  const enough = pcm.length * thanRms * thanRms * SURELY
  const end = Math.min(pcm.length, LOOKED_AT_ONCE)
  let energy = 0
  for (let index = 0; index < end; index += 1) {
    const sample = pcm[index] ?? 0
    energy += sample * sample
  }
  return energy > enough
}

/** More than rounding can hide. */
const SURELY = 1.000_001
