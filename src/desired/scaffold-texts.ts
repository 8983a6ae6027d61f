/** The parts of a new site that are not its inventory. */

export function readme(name: string): string {
  return `# ${name}

The machines of ${name}, as barewright holds them.

    inventory/site.yaml        services, accounts, defaults, policy
    inventory/networks.yaml    networks
    inventory/pools.yaml       pools of nodes
    inventory/nodes/           nodes
    profiles/                  what is installed
    profiles/stacks/           what is applied in place: stack.yaml, apply.sh, check.sh
    schemas/                   for editors; barewright uses its own copy

Change a machine by a commit:

    barewright validate        # every mistake, with file, line and column
    barewright plan            # what a commit would do, before it does it
    barewright set n01 install.generation=2

A disk is lost only when a commit raises a node's \`install.generation\` or changes the profile name that it resolves to.
Passwords never stand here: put them into the daemon's secrets directory.
`;
}

export function stackFiles(): [string, string][] {
  return [
    ['profiles/stacks/base/stack.yaml', STACK],
    ['profiles/stacks/base/apply.sh', APPLY],
    ['profiles/stacks/base/check.sh', CHECK],
  ];
}

const STACK = `# yaml-language-server: $schema=../../../schemas/stack.json
#
# apply.sh brings the node to the declared state and may run any number of times; check.sh says whether it must.
# The scripts read a parameter \`motd\` as $BW_MOTD.
apiVersion: barewright.dev/v1
kind: Stack
metadata: { name: base }
spec:
  description: what every node has
  os: [debian]
  parameters:
    type: object
    additionalProperties: false
    properties:
      motd: { type: string, default: Held by barewright. Changes by hand are not kept., maxLength: 200 }
`;

const APPLY = `#!/bin/sh
# The message of the day.
set -eu
printf '%s\\n' "$BW_MOTD" >/etc/motd.new
mv /etc/motd.new /etc/motd
`;

const CHECK = `#!/bin/sh
# Nothing to do when the message of the day is ours.
set -eu
printf '%s\\n' "$BW_MOTD" | cmp -s - /etc/motd
`;
