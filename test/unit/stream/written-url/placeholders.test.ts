import {expect, test} from 'vitest'

import {
  findCallDetail,
  findPlaceholder,
  isPlaceholderHost,
} from '../../../../src/stream/written-url/placeholders.js'

test.each([
  ['ws://your-ip:5000/media', 'your-ip'],
  ['wss://YOUR_HOST/media', 'YOUR_HOST'],
  ['wss://your-server-ip:8765', 'your-server-ip'],
  ['wss://your-ngrok-url/media', 'your-ngrok-url'],
  ['wss://your-domain/media', 'your-domain'],
  ['wss://your-domain.com/media', 'your-domain.com'],
  ['wss://streamhandler.yourdomain.com/media', 'streamhandler.yourdomain.com'],
  ['wss://your-server.com/', 'your-server.com'],
  ['wss://YOUR-NGROK-URL.ngrok-free.app/', 'YOUR-NGROK-URL.ngrok-free.app'],
  ['wss://your-app.onrender.com/ws', 'your-app.onrender.com'],
  ['wss://your-app-name.herokuapp.com/ws', 'your-app-name.herokuapp.com'],
  ['wss://your-uri-here.trycloudflare.com/api', 'your-uri-here.trycloudflare.com'],
  ['wss://your_bot_host.exmple.org/', 'your_bot_host.exmple.org'],
  ['wss://abcd1234.ngrok.io/media', 'abcd1234.ngrok.io'],
  ['wss://abc123.ngrok-free.app/media', 'abc123.ngrok-free.app'],
  ['wss://xxxx.ngrok.io/media', 'xxxx.ngrok.io'],
  ['wss://xxxx-xx-xx-xx-xx.ngrok-free.app/media', 'xxxx-xx-xx-xx-xx.ngrok-free.app'],
  [
    'wss://ec2-xx-xx-xx-xx.ap-south-1.compute.amazonaws.com/',
    'ec2-xx-xx-xx-xx.ap-south-1.compute.amazonaws.com',
  ],
  ['ws://xxx.xxx.xxx.xxx:5000/', 'xxx.xxx.xxx.xxx'],
  ['ws://xxx/media', 'xxx'],
  ['ws://192.168.x.x:5000/media', '192.168.x.x'],
  ['ws://10.0.0.X:5000/media', '10.0.0.X'],
  ['ws://x.x.x.x:5000/media', 'x.x.x.x'],
  ['ws://your.server.ip:5000/media', 'your.server.ip'],
  ['ws://your.ip:5000/media', 'your.ip'],
  ['wss://your.domain.com/media', 'your.domain.com'],
  ['wss://my-ngrok-url.ngrok.io/media', 'my-ngrok-url.ngrok.io'],
  ['wss://your-host.com/media', 'your-host.com'],
  ['wss://bot.your-hostname.com/media', 'bot.your-hostname.com'],
  ['wss://example.com/media', 'example.com'],
  ['wss://bot.example.org./media', 'bot.example.org.'],
  ['wss://bot.example/media', 'bot.example'],
  ['wss://bot.invalid', 'bot.invalid'],
  ['wss://bot.test:443/media', 'bot.test'],
  ['wss://NAME-OF-THE-TUNNEL/media', 'NAME-OF-THE-TUNNEL'],
  ['wss://HOST/media', 'HOST'],
  ['wss://<host>/media', '<host>'],
  ['wss://<your domain>/media', '<your domain>'],
  ['wss://%3Chost%3E/media', '%3Chost%3E'],
  ['wss://{host}/media', '{host}'],
  ['wss://{{ host }}/media', '{{ host }}'],
  ['wss://${HOST}/media', '${HOST}'],
  ['wss://$HOST:5000/media', '$HOST'],
  ['wss://%s/media', '%s'],
  ['wss://{}:5000/media', '{}'],
  ['wss://[host]/media', '[host]'],
  ['wss://{CallSid}.exmple.org/', '{CallSid}'],
  ['your-ip:5000/media', 'your-ip'],
  ['wss://REPLACE_ME/media', 'REPLACE_ME'],
  ['wss://bot.mydomain.com/media', 'bot.mydomain.com'],
  ['wss://voice.yourcompany.in/media', 'voice.yourcompany.in'],
  ['wss://stream.customer.com/media', 'stream.customer.com'],
  ['"wss://your-ip/media"', 'your-ip'],
  ['https://your-domain.com/api/v1/exotel/voice/connect', 'your-domain.com'],
])('%s holds a placeholder in its host', (text, word) => {
  expect(findPlaceholder(text)).toEqual({word, where: 'host'})
})

