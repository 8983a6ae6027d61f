/** Secrets by reference: read where they lie, held in memory only, watched for change (promise 10). */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SecretRef } from '../model/secret-ref.ts';
import type { CredentialSpec } from '../model/site.ts';
import { createSopsFiles, type SopsFiles } from './sops-files.ts';

export type Credential = { ok: true; username: string; password: string } | { ok: false; why: string };

export interface Secrets {
  /** The credential as last read. */
  credential(name: string): Credential;
  /** What a reference leads to, read now. Rejects with why it cannot be. */
  read(ref: SecretRef): Promise<string>;
  /** Reads all references again. Resolves to the names whose value changed. */
  refresh(credentials: ReadonlyMap<string, CredentialSpec>): Promise<string[]>;
}

/** Without `sopsFiles`, references to SOPS files lead nowhere. */
export function createSecrets(
  secretsDir: string,
  env: NodeJS.ProcessEnv,
  sopsFiles: Pick<SopsFiles, 'read'> = createSopsFiles({ env }),
): Secrets {
  const known = new Map<string, Credential>();

  async function refresh(credentials: ReadonlyMap<string, CredentialSpec>): Promise<string[]> {
    const changed: string[] = [];
    for (const [name, spec] of credentials) {
      const next = await readCredential(name, spec);
      if (JSON.stringify(known.get(name)) !== JSON.stringify(next)) changed.push(name);
      known.set(name, next);
    }
    return changed;
  }

  async function readCredential(name: string, { username, password }: CredentialSpec): Promise<Credential> {
    try {
      return { ok: true, username, password: await readSecret(password) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { ok: false, why: `credential ${name} cannot be read: ${why}` };
    }
  }

  async function readSecret(ref: SecretRef): Promise<string> {
    if ('env' in ref) {
      const value = env[ref.env];
      if (!value) throw new Error(`the environment variable ${ref.env} is not set`);
      return value;
    }
    if ('sops' in ref) return sopsFiles.read(ref.sops, ref.key);
    const value = (await readFile(resolve(secretsDir, ref.file), 'utf8')).replace(/\r?\n$/, '');
    if (value === '') throw new Error(`the file ${ref.file} is empty`);
    return value;
  }

  return {
    read: readSecret,
    refresh,
    credential: (name) =>
      known.get(name) ?? { ok: false, why: `credential ${name} is not declared in the site` },
  };
}
