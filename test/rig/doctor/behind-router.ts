import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {networkInterfaces} from 'node:os'

import type {DoctorReport} from '../../../src/doctor/doctor-report.js'
import {examine, NOBODY} from './examine.js'
import {classOfLab, quickClock} from './reached-bot.js'

/**
 * A program for a network namespace of its own, at 192.168.1.5 and with a way out that ends in nothing:
 * runs doctor behind a router that lets nobody inside back in. The first argument is what the outside
 * checker says; the report goes to stdout.
 */
export type Printed = DoctorReport

const ADDRESS = '203.0.113.7'
const [said = ''] = process.argv.slice(2)

const interfaces = networkInterfaces()
if (Object.keys(interfaces).toSorted().join(' ') !== 'eth0 lo') {
  throw new Error('This program is only for a network namespace of its own.')
}

const asked = createServer((request, response) => {
  response.end(request.url === '/address' ? ADDRESS : said)
})
asked.listen(0, '127.0.0.1')
await once(asked, 'listening')
// The cast is what Node gives for a server on a port.
const origin = `http://127.0.0.1:${String((asked.address() as AddressInfo).port)}`

const report: Printed = await examine('ws://bot.lab.in:5000/media?sample-rate=8000', {
  names: {'bot.lab.in': [ADDRESS]},
  target: {outsideUrl: `${origin}/checker`},
  world: {
    classOf: classOfLab,
    clock: quickClock(5),
    interfaces: () => interfaces,
    providers: {...NOBODY, addressUrls: [`${origin}/address`]},
  },
  deadlineMs: 60_000,
})
process.stdout.write(JSON.stringify(report))
asked.close()
asked.closeAllConnections()
