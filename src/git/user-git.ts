import { execa } from 'execa';
import { explain } from './explain.ts';

export interface UserGit {
  /** What a command printed that only looks. Fails with GitError. */
  look(args: readonly string[]): Promise<string>;
  /** Runs a command as the user would: hooks, identity, signing and language are theirs. */
  act(args: readonly string[], input?: string): Promise<void>;
  /** As `act`, with more variables (an index of its own, say); returns what the command printed. */
  build(args: readonly string[], more: NodeJS.ProcessEnv, input?: string): Promise<string>;
}

/** Variables that tie git to another repository, as within a hook (`git rev-parse --local-env-vars`). */
const TIES =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|GRAFT_FILE|SHALLOW_FILE|IMPLICIT_WORK_TREE|INTERNAL_SUPER_PREFIX|REPLACE_REF_BASE|NO_REPLACE_OBJECTS)$/;

/** git in the user's own work tree, with the user's own environment. Unlike `Git`, it may write there. */
export function createUserGit(cwd: string, caller: NodeJS.ProcessEnv): UserGit {
  const env = Object.fromEntries(Object.entries(caller).filter(([name]) => !TIES.test(name)));

  async function run(args: readonly string[], more: NodeJS.ProcessEnv, input: string): Promise<string> {
    const options = { cwd, env: { ...env, ...more }, extendEnv: false, input, reject: false };
    const result = await execa('git', args, { ...options, stripFinalNewline: false });
    if (!result.failed) return result.stdout;
    throw explain(result.stderr || (result.shortMessage ?? ''), cwd);
  }

  return {
    look: (args) => run(args, { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' }, ''),
    async act(args, input = '') {
      await run(args, { GIT_TERMINAL_PROMPT: '0' }, input);
    },
    build: (args, more, input = '') => run(args, { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', ...more }, input),
  };
}
