import {expect, test} from 'vitest'

import {openPortCommand} from '../../../../src/doctor/outside/clouds.js'

test.each([
  [
    'aws',
    {group: 'sg-0abc', region: 'ap-south-1'},
    'aws ec2 authorize-security-group-ingress --group-id sg-0abc --protocol tcp --port 5000 --cidr 0.0.0.0/0 --region ap-south-1',
  ],
  [
    'gcp',
    {network: 'voice', project: 'bots'},
    'gcloud compute firewall-rules create exostream-5000 --network voice --direction INGRESS --allow tcp:5000 --source-ranges 0.0.0.0/0 --project bots',
  ],
  [
    'azure',
    {group: 'bots', instance: 'bot-1', subscription: 'abc'},
    'az vm open-port --resource-group bots --name bot-1 --port 5000 --priority 900 --subscription abc',
  ],
])('the port is opened on %s with the ids that were found', (cloud, ids, command) => {
  expect(openPortCommand(cloud, 5000, ids)).toBe(command)
})

test.each(['aws', 'gcp', 'azure', 'digitalocean', 'hetzner', 'oracle'])(
  'without ids the command of %s names the port and holds nothing undefined',
  (cloud) => {
    const command = openPortCommand(cloud, 5123)

    expect(command).toContain('5123')
    expect(command).not.toContain('undefined')
  },
)

test.each([undefined, 'elsewhere', 'constructor', '__proto__'])('%s has no command', (cloud) => {
  expect(openPortCommand(cloud, 5000)).toBeUndefined()
})
