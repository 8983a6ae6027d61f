/** Why DHCP is not as the inventory wants it. What was in force before goes on being answered. */

/**
 * - `render`: the inventory cannot be put into dnsmasq's files. `check`: dnsmasq refuses them. Both wait for a commit.
 * - `write`: a file cannot be written (a full disk). `start`: dnsmasq does not come up (a port that is taken).
 * - `reload`: it does not take new files in. `died`: it ended by itself. `silent`: it runs, but does not answer.
 *   These four are tried again.
 * - `rival`: a machine was on its way to the lease of another DHCP server.
 */
export type DhcpErrorCode = 'render' | 'check' | 'write' | 'start' | 'reload' | 'died' | 'silent' | 'rival';

export class DhcpError extends Error {
  override readonly name = 'DhcpError';
  readonly code: DhcpErrorCode;

  constructor(code: DhcpErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What trying again cannot mend. */
export function waitsForCommit({ code }: DhcpError): boolean {
  return code === 'render' || code === 'check';
}
