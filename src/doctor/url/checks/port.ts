import type {Check} from '../../check.js'
import {hasTls, portOf} from '../../endpoint.js'
import {urlName} from '../url-name.js'

export const portCheck: Check = {
  id: 'port',
  title: 'The port fits the scheme',
  group: 'url',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['url'],
  limitMs: 1000,
  run({hop, target}) {
    const {url} = hop
    if (!url) return Promise.resolve({status: 'skip', summary: 'not checked: no URL was read'})
    const isSecure = hasTls(url)
    const port = portOf(url)
    const name = urlName({target, hop})
    if (port === (isSecure ? 80 : 443)) {
      const usual = isSecure ? 'plain connections are' : 'TLS is'
      return Promise.resolve({
        status: 'warn',
        summary: `${name} names port ${port} with ${url.protocol}//, where ${usual} usual`,
        fix: 'Leave out the port, or change the scheme: whichever the bot really has.',
      })
    }
    const isUsual = port === 443 || target.isLocal
    const note = isUsual ? '' : "; Exotel's public pages assume 443, and nothing forbids others"
    return Promise.resolve({status: 'pass', summary: `${name} leads to port ${port}${note}`})
  },
}
