/**
 * All the script of a page: it turns the mu-law into a WAV the browser plays, lets a click on a
 * timeline seek, and copies the text for support. Without it everything else can be read.
 */
export const PLAYER = `'use strict'
const levels = Int16Array.from({length: 256}, (_, code) => {
  const flipped = ~code & 255
  const magnitude = (((flipped & 15) * 8 + 132) << ((flipped >> 4) & 7)) - 132
  return flipped & 128 ? -magnitude : magnitude
})
const wavOf = (base64, rate) => {
  const codes = atob(base64)
  const view = new DataView(new ArrayBuffer(44 + codes.length * 2))
  const text = (at, words) => [...words].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)))
  text(0, 'RIFF'); view.setUint32(4, 36 + codes.length * 2, true); text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 2, true)
  view.setUint32(24, rate, true); view.setUint32(28, rate * 4, true)
  view.setUint16(32, 4, true); view.setUint16(34, 16, true)
  text(36, 'data'); view.setUint32(40, codes.length * 2, true)
  for (let at = 0; at < codes.length; at += 1) view.setInt16(44 + at * 2, levels[codes.charCodeAt(at)], true)
  return new Blob([view], {type: 'audio/wav'})
}
for (const audio of document.querySelectorAll('audio[data-call]')) {
  const id = audio.dataset.call
  const source = document.getElementById(id + '-audio')
  audio.src = URL.createObjectURL(wavOf(source.content.textContent.trim(), Number(audio.dataset.rate)))
  audio.closest('[hidden]').hidden = false
  const rows = [...document.querySelectorAll('svg.row[data-call="' + id + '"]')]
  const left = 60, width = 1060
  const seek = (seconds) => { audio.currentTime = seconds; audio.play().catch(() => {}) }
  const drawHead = () => {
    const ms = audio.currentTime * 1000
    for (const row of rows) {
      const start = Number(row.dataset.start), end = Number(row.dataset.end)
      const head = row.querySelector('.playhead')
      const inside = ms >= start && ms < end && (ms > 0 || !audio.paused)
      head.setAttribute('visibility', inside ? 'visible' : 'hidden')
      const x = left + ((ms - start) / (end - start)) * width
      head.setAttribute('x1', x); head.setAttribute('x2', x)
    }
    if (!audio.paused) requestAnimationFrame(drawHead)
  }
  for (const type of ['play', 'seeked', 'timeupdate']) audio.addEventListener(type, drawHead)
  for (const row of rows) {
    row.classList.add('seeks')
    row.addEventListener('click', (event) => {
      if (event.target.closest('a')) return
      const box = row.getBoundingClientRect()
      const part = (((event.clientX - box.left) / box.width) * 1128 - left) / width
      const start = Number(row.dataset.start), end = Number(row.dataset.end)
      seek((start + Math.max(0, Math.min(1, part)) * (end - start)) / 1000)
    })
  }
  for (const button of document.querySelectorAll('button[data-seek="' + id + '"]')) {
    button.hidden = false
    button.addEventListener('click', () => seek(Number(button.dataset.at)))
  }
}
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = false
  button.addEventListener('click', async () => {
    const block = document.getElementById(button.dataset.copy)
    getSelection().selectAllChildren(block)
    try {
      await navigator.clipboard.writeText(block.textContent)
      button.textContent = 'Copied'
    } catch {
      button.textContent = document.execCommand('copy') ? 'Copied' : 'Selected; press Ctrl-C'
    }
  })
}
`
