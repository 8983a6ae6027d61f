/** The files of stacks' directories: what can be sent to a node. */

import type { Gathered } from './gather.ts';
import type { Report } from './report.ts';

const MAX_FILE_BYTES = 1024 * 1024;
const MAX_STACK_BYTES = 4 * 1024 * 1024;
const MAX_FILES = 200;
/** With the stack's name before it, it has to fit into the header of a tar archive. */
const MAX_PATH = 92;
const PLAIN = /^[\w.+@=,:-]+(?:\/[\w.+@=,:-]+)*$/;

export function checkStackFiles(stackFiles: Gathered['stackFiles'], report: Report): void {
  for (const [stack, files] of stackFiles) {
    const home = `profiles/stacks/${stack}`;
    for (const { file, content } of files) {
      if (content.length > MAX_FILE_BYTES) {
        report.file(`${home}/${file}`, {
          code: 'too-large',
          message: `the file has ${content.length} bytes; at most ${MAX_FILE_BYTES} are sent to a node`,
          hint: 'Have apply.sh fetch it from a server.',
        });
      }
      if (!PLAIN.test(file) || `${stack}/${file}`.length > MAX_PATH) {
        report.file(`${home}/${file}`, {
          code: 'stack',
          message: 'the name of the file cannot be sent to a node',
          hint: `Use letters, digits and . _ + @ = , : - only, and at most ${MAX_PATH} of them with the stack's name.`,
        });
      }
    }
    const total = files.reduce((sum, { content }) => sum + content.length, 0);
    if (total > MAX_STACK_BYTES || files.length > MAX_FILES) {
      report.file(`${home}/stack.yaml`, {
        code: 'too-large',
        message: `the stack ${JSON.stringify(stack)} has ${files.length} files of ${total} bytes; at most ${MAX_FILES} of ${MAX_STACK_BYTES} are sent to a node`,
        hint: 'Have apply.sh fetch what is large from a server.',
      });
    }
  }
}
