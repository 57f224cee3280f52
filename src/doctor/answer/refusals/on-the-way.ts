import {putUrl, useCorrectedUrl} from '../../corrected-url.js'
import {rightUrl} from '../right-url.js'
import type {Refusal} from './refusal.js'

const LET_IN =
  'Let requests to this path through there without a check of the client: Exotel is no browser, and answers no page.'

/**
 * What tunnels, content networks and platforms answer in place of the bot, known by their own marks
 * (ngrok.com/docs/errors, developers.cloudflare.com/support/troubleshooting/http-status-codes,
 * github.com/localtunnel/localtunnel).
 */
export const ON_THE_WAY: readonly Refusal[] = [
  {
    marks: /ERR_NGROK_3200\b/,
    means: 'ngrok has no tunnel under this name; it is down, or has got a new name',
    fix: (facts) =>
      `Start the tunnel again, and look at the name that it has now.\n${useCorrectedUrl(facts)}`,
  },
  {
    marks: /ERR_NGROK_8012\b/,
    means: 'the ngrok tunnel is up, but nothing listens on the local port that it leads to',
    fix: ({target}) =>
      `Start the bot, and give ngrok its port:\nngrok http ${String(target.defaultPort)}`,
  },
  {
    marks: /ERR_NGROK_3004\b/,
    means: 'the ngrok tunnel is up, but what listens on its local port does not answer in HTTP',
    fix: ({target}) =>
      `Give ngrok the port of the bot; if the bot speaks TLS there, say so:\nngrok http https://localhost:${String(target.defaultPort)}`,
  },
  {
    marks: /ERR_NGROK_6024\b|ngrok-skip-browser-warning/i,
    means: 'it is the warning page that ngrok shows to browsers',
    fix: 'Exotel sends no ngrok-skip-browser-warning header, and the request of a WebSocket is not usually shown this page: look whether something on the way takes its Upgrade header out. A paid ngrok account, or another tunnel, has no such page.',
  },
  {
    marks: /ERR_NGROK_\d+/,
    means: 'ngrok itself refused it',
    fix: 'Look up the code below at https://ngrok.com/docs/errors; it is about the tunnel or the account, not about the bot.',
  },
  {
    marks: /error code: 1033|Error 1033|(Argo|Cloudflare) Tunnel error/i,
    means: 'Cloudflare has no running tunnel for this name; cloudflared is down',
    fix: (facts) =>
      `Start cloudflared again; a quick tunnel gets a new name each time.\n${useCorrectedUrl(facts)}`,
  },
  {
    marks: /^cf-mitigated: challenge|Just a moment\.\.\./im,
    means: 'Cloudflare asks whether the client is a browser',
    fix: `Turn off the bot protection and the challenge for this path in Cloudflare (Security, a rule that skips). ${LET_IN}`,
  },
  {
    marks: /error code: 1020|Error 1020/i,
    means: 'a firewall rule in Cloudflare refuses it',
    fix: "Add a rule in Cloudflare (Security, WAF) that lets requests to this path through, or Exotel's addresses, which hello@exotel.com names.",
  },
  {
    marks: /bypass-tunnel-reminder|Tunnel website ahead|Tunnel Password/i,
    means: 'it is the password page that localtunnel shows in front of the bot',
    fix: 'Exotel cannot answer it, and sends no bypass-tunnel-reminder header. Use another tunnel:\nexostream serve --tunnel cloudflared',
  },
  {
    marks: /Tunnel Unavailable/i,
    means: 'localtunnel has no tunnel under this name; it is down',
    fix: (facts) => `Start the tunnel again.\n${useCorrectedUrl(facts)}`,
  },
  {
    marks:
      /^x-render-routing: no-server|^x-vercel-error: (DEPLOYMENT_)?NOT_FOUND|No such app|default backend - 404/im,
    means: 'the platform knows no running app under this host name',
    fix: (facts) =>
      `Look in the platform whether the app runs, and which host name it has. ${useCorrectedUrl(facts)}`,
  },
  {
    statuses: [403],
    marks: /^x-amzn-errortype: |Missing Authentication Token/im,
    means: 'the AWS API gateway has nothing at this path',
    fix: 'Write the stage into the path (…amazonaws.com/production), and use a WebSocket API: a REST or HTTP API opens no WebSocket.',
  },
  {
    statuses: [400],
    marks:
      /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|plain HTTP to an SSL-enabled/i,
    means: 'this port speaks TLS, and was asked without',
    fix: (facts) => {
      const url = rightUrl(facts.hop, (right) => (right.protocol = 'wss:'))
      return (
        putUrl(facts, url) ||
        'Let the proxy in front of the bot speak TLS to it, too, or the bot none.'
      )
    },
  },
  {
    statuses: [400],
    marks: /Transport unknown|"code":\s*[0-5],\s*"message"/,
    means:
      'a Socket.IO server answers there, which speaks a protocol of its own over the WebSocket',
    fix: 'Let the bot take plain WebSockets at this path (with "ws" or "websockets"), beside or in place of Socket.IO.',
  },
]
