/** Not shown, and no white space; keeps a slash from standing first in its line (U+2060, WORD JOINER). */
const JOINER = '\u2060';

/**
 * Text without commands: GitLab carries out each line of a note or a description that begins like `/merge`, with the rights of
 * who wrote it (docs, "GitLab quick actions"); so do robots on other forges. Of what we write, parts are other people's words.
 * Pure; the same when it is done again.
 */
export function withoutCommands(text: string): string {
  return text.replaceAll(/^([ \t>]*)\/(?=[a-z])/gim, `$1${JOINER}/`);
}
