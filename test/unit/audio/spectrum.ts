/** What part of a clip's power is at one frequency: 1 for a pure tone of it, 0 for none. */
export function powerAt(
  pcm: Int16Array,
  {hz, sampleRateHz}: {hz: number; sampleRateHz: number},
): number {
  const {power} = fitSine(pcm, {hz, sampleRateHz})
  return power / meanSquare(pcm)
}

/** Decibels between a tone of one frequency and all else in the clip. */
export function snrDb(
  pcm: Int16Array,
  {hz, sampleRateHz}: {hz: number; sampleRateHz: number},
): number {
  const {cos, sin} = fitSine(pcm, {hz, sampleRateHz})
  const omega = (2 * Math.PI * hz) / sampleRateHz
  let signal = 0
  let rest = 0
  pcm.forEach((sample, index) => {
    const fitted = cos * Math.cos(omega * index) + sin * Math.sin(omega * index)
    signal += fitted ** 2
    rest += (sample - fitted) ** 2
  })
  return 10 * Math.log10(signal / rest)
}

/** Least squares by projection: exact for whole periods. */
function fitSine(
  pcm: Int16Array,
  {hz, sampleRateHz}: {hz: number; sampleRateHz: number},
): {cos: number; sin: number; power: number} {
  const omega = (2 * Math.PI * hz) / sampleRateHz
  let cos = 0
  let sin = 0
  pcm.forEach((sample, index) => {
    cos += (2 / pcm.length) * sample * Math.cos(omega * index)
    sin += (2 / pcm.length) * sample * Math.sin(omega * index)
  })
  return {cos, sin, power: (cos ** 2 + sin ** 2) / 2}
}

function meanSquare(pcm: Int16Array): number {
  return pcm.reduce((sum, sample) => sum + sample ** 2, 0) / pcm.length
}
