import {type CorpusBot, wireObject} from './corpus.js'
import type {RawBotOptions, Said} from './raw-bot.js'

function style(name: string, options: Partial<RawBotOptions>, rateHz?: 16_000 | 24_000): CorpusBot {
  return {name, options: () => options, ...(rateHz === undefined ? {} : {rateHz})}
}

function written(members: (said: Said, streamSid: string) => object) {
  return (said: Said, streamSid: string) => JSON.stringify(members(said, streamSid))
}

/** Counters and a content type beside and inside media, as some bots add them. */
function withExtras(): (said: Said, streamSid: string) => string {
  let chunk = 0
  return written((said, streamSid) => {
    chunk += 1
    const counted = {stream_sid: streamSid, sequence_number: String(chunk)}
    const {payload} = said.event === 'media' ? said : {}
    const media = {payload, chunk, timestamp: String(chunk * 20), contentType: 'audio/x-raw'}
    return {...wireObject(said, counted), ...(payload === undefined ? {} : {media})}
  })
}

/** Ten ways and more of doing it well: none has an error, and none a diagnosis. */
export const healthyBots: readonly CorpusBot[] = [
  style('chunks of 20 ms', {chunkBytes: 320}),
  style('chunks of 40 ms', {chunkBytes: 640}),
  style('chunks of 100 ms', {chunkBytes: 1600}),
  style('chunks of 3,200 bytes', {chunkBytes: 3200}),
  style('without marks', {marks: 'none'}),
  style('a mark after each chunk', {marks: 'each'}),
  style('marks before and after', {marks: 'both'}),
  style('camelCase', {write: written((said, streamSid) => wireObject(said, {streamSid}))}),
  {name: 'extra members', options: () => ({write: withExtras()})},
  style('minimal: no marks, answers late but in time', {marks: 'none', answerAfterMs: 1500}),
  style('a whole short reply in one message', {chunkBytes: 28_800, replyMs: 1800}),
  style('a steady pace of 0.9', {pace: 0.9, chunkBytes: 640}),
  style('the caller speaks first, and a key is answered', {greetAfterMs: 1500}),
  style('at 16 kHz', {chunkBytes: 1280}, 16_000),
  style('at 24 kHz', {chunkBytes: 4800}, 24_000),
]
