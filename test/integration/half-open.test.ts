import {once} from 'node:events'

import {describe, expect, onTestFinished, test} from 'vitest'
import type {WebSocket} from 'ws'

import {dialUp, listenBot} from './stream-rig.js'

/** A socket to a bot, the bot's own end of it, and what the socket hears. */
async function connected() {
  let answered: (bot: WebSocket) => void = () => undefined
  const bot = new Promise<WebSocket>((resolve) => {
    answered = resolve
  })
  const {port} = await listenBot(answered)
  const {socket} = await dialUp(`ws://127.0.0.1:${port}/`)
  onTestFinished(() => {
    socket.terminate()
  })
  const heard: (string | Uint8Array)[] = []
  const closed = new Promise<readonly [number, string]>((done) => {
    socket.listen({
      message: (data) => heard.push(data),
      closed: (code, reason) => {
        done([code, reason])
      },
    })
  })
  return {socket, bot: await bot, heard, closed}
}

describe('a socket that is not read any more', () => {
  test('answers no ping of the bot, whatever else it is sent', async () => {
    const {socket, bot, heard, closed} = await connected()
    let pongs = 0
    bot.on('pong', () => (pongs += 1))
    bot.ping()
    await once(bot, 'pong')

    socket.pause()
    bot.ping()
    bot.send('are you there?')
    // What goes the other way still arrives, and by then a pong would have.
    socket.send('the last word')
    await once(bot, 'message')
    await new Promise((resolve) => bot.send('once more', resolve))
    socket.send('and another')
    await once(bot, 'message')

    expect(pongs).toBe(1)
    const botClosed = once(bot, 'close')
    socket.terminate()
    expect(await closed).toEqual([1006, ''])
    expect(await botClosed).toEqual([1006, expect.anything()])
    expect(heard).toEqual([])
    expect(pongs).toBe(1)
  })

  test('tells no close frame of the bot that was waiting when it is dropped', async () => {
    const {socket, bot, closed} = await connected()
    socket.pause()
    bot.close(4000, 'bye')
    socket.send('the last word')
    await once(bot, 'message')

    socket.terminate()

    expect(await closed).toEqual([1006, ''])
  })
})