test.each([
  ['wss://bot.exmple.org:PORT/media', 'PORT', 'port'],
  ['wss://bot.exmple.org:<port>/media', '<port>', 'port'],
  ['wss://KEY:TOKEN@bot.exmple.org/media', 'KEY:TOKEN@', 'credentials'],
  ['wss://user:pass@bot.exmple.org/media', 'user:pass@', 'credentials'],
  [
    'wss://your_api_key:your_api_token@bot.exmple.org/',
    'your_api_key:your_api_token@',
    'credentials',
  ],
  ['wss://<key>:s3cret@bot.exmple.org/', '<key>', 'credentials'],
  ['wss://bot.exmple.org/ws/{session_id}', '{session_id}', 'rest'],
  ['wss://bot.exmple.org/ws/%7Bsession.id%7D', '%7Bsession.id%7D', 'rest'],
  ['wss://bot.exmple.org/ws/$SESSION_ID', '$SESSION_ID', 'rest'],
  ['wss://bot.exmple.org/media?token=YOUR_TOKEN', 'YOUR_TOKEN', 'rest'],
  ['wss://bot.exmple.org/media?token=xxxxxxxx', 'xxxxxxxx', 'rest'],
  ['wss://bot.exmple.org/<path>', '<path>', 'rest'],
  ['wss://bot.exmple.org/REPLACE_ME', 'REPLACE_ME', 'rest'],
  ['wss://bot.exmple.org/media?key=changeme', 'changeme', 'rest'],
  ['wss://bot.exmple.org/media?token={sekret}', 'token=***', 'rest'],
  ['wss://bot.exmple.org/media?lang={sekret}', '{sekret}', 'rest'],
])('%s holds one elsewhere', (text, word, where) => {
  expect(findPlaceholder(text)).toEqual({word, where})
})

/** Names as companies, clouds and tunnels have them; many of them near to a placeholder. */
const REAL_HOSTS = [
  ['your-company.com', 'yourbot.in', 'my-domain.io', 'customer.com', 'yourstory.com', 'yours.co'],
  ['bot.exmple.org', 'voice.example-bank.in', 'examples.com', 'notexample.com', 'example.in'],
  ['test.com', 'bot.testing.io', 'latest.dev', 'contest.org', 'invalid-labs.com', 'example.co'],
  ['your-server.de', 'static.1.2.3.4.clients.your-server.de', 'yourservers.com', 'xxx.com'],
  ['host.com', 'hostname.io', 'domain.com', 'ip.in', 'server.exmple.org', 'localhost', 'bot'],
  ['a1b2c3d4.ngrok.io', 'f00dbabe.ngrok.io', 'polite-lion.ngrok-free.app', 'mybot.ngrok.app'],
  ['1a2b-49-36-12-7.ngrok-free.app', 'in-voice.in.ngrok.io', 'our-sales-bot.trycloudflare.com'],
  ['your-bots.herokuapp.com', 'voicebot-prod.onrender.com', 'sales.up.railway.app', 'x.com'],
  ['ec2-13-232-1-9.ap-south-1.compute.amazonaws.com', 'bot-abc123.a.run.app', 'xx.fly.dev'],
  ['d111111abcdef8.cloudfront.net', 'bot.azurewebsites.net', 'abcd1234.exmple.org', 'xyz.in'],
  ['1.2.3.4', '127.0.0.1', '[2001:db8::1]', '[::1]', '10.0.0.4', 'xn--bcher-kva.de', 'bücher.de'],
  ['key.exmple.org', 'user.io', 'your.exmple.org', 'theirdomain.com', 'yourdomains.com'],
  ['yourhost.com', 'your-hosting.com', 'your.bot.exmple.org', 'x.x.com', '4.x.in', 'your.name'],
  ['my-bot.ngrok.io', 'my-tunnel.exmple.org', 'our-host.com', 'your.server.exmple.org'],
  ['ip-10-0-0-4.ap-south-1.compute.internal', 'mybot.local', 'nas.lan', 'exotel.com'],
].flat()

