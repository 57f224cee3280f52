import type {FixFacts} from '../check.js'
import {correctedUrl, useCorrectedUrl, useMendedUrl} from '../corrected-url.js'
import {isOfOwnNetwork} from '../../stream/written-url/own-names.js'
import {readParts} from '../../stream/written-url/url-parts.js'

/** As `serve` writes it where it has no tunnel yet. */
const UNNAMED = 'NAME-OF-THE-TUNNEL'

/** As `useCorrectedUrl`; where no way in is known yet, the rest of the URL is spelt out all the same. */
export function useWholeUrl(facts: FixFacts): string {
  const told = useCorrectedUrl(facts)
  // A `serve` that has a tunnel prints its URL itself.
  if (correctedUrl(facts) !== undefined || facts.target.kind === 'serve') return told
  const tunnels = [{name: 'tunnel', url: `https://${UNNAMED}`}]
  const url = correctedUrl({...facts, known: {tunnels}})?.replace(UNNAMED.toLowerCase(), UNNAMED)
  return url === undefined
    ? told
    : `${told}\nThe URL is then this one, with the name that the tunnel gets in the place of ${UNNAMED}:\n${url}`
}

/** As `useMendedUrl`, and as `useWholeUrl` for a host that nobody outside knows. */
export function useWrittenUrl(facts: FixFacts): string {
  const {host} = readParts(facts.hop.text ?? '')
  return isOfOwnNetwork(host) && !facts.target.isLocal ? useWholeUrl(facts) : useMendedUrl(facts)
}
