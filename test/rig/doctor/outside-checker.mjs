import {execFile} from 'node:child_process'
import {createServer} from 'node:http'

const {PORT = '8080', CHECKER_KEY} = process.env
const server = createServer((request, response) => {
  const asked = new URL(request.url ?? '/', 'http://checker').searchParams
  const isKnown = CHECKER_KEY && asked.get('key') === CHECKER_KEY
  const doctor = ['doctor', '--json', '--deadline', '6', '--', asked.get('url') ?? '']
  if (isKnown) execFile('exostream', doctor, (_error, report) => response.end(report))
  else response.writeHead(403).end()
})
server.listen(Number(PORT), () => console.log('listening', server.address()))