test('hosts that look real are never taken for a placeholder', () => {
  expect(REAL_HOSTS.length).toBeGreaterThanOrEqual(60)
  expect(REAL_HOSTS.filter(isPlaceholderHost)).toEqual([])
  expect(
    REAL_HOSTS.map((host) => findPlaceholder(`wss://${host}:5000/media?a=b`)).filter(Boolean),
  ).toEqual([])
})

test.each([
  'wss://bot.exmple.org/media?data={"a":1}',
  'wss://bot.exmple.org/media?data=%7B%22a%22%3A1%7D',
  'wss://bot.exmple.org/@user/$web',
  'wss://admin:pa$WORD@bot.exmple.org/media',
  'wss://keyring:tokens@bot.exmple.org/',
  'wss://bot.exmple.org/your-bot/media',
  'wss://bot.exmple.org/media?key1=value1',
  'wss://bot.exmple.org/media/{CallSid}?from={From}',
  'wss://bot.exmple.org/a%20b?x=%d0%b0',
  '',
  'wss://',
])('%j holds none', (text) => {
  expect(findPlaceholder(text)).toBeUndefined()
})

test.each([
  ['wss://bot.exmple.org/media/{CallSid}', '{CallSid}'],
  ['wss://bot.exmple.org/media?call={{CallSid}}', '{{CallSid}}'],
  ['wss://bot.exmple.org/media?call=${call_sid}', '${call_sid}'],
  ['wss://bot.exmple.org/media?call=$CallSid', '$CallSid'],
  ['wss://bot.exmple.org/media/:callSid', ':callSid'],
  ['wss://bot.exmple.org/media?call=<CallSid>&a=b', '<CallSid>'],
  ['wss://bot.exmple.org/media?call=%7BCallSid%7D', '%7BCallSid%7D'],
  ['wss://bot.exmple.org/media?from={From}', '{From}'],
  ['wss://bot.exmple.org/media?call=#{CallSid}&a=b', '#{CallSid}'],
  ['wss://bot.exmple.org/ws/[CallSid]', '[CallSid]'],
  ['wss://bot.exmple.org/ws/[callsid]', '[callsid]'],
  ['wss://bot.exmple.org/ws/CALL_SID', 'CALL_SID'],
  ['wss://bot.exmple.org/ws?call_sid=CallSid', 'CallSid'],
  ['wss://bot.exmple.org/ws/%CallSid%/a', '%CallSid%'],
  ['wss://bot.exmple.org/ws/{{ call.sid }}', '{{ call.sid }}'],
])('%s waits for a detail of the call', (text, word) => {
  expect(findCallDetail(text)).toBe(word)
})

test.each([
  'wss://bot.exmple.org/media?CallSid=23c162077629863c1a2d7f29263a162m',
  'wss://bot.exmple.org/CallSid/from/to?from=to',
  'wss://bot.exmple.org/{session_id}',
  'wss://bot.exmple.org/FROM/TO?direction=Direction&to=Digits',
  'wss://bot.exmple.org/call-sid/call_sid',
])('%s waits for none', (text) => {
  expect(findCallDetail(text)).toBeUndefined()
})
