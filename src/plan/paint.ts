/** How a text form marks what matters. The caller decides whether that means colours. */
export interface Paint {
  strong(text: string): string;
  faint(text: string): string;
  danger(text: string): string;
  warning(text: string): string;
  good(text: string): string;
}

const asItIs = (text: string): string => text;

/** No marks at all: for files, pipes and terminals without colours. */
export const PLAIN: Paint = {
  strong: asItIs,
  faint: asItIs,
  danger: asItIs,
  warning: asItIs,
  good: asItIs,
};
