import { stat } from 'node:fs/promises';
import { execa } from 'execa';
import { GitError as SimpleGitError, simpleGit } from 'simple-git';
import type { Environment } from './environment.ts';
import { GitError } from './errors.ts';
import { explain } from './explain.ts';

export interface GitOptions {
  /** The repository as its user names it, for messages. */
  where: string;
  /** Where the children run. */
  cwd: string;
  env: Environment;
  /** Longest time one command may take, in ms. */
  timeout: number;
  /** Ends the children. */
  signal: AbortSignal;
}

/** Runs git. Arguments must be constants or have passed a check of `names.ts`. All fail with GitError. */
export interface Git {
  /** What the command printed. */
  text(args: readonly string[]): Promise<string>;
  /** As `text`, or null where the command answered "no" with exit code 1 and not a word. */
  find(args: readonly string[]): Promise<string | null>;
  /** Feeds stdin, and returns stdout byte for byte; more than `maxBytes` is 'unsafe'. */
  pipe(args: readonly string[], input: string, maxBytes: number): Promise<Buffer>;
}

/** One of simple-git's own, since it makes plain text of any other error. */
class CommandFailure extends SimpleGitError {
  readonly exitCode: number;
  constructor(exitCode: number, stderr: string) {
    super(undefined, stderr);
    this.exitCode = exitCode;
  }
}

export function createGit(options: GitOptions): Git {
  const { where } = options;

  async function run(args: readonly string[]): Promise<string> {
    await needDirectory(options);
    const deadline = AbortSignal.timeout(options.timeout);
    try {
      return await start(options, AbortSignal.any([options.signal, deadline])).raw([...args]);
    } catch (error) {
      if (deadline.aborted || options.signal.aborted) throw stopped(options, !options.signal.aborted);
      if (error instanceof CommandFailure) throw error;
      throw explain(String(error), where);
    }
  }

  async function pipe(args: readonly string[], input: string, maxBytes: number): Promise<Buffer> {
    await needDirectory(options);
    const result = await execa('git', args, {
      ...{ cwd: options.cwd, env: options.env, extendEnv: false, input, encoding: 'buffer', reject: false },
      ...{ stripFinalNewline: false, maxBuffer: { stdout: maxBytes, stderr: 100_000 } },
      ...{ timeout: options.timeout, cancelSignal: options.signal, forceKillAfterDelay: 2000 },
    });
    if (!result.failed)
      return Buffer.from(result.stdout.buffer, result.stdout.byteOffset, result.stdout.byteLength);
    if (result.timedOut || result.isCanceled) throw stopped(options, result.timedOut);
    if (result.isMaxBuffer)
      throw new GitError('unsafe', `${where} holds more than ${maxBytes} bytes to read at once`);
    throw explain(result.stderr ? Buffer.from(result.stderr).toString() : (result.shortMessage ?? ''), where);
  }

  return {
    text: (args) => run(args).catch((error: unknown) => Promise.reject(asGitError(error, where))),
    async find(args) {
      try {
        return await run(args);
      } catch (error) {
        if (error instanceof CommandFailure && error.exitCode === 1 && error.message === '') return null;
        throw asGitError(error, where);
      }
    },
    pipe,
  };
}

/** One instance a command, since an instance runs its commands one after another. */
function start({ cwd, env }: GitOptions, abort: AbortSignal) {
  return simpleGit({
    baseDir: cwd,
    abort,
    // By default the output counts as complete 50 ms after the exit, whatever is still in the pipe.
    completion: { onClose: true, onExit: false },
    errors: (error, { exitCode, stdErr }) =>
      exitCode === 0 ? error : new CommandFailure(exitCode, Buffer.concat(stdErr).toString()),
    allowEnvironment: Object.keys(env),
    unsafe: {
      allowUnsafeSshCommand: true,
      allowUnsafeConfigEnvCount: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeCredentialHelper: true,
      allowUnsafeExec: true,
    },
  }).env(env);
}

async function needDirectory({ cwd, where, signal, timeout }: GitOptions): Promise<void> {
  if (signal.aborted) throw stopped({ where, timeout }, false);
  const found = await stat(cwd).catch(() => null);
  if (!found?.isDirectory()) {
    throw new GitError(
      'unreachable',
      `${where} is not there (moved, deleted or not mounted); put it back, or correct the location`,
    );
  }
}

function stopped({ where, timeout }: Pick<GitOptions, 'where' | 'timeout'>, late: boolean): GitError {
  return late
    ? new GitError('timeout', `git took longer than ${timeout / 1000} s in ${where}; it is tried again`)
    : new GitError('failed', `${where} was closed`);
}

function asGitError(error: unknown, where: string): unknown {
  return error instanceof CommandFailure ? explain(error.message, where) : error;
}
