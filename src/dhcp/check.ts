/** dnsmasq's own judgement of files before they are used. */

import { CONF, type ConfigFiles } from './config-files.ts';
import { DhcpError } from './error.ts';
import { runProgram } from './run-program.ts';

const LONGEST = 60_000;

/**
 * Rejects with a DhcpError `check` that names the line. `dnsmasq --test` reads neither the hosts nor the options file: their
 * lines are handed to it as options of one scratch configuration, by its standard input.
 */
export async function checkFiles(program: readonly string[], files: ConfigFiles): Promise<void> {
  const lines = [
    ...linesOf(files, CONF),
    ...linesOf(files, 'hosts').map((line) => `dhcp-host=${line}`),
    ...linesOf(files, 'opts').map((line) => `dhcp-option=${line}`),
  ];
  const input = lines.map((line) => `${line}\n`).join('');
  const { code, output } = await runProgram([...program, '--test', '--conf-file=-'], {
    input,
    timeout: LONGEST,
  });
  if (code === 0) return;
  throw new DhcpError('check', `dnsmasq refuses the files: ${explain(output, lines)}`);
}

function linesOf(files: ConfigFiles, name: string): string[] {
  return (files.get(name) ?? '').split('\n').filter((line) => line !== '');
}

/** `dnsmasq: bad DHCP host name at line 45 of stdin` → the sentence and the line. */
function explain(output: string, lines: readonly string[]): string {
  const said = output.trim().replace(/^dnsmasq: /, '');
  const number = Number(/ at line (\d+) of stdin/.exec(said)?.[1]);
  const line = lines[number - 1];
  if (line === undefined) return said === '' ? 'it was killed' : said;
  return `${said.replace(/ at line \d+ of stdin.*/s, '')}: ${line}`;
}
