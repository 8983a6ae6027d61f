import type { Context } from './context.ts';

/** Asks for a `yes`, written out. True without asking where nobody is at a terminal: a script means what it says. */
export async function confirm({ ask }: Context, question: string): Promise<boolean> {
  if (!ask) return true;
  return (await ask(`${question} Type yes: `)).trim().toLowerCase() === 'yes';
}
