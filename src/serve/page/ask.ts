/** What a page was asked: the parts of its address. */

import type { FastifyRequest } from 'fastify';
import type { PageUser } from './actions/user.ts';

export interface Ask {
  /** Path and query as they came. */
  url: string;
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, unknown>>;
  /** Null where nobody has logged in. */
  who: PageUser | null;
}

export function askOf({
  url,
  params,
  query,
}: Pick<FastifyRequest, 'url' | 'params' | 'query'>): Omit<Ask, 'who'> {
  return { url, params: params as Ask['params'], query: query as Ask['query'] };
}

/** Longer than this is no name that the site could hold. */
const MOST = 200;

/** The words of one field; empty where it was not sent, or sent twice. */
export function word({ query }: Pick<Ask, 'query'>, field: string): string {
  const value = query[field];
  return typeof value === 'string' ? value.slice(0, MOST).trim() : '';
}

/** The same address with some fields set otherwise; an empty value takes its field out. */
export function addressWith({ url }: Pick<Ask, 'url'>, change: Readonly<Record<string, string>>): string {
  const { pathname, searchParams } = new URL(url, 'http://page.invalid');
  for (const [field, value] of Object.entries(change)) {
    if (value === '') searchParams.delete(field);
    else searchParams.set(field, value);
  }
  return searchParams.size > 0 ? `${pathname}?${searchParams}` : pathname;
}
