/** HTML that is escaped by construction: whatever is not itself made by `html` is text. There is no way around it. */

const TEXT = Symbol('html');

/** Markup that may stand in a page as it is. Only `html` makes it. */
export interface Html {
  readonly [TEXT]: string;
}

export type Content = Html | string | number | null | undefined | false | readonly Content[];

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Control characters and the marks that turn the direction of text: they make a line say what it is not. */
const DECEIVING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Template tag. Values are escaped for text and for attributes in double quotes, which every attribute must have;
 * lists are joined, and `null`, `undefined` and `false` are nothing.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  let text = parts[0] ?? '';
  values.forEach((value, index) => {
    text += render(value) + (parts[index + 1] ?? '');
  });
  return { [TEXT]: text };
}

/** The text of some markup, to be sent. */
export function textOf(markup: Html): string {
  return markup[TEXT];
}

function render(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  return isHtml(value) ? value[TEXT] : value.map(render).join('');
}

function isHtml(value: Html | readonly Content[]): value is Html {
  return TEXT in value;
}

/** Most texts hold none of either: to look once costs less than to replace nothing twice. */
const RARE = new RegExp(`${DECEIVING.source}|[&<>"'\`]`);

function escapeText(text: string): string {
  if (!RARE.test(text)) return text;
  return text.replace(DECEIVING, '\ufffd').replace(/[&<>"'`]/g, (char) => ENTITIES[char] ?? '');
}
