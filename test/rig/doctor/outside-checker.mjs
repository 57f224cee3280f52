import {execFile} from 'node:child_process'
import {createServer} from 'node:http'

const {PORT = '8080', CHECKER_KEY} = process.env
const server = createServer((request, response) => {
  try {
    const asked = new URL(`http://checker${request.url}`).searchParams
    const isKnown = CHECKER_KEY && asked.get('key') === CHECKER_KEY
    const doctor = ['doctor', '--json', '--deadline', '6', '--', asked.get('url') ?? '']
    if (isKnown) execFile('exostream', doctor, (_error, report) => response.end(report))
    else response.writeHead(403).end()
  } catch {
    response.writeHead(400).end()
  }
})
server.listen(Number(PORT), () => console.log('listening', server.address()))
