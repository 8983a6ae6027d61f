/**
 * Templates of rendered files: liquid, made strict. A value leaves a template only through a filter that checks it; an unknown
 * name, an unknown filter and an output without such a filter are mistakes of the template, with their place.
 */

import { Liquid, LiquidError, Output, type Template, toValueSync } from 'liquidjs';
import { FILTERS } from './template-filters.ts';
import { RenderError } from './text.ts';

/** A mistake of a template, or a value that it was given and that must not stand there. */
export class TemplateError extends RenderError {
  readonly template: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;

  constructor(template: string, line: number, column: number, message: string) {
    super(`${template}:${line}:${column}`, message);
    this.template = template;
    this.line = line;
    this.column = column;
  }
}

export interface ParsedTemplate {
  name: string;
  parts: Template[];
}

/** Characters of a template, values made while rendering, and ms: far above any answer file. */
const LIMITS = { parseLimit: 256 * 1024, memoryLimit: 1_000_000, renderLimit: 2_000 };
/** Loops and conditions. What includes files, counts by itself or writes without a filter is left out. */
const TAGS = new Set(['if', 'unless', 'case', 'for', 'break', 'continue', 'assign', 'comment', '#']);
const HELPERS = new Set(['default', 'size', 'first', 'last']);

const engine = createEngine();

function createEngine(): Liquid {
  const liquid = new Liquid({
    ...{ strictVariables: true, strictFilters: true, ownPropertyOnly: true, dynamicPartials: false },
    ...{ lenientIf: false, templates: {}, ...LIMITS },
  });
  for (const name of Object.keys(liquid.tags)) if (!TAGS.has(name)) delete liquid.tags[name];
  for (const name of Object.keys(liquid.filters)) if (!HELPERS.has(name)) delete liquid.filters[name];
  for (const [name, filter] of Object.entries(FILTERS)) liquid.registerFilter(name, filter);
  return liquid;
}

/** All mistakes that the text has by itself; none when it can be rendered. */
export function templateMistakes(name: string, text: string): TemplateError[] {
  const parsed = parse(name, text);
  return parsed instanceof TemplateError ? [parsed] : unfiltered(parsed);
}

/** Throws the first mistake, as TemplateError. */
export function parseTemplate(name: string, text: string): ParsedTemplate {
  const parsed = parse(name, text);
  if (parsed instanceof TemplateError) throw parsed;
  const [mistake] = unfiltered(parsed);
  if (mistake) throw mistake;
  return parsed;
}

/** Values in, text out. Throws TemplateError. */
export function renderTemplate({ name, parts }: ParsedTemplate, values: object): string {
  try {
    return engine.renderSync(parts, values, { sync: true });
  } catch (error) {
    throw asTemplateError(name, error);
  }
}

function parse(name: string, text: string): ParsedTemplate | TemplateError {
  try {
    return { name, parts: engine.parse(text, name) };
  } catch (error) {
    return asTemplateError(name, error);
  }
}

function unfiltered({ name, parts }: ParsedTemplate): TemplateError[] {
  return [...outputs(parts)].flatMap((output) => {
    const last = output.value.filters.at(-1)?.name;
    if (last !== undefined && Object.hasOwn(FILTERS, last)) return [];
    const [line = 0, column = 0] = output.token.getPosition();
    const known = Object.keys(FILTERS).join(', ');
    return [new TemplateError(name, line, column, `an output must end in a filter that checks it: ${known}`)];
  });
}

function* outputs(parts: readonly Template[]): Generator<Output> {
  for (const part of parts) {
    if (part instanceof Output) yield part;
    else if (part.children) yield* outputs(toValueSync(part.children(false, true)) as Template[]);
  }
}

/** The innermost message: what liquid adds are the place, which is known, and lines of the template. */
function asTemplateError(name: string, error: unknown): TemplateError {
  if (!LiquidError.is(error)) throw error;
  const [line = 0, column = 0] = error.token.getPosition();
  const { originalError } = error;
  const message = (originalError ?? error).message.replace(/, (file|line):.*$/s, '');
  return new TemplateError(name, line, column, message);
}
