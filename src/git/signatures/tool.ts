import { execa } from 'execa';
import type { Signature, SignatureFault } from '../../model/signer.ts';

/** Judges an armored signature over a payload. */
export type Judge = (payload: Buffer, signature: string) => Promise<Signature>;

export interface Tool {
  /** PATH to find programs on. */
  path: string;
  /** Stands for the home directory: private, and without anybody's configuration. */
  home: string;
  timeout: number;
  signal?: AbortSignal;
}

/** The program that judges a kind of signature is not installed. */
export class ToolMissing extends Error {
  override readonly name = 'ToolMissing';
  readonly program: string;
  constructor(program: string) {
    super(`${program} is not on PATH`);
    this.program = program;
  }
}

/** Runs a program that answers by its exit code and its words; rejects where it is missing, stopped, or killed. */
export async function runTool(
  { path, home, timeout, signal }: Tool,
  program: string,
  args: readonly string[],
  input: Buffer,
): Promise<{ stdout: string; exitCode: number }> {
  const result = await execa(program, args, {
    ...{ cwd: home, env: { PATH: path, HOME: home, LC_ALL: 'C' }, extendEnv: false },
    ...{ input, reject: false, timeout, forceKillAfterDelay: 2000, maxBuffer: 1_000_000 },
    ...(signal ? { cancelSignal: signal } : {}),
  });
  if (result.exitCode !== undefined) return { stdout: result.stdout, exitCode: result.exitCode };
  if (result.code === 'ENOENT') throw new ToolMissing(program);
  throw new Error(`${program} was stopped: ${result.shortMessage ?? 'no reason'}`);
}

export function refused(fault: SignatureFault, found: string, why: string): Signature {
  return { ok: false, fault, found, why };
}

/** Anyone may write into a key what he is called: what would steer a terminal is not let through. */
export function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
