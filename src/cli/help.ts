import { EXIT_TABLE } from './exit-codes.ts';
import { VERB_GROUPS } from './verbs.ts';

/** The whole of `barewright --help`. */
export function mainHelp(): string {
  const groups = VERB_GROUPS.map(({ title, verbs }) => {
    const lines = verbs.map(({ name, summary }) => `  ${name.padEnd(16)}${summary}`);
    return `${title}:\n${lines.join('\n')}`;
  });
  const codes = EXIT_TABLE.map(([code, meaning]) => `  ${String(code).padEnd(5)}${meaning}`);
  return `Holds bare metal to what Git says.

Usage: barewright VERB [arguments]

${groups.join('\n\n')}

Options:
  -h, --help      this page; barewright VERB --help shows a verb's own
  -V, --version   the version

Environment:
  BAREWRIGHT_DATA   data directory of the daemon (else ./.barewright, then ~/.local/state/barewright)
  NO_COLOR          when set, no colours

Exit codes:
${codes.join('\n')}

Examples:
  $ barewright init site && cd site
  $ barewright plan --from main --to HEAD
  $ barewright describe node sip-n01
`;
}
