/** The ends, where a filter still fills, say nothing of how it sounds. */
const LEFT_OUT = 0.2

/**
 * How far above all else a tone of known pitch stands, in decibels: the sine of that pitch that fits best is the
 * signal, what remains is noise.
 * @param {Int16Array} pcm
 * @param {{hz: number, rateHz: number}} tone
 * @returns {number}
 */
export function signalToNoise(pcm, {hz, rateHz}) {
  const cut = Math.floor(pcm.length * LEFT_OUT)
  const middle = pcm.subarray(cut, pcm.length - cut)
  const step = (2 * Math.PI * hz) / rateHz
  let ss = 0
  let sc = 0
  let cc = 0
  let xs = 0
  let xc = 0
  middle.forEach((sample, at) => {
    const sin = Math.sin(step * at)
    const cos = Math.cos(step * at)
    ss += sin * sin
    sc += sin * cos
    cc += cos * cos
    xs += sample * sin
    xc += sample * cos
  })
  const determinant = ss * cc - sc * sc
  const a = (xs * cc - xc * sc) / determinant
  const b = (xc * ss - xs * sc) / determinant
  let signal = 0
  let noise = 0
  middle.forEach((sample, at) => {
    const fitted = a * Math.sin(step * at) + b * Math.cos(step * at)
    signal += fitted * fitted
    noise += (sample - fitted) ** 2
  })
  return 10 * Math.log10(signal / noise)
}
