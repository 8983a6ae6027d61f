/** The install agent: the files that an installer puts into the system it installs (docs/agent.md). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '../model/desired.ts';
import { type IdentityInput, identityValues, shellLines } from '../render/identity.ts';
import type { TargetFile } from '../render/target-files.ts';
import { matching } from '../render/text.ts';

export interface AgentInput extends IdentityInput {
  /** The system signs what it sends with it: 64 hexadecimal digits. */
  reportKey: string;
}

const PROGRAM = 0o100755;
const FILE = 0o100644;
const PRIVATE = 0o100600;
const LINK = 0o120777;

const HOME = 'usr/local/lib/barewright';
/** By it the daemon knows the system again when it logs in; anybody may read it. */
export const INSTALL_ID_FILE = `${HOME}/install-id`;
const UNITS = 'etc/systemd/system';
const TIMER = 'barewright-agent.timer';
const PARTS = ['bundle.sh', 'facts.sh', 'http.sh', 'report.sh', 'sign.sh', 'stacks.sh', 'text.sh'];

/** The same for every machine. */
const COMMON: readonly TargetFile[] = [
  { path: `${HOME}/agent`, mode: PROGRAM, content: own('agent.sh') },
  ...PARTS.map((name) => ({ path: `${HOME}/${name}`, mode: FILE, content: own(name) })),
  { path: `${HOME}/bin/need-packages`, mode: PROGRAM, content: own('need-packages.sh') },
  { path: `${HOME}/bin/trust-registry`, mode: PROGRAM, content: own('trust-registry.sh') },
  {
    path: `${UNITS}/barewright-agent.service`,
    mode: FILE,
    content: own('barewright-agent.service'),
  },
  { path: `${UNITS}/timers.target.wants/${TIMER}`, mode: LINK, content: `/${UNITS}/${TIMER}` },
];

/** All files of the agent for one install; folders between are to be made as usual. Throws RenderError. */
export function agentFiles(input: AgentInput): TargetFile[] {
  const key = matching(/^[0-9a-f]{64}$/, 'report key', input.reportKey, '64 hexadecimal digits');
  return [
    ...COMMON,
    { path: `${UNITS}/${TIMER}`, mode: FILE, content: timer(input.site) },
    { path: INSTALL_ID_FILE, mode: FILE, content: `${input.record.installId}\n` },
    { path: 'etc/barewright/record', mode: PRIVATE, content: shellLines(identityValues(input)) },
    { path: 'etc/barewright/key', mode: PRIVATE, content: `${key}\n` },
  ];
}

/** A timer instead of a service that the boot waits for: whatever goes wrong there delays nothing. */
function timer({ policy }: Pick<Site, 'policy'>): string {
  return `[Unit]
Description=Report to barewright at boot and from then on

[Timer]
OnBootSec=1s
OnUnitInactiveSec=${Math.max(1, Math.round(policy.reportInterval / 1000))}s
AccuracySec=1s

[Install]
WantedBy=timers.target
`;
}

function own(name: string): string {
  return readFileSync(join(import.meta.dirname, 'files', name), 'utf8');
}
