/** Stacks: their directories, their own parameter schemas, and how profiles use them. */

import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { StackUse } from '../model/site.ts';
import type { References } from './check-references.ts';
import type { Gathered, Placed } from './gather.ts';
import type { Report } from './report.ts';
import { schemaFindings } from './schema-problems.ts';
import { compileParameters } from './schemas.ts';

/** A stack's parameter validator, or null when it takes none; no entry when its schema is broken. */
export type Validators = ReadonlyMap<string, ValidateFunction | null>;

/** Compiled validators by document: a resolve after a small change compiles nothing again. */
const compiled = new WeakMap<object, ValidateFunction>();

export function checkStacks(gathered: Gathered, report: Report): Validators {
  const validators = new Map<string, ValidateFunction | null>();
  for (const stack of gathered.sound.Stack.values()) {
    checkPlace(stack, report);
    const validate = validatorFor(stack, report);
    if (validate !== undefined) validators.set(stack.name, validate);
  }
  for (const [directory, files] of gathered.stackFiles) {
    const names = files.map(({ file }) => file);
    const home = `profiles/stacks/${directory}`;
    if (!names.includes('stack.yaml')) {
      const hint = names.includes('stack.yml')
        ? 'Rename stack.yml to stack.yaml.'
        : 'Add it with a document of kind Stack, or delete the directory.';
      report.file(`${home}/stack.yaml`, {
        code: 'stack',
        message: `the stack ${JSON.stringify(directory)} has no stack.yaml`,
        hint,
      });
    }
    if (!names.includes('apply.sh')) {
      const hint = 'Add the script that brings a node to the declared state.';
      report.file(`${home}/apply.sh`, {
        code: 'stack',
        message: `the stack ${JSON.stringify(directory)} has no apply.sh`,
        hint,
      });
    }
  }
  return validators;
}

function checkPlace(stack: Placed<'Stack'>, report: Report): void {
  const place = `profiles/stacks/${stack.name}/stack.yaml`;
  if (stack.file === place) return;
  const message = `stack ${JSON.stringify(stack.name)} must stand in ${place}`;
  report.at(stack, ['metadata', 'name'], {
    code: 'stack',
    message,
    hint: 'Give the directory and the stack the same name.',
  });
}

function validatorFor(stack: Placed<'Stack'>, report: Report): ValidateFunction | null | undefined {
  const schema = stack.spec.parameters;
  if (!schema) return null;
  const known = compiled.get(schema);
  if (known) return known;
  try {
    const validate = compileParameters(schema);
    compiled.set(schema, validate);
    return validate;
  } catch {
    const hint = 'Compare it with the example in docs/site-format.md.';
    report.at(stack, ['spec', 'parameters'], {
      code: 'stack',
      part: 'key',
      message: 'parameters is not a usable JSON Schema',
      hint,
    });
    return undefined;
  }
}

/** A profile's stacks: known, fit for its system, in an order that their needs allow, with parameters that they accept. */
export function checkStackUses(
  profile: Placed<'Profile'>,
  gathered: Gathered,
  validators: Validators,
  references: References,
  report: Report,
): void {
  const provided = new Set<string>();
  const used = new Set<string>();
  // A stack that could not be read may provide what another one needs.
  let complete = true;
  for (const [index, use] of (profile.spec.stacks ?? []).entries()) {
    const path = ['spec', 'stacks', index];
    references.document(profile, [...path, 'name'], 'Stack', use.name);
    if (used.has(use.name)) {
      const message = `stack ${JSON.stringify(use.name)} is used twice`;
      report.at(profile, [...path, 'name'], {
        code: 'duplicate',
        message,
        hint: 'Keep one of the two uses.',
      });
    }
    used.add(use.name);
    const stack = gathered.sound.Stack.get(use.name);
    if (!stack) {
      complete = false;
      continue;
    }
    const family = profile.spec.os.family;
    if (stack.spec.os && !stack.spec.os.includes(family)) {
      const message = `stack ${JSON.stringify(use.name)} does not support ${family}, only ${stack.spec.os.join(', ')}`;
      report.at(profile, [...path, 'name'], {
        code: 'stack',
        message,
        hint: `Take it out, or add ${family} to the \`os\` of the stack once it works there.`,
      });
    }
    for (const need of stack.spec.needs ?? []) {
      if (provided.has(need) || !complete) continue;
      const message = `stack ${JSON.stringify(use.name)} needs ${JSON.stringify(need)}, which no stack before it provides`;
      report.at(profile, [...path, 'name'], { code: 'stack', message, hint: needHint(need, gathered) });
    }
    for (const name of [use.name, ...(stack.spec.provides ?? [])]) provided.add(name);
    checkParameters(profile, index, use, validators, report);
  }
}

function needHint(need: string, gathered: Gathered): string {
  const stacks = [...gathered.sound.Stack.values()];
  const provider = stacks.find(({ name, spec }) => name === need || spec.provides?.includes(need));
  return provider ? `Put \`- name: ${provider.name}\` before it.` : 'Add a stack that provides it.';
}

function checkParameters(
  profile: Placed<'Profile'>,
  index: number,
  use: StackUse,
  validators: Validators,
  report: Report,
): void {
  const validate = validators.get(use.name);
  if (validate === undefined) return;
  const base = ['spec', 'stacks', index];
  if (validate === null) {
    const [field] = Object.keys(use.parameters ?? {});
    if (field === undefined) return;
    const message = `stack ${JSON.stringify(use.name)} takes no parameters`;
    report.at(profile, [...base, 'parameters'], {
      code: 'stack',
      part: 'key',
      message,
      hint: 'Take the parameters out.',
    });
    return;
  }
  if (validate(structuredClone(use.parameters ?? {}))) return;
  for (const { code, path, part, message, hint } of schemaFindings(validate.errors ?? [])) {
    const said = message.replace(/^the document/, 'parameters');
    const finding = { code: code === 'unknown-field' ? code : ('stack' as const), part, hint };
    report.at(profile, [...base, 'parameters', ...path], {
      ...finding,
      message: `stack ${JSON.stringify(use.name)}: ${said}`,
    });
  }
}

/** The parameters with the stack's defaults filled in; the profile must have passed `checkStackUses`. */
export function withDefaults(use: StackUse, validators: Validators): StackUse {
  const validate = validators.get(use.name);
  if (!validate) return use;
  const parameters = structuredClone(use.parameters ?? {});
  validate(parameters);
  return { ...use, parameters };
}
