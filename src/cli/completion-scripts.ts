/** Completion scripts from the declared verbs. Pure. Names of nodes are asked of the daemon when they are wanted. */

import type { VerbWords } from './completion-words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const NODES = 'barewright get nodes -o name 2>/dev/null';

export function completionScript(shell: Shell, verbs: readonly VerbWords[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(verbs);
    case 'zsh':
      // zsh runs the functions of bash.
      return `#compdef barewright\nautoload -Uz bashcompinit && bashcompinit\n${bashScript(verbs)}`;
    case 'fish':
      return fishScript(verbs);
  }
}

function bashScript(verbs: readonly VerbWords[]): string {
  const cases = verbs.map(({ name, options, first, takesNodes, takesFiles }) => {
    const flags = options.flatMap((option) => option.flags).join(' ');
    const values = options
      .filter(({ takesValue }) => takesValue)
      .map((option) => {
        const answer = option.choices.length > 0 ? `words='${option.choices.join(' ')}'` : 'files=1';
        return `        ${option.flags.join('|')}) ${answer} ;;`;
      });
    const words = first.length > 0 ? `[ "$COMP_CWORD" -eq 2 ] && words='${first.join(' ')}'` : ':';
    const nodes = takesNodes
      ? `[ -z "$words" ] && [[ $current != -* ]] && words="$(${NODES})"`
      : takesFiles
        ? '[[ $current != -* ]] && files=1'
        : ':';
    return `    ${name})
      case "$before" in
${values.length > 0 ? `${values.join('\n')}\n` : ''}        *)
          ${words}
          ${nodes}
          [[ $current == -* ]] && words='${flags}'
          ;;
      esac
      ;;`;
  });
  return `_barewright() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" words='' files=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${verbs.map(({ name }) => name).join(' ')} help --help --version'
  else case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac; fi
  if [ -n "$files" ]; then
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -F _barewright barewright
`;
}

function fishScript(verbs: readonly VerbWords[]): string {
  const lines = ['complete -c barewright -f'];
  for (const { name, summary, options, first, takesNodes, takesFiles } of verbs) {
    const inVerb = `complete -c barewright -n '__fish_seen_subcommand_from ${name}'`;
    lines.push(`complete -c barewright -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`);
    if (first.length > 0) lines.push(`${inVerb} -a ${quote(first.join(' '))}`);
    if (takesNodes) lines.push(`${inVerb} -a '(${NODES})'`);
    if (takesFiles) lines.push(`${inVerb} -F`);
    for (const { flags, description, takesValue, choices } of options) {
      const names = flags.map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      const value = takesValue ? (choices.length > 0 ? ` -x -a ${quote(choices.join(' '))}` : ' -r -F') : '';
      lines.push(`${inVerb} ${names.join(' ')}${value} -d ${quote(description)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
