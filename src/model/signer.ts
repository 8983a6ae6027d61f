/** Who may sign commits, and what a look at a commit's signature found (docs/site-format.md, `verify`). */

/** Public keys of one name: an armored OpenPGP block, or lines of SSH public keys. */
export interface SignerKey {
  name: string;
  kind: 'openpgp' | 'ssh';
  text: string;
}

/** `all`: each commit between the one in force and the head; `head`: that one alone, which vouches for the files. */
export type VerifyMode = 'head' | 'all';

/** What judges the next commit. It is never taken from that commit itself. */
export interface Trust {
  mode: VerifyMode;
  keys: readonly SignerKey[];
  /** Names of those whose signature lets a trailer approve. */
  approvers: readonly string[];
}

export interface Signer {
  /** Name of the key. */
  key: string;
  /** As the key says it: a user id, a principal or a comment. Never empty, one line. */
  identity: string;
  /** Hexadecimal for OpenPGP, `SHA256:…` for SSH. */
  fingerprint: string;
}

export type SignatureFault =
  | 'unsigned'
  /** Made with a key that is not listed. */
  | 'unknown-key'
  /** It does not fit the commit. */
  | 'bad-signature'
  | 'expired'
  | 'revoked'
  /** It cannot be read, or the commit is written as Git does not write one. */
  | 'malformed'
  /** gpg or ssh-keygen is not installed, so nobody can tell. */
  | 'no-program';

export type Signature =
  | { ok: true; signer: Signer }
  /** `found`: whose signature it is or claims to be, empty where that is not known; `why` completes "the commit …". */
  | { ok: false; fault: SignatureFault; found: string; why: string };

/** Why a `Barewright-Approve` approves nothing. */
export type TrailerFault =
  /** The commit in force lists no keys. */
  | 'not-configured'
  /** No listed key vouches for the commit. */
  | 'unverified'
  | 'not-approver'
  /** The commit is older than approvals last. */
  | 'expired'
  /** Another plan, or one without anything to approve. */
  | 'outdated'
  | 'nothing-held';
