/** Problems of a site in the forms that forges and CI servers show beside the changed lines. */

import { printable } from '../desired/printable.ts';
import type { Problem } from '../model/problem.ts';

export type ProblemFormat = (problems: readonly Problem[], version: string) => string;

export const PROBLEM_FORMATS: Readonly<Record<'github' | 'sarif' | 'junit', ProblemFormat>> = {
  github: (problems) => problems.map(githubLine).join(''),
  sarif: (problems, version) => `${JSON.stringify(sarifLog(problems, version), null, 2)}\n`,
  junit: junitText,
};

/** A workflow command (GitHub Actions, "Workflow commands": error and warning messages). */
function githubLine({ severity, file, line, column, code, ...said }: Problem): string {
  const place = line > 0 ? { file, line, col: column } : { file };
  const properties = Object.entries({ ...place, title: `barewright: ${code}` })
    .map(([name, value]) => `${name}=${githubProperty(String(value))}`)
    .join(',');
  return `::${severity} ${properties}::${githubData(printable(sentenceOf(said)))}\n`;
}

/** Without what would end the command. */
function githubData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function githubProperty(text: string): string {
  return githubData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** SARIF 2.1.0 (OASIS): one run, one rule for each kind of mistake that was found. */
function sarifLog(problems: readonly Problem[], version: string): object {
  const rules = [...new Set(problems.map(({ code }) => code))].sort().map((id) => ({ id }));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'barewright', version, rules } }, results: problems.map(sarifResult) }],
  };
}

function sarifResult({ severity, code, file, line, column, ...said }: Problem): object {
  // A URI, relative to the top of the repository (SARIF 3.4.3).
  const artifactLocation = { uri: file.split('/').map(encodeURIComponent).join('/') };
  const region = line > 0 ? { region: { startLine: line, startColumn: column } } : {};
  return {
    ruleId: code,
    level: severity,
    message: { text: sentenceOf(said) },
    locations: [{ physicalLocation: { artifactLocation, ...region } }],
  };
}

/** A test case for each problem, and one that passes where there is none; a warning passes, too, and is printed in it. */
function junitText(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const cases = problems.length > 0 ? problems.map(junitCase) : [`    <testcase name="the site is valid"/>`];
  const counts = `tests="${cases.length}" failures="${errors}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="barewright" ${counts}>
  <testsuite name="validate" ${counts}>
${cases.join('\n')}
  </testsuite>
</testsuites>
`;
}

function junitCase({ severity, file, line, column, code, excerpt, ...said }: Problem): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  const text = xml([`${place}: ${sentenceOf(said)}`, ...(excerpt === undefined ? [] : [excerpt])].join('\n'));
  const inside =
    severity === 'error'
      ? `<failure type="${code}" message="${xml(said.message)}">${text}</failure>`
      : `<system-out>${text}</system-out>`;
  return `    <testcase classname="${xml(file)}" name="${xml(place)}">${inside}</testcase>`;
}

function sentenceOf({ message, hint }: Pick<Problem, 'message' | 'hint'>): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** What XML 1.0 cannot hold at all (section 2.2) becomes the replacement character. */
function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"]/g, (one) => ENTITIES[one] ?? one);
}
