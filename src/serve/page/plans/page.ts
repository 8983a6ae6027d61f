/** What would be done to machines now, or by the step to another revision; what is held; and what was shown beforehand. */

import type { ApiError, StatusView } from '../../../model/api.ts';
import type { Journal } from '../../../model/journal.ts';
import type { Plan } from '../../../model/plan.ts';
import { approvePlanForm } from '../actions/approve-plan.ts';
import { doneLine } from '../actions/done.ts';
import { type Ask, word } from '../ask.ts';
import { type Html, html } from '../html.ts';
import type { Page, View } from '../page.ts';
import { shortId } from '../words.ts';
import { planView } from './plan-view.ts';
import { pullRequestsView } from './pull-requests.ts';
import { type PullRequest, pullRequests, SHOWN_REASONS } from './shown.ts';

export interface PlansPorts {
  status(): StatusView;
  plan(to: string | null): Promise<Plan | null>;
  journal: Pick<Journal, 'read'>;
}

interface Plans {
  status: StatusView;
  /** The revision that was asked for; null for the commit in force. */
  to: string | null;
  /** Null while no commit is in force, and where `problem` says why. */
  plan: Plan | null;
  problem: ApiError['error'] | null;
  pullRequests: PullRequest[];
}

/** Shown, came into force, and differed: of the newest pull requests. */
const EVENTS = 200;
const PULL_REQUESTS = 30;

export function plansPage({ status, plan, journal }: PlansPorts): Page<Plans> {
  async function model(ask: Ask): Promise<Plans> {
    const to = word(ask, 'to') || null;
    const shown = pullRequests(journal.read({ reasons: SHOWN_REASONS, limit: EVENTS }));
    const found = await plan(to).then(
      (made) => ({ plan: made, problem: null }),
      (error: unknown) => ({ plan: null, problem: refusal(error) }),
    );
    return { status: status(), to, ...found, pullRequests: shown.slice(0, PULL_REQUESTS) };
  }
  return { path: '/plans', section: 'plans', summary: 'Plans', model, view };
}

/** What is wrong with the revision; anything else is a defect, and not told here. */
function refusal(error: unknown): ApiError['error'] {
  const { code, message, hint } = error as Partial<ApiError['error']>;
  if (!(error instanceof Error) || (code !== 'not-found' && code !== 'bad-request')) throw error;
  return { code, message: message ?? '', ...(hint === undefined ? {} : { hint }) };
}

function view({ status, to, plan, problem, pullRequests: shown }: Plans, { query, who }: Ask): View {
  const title = to === null ? 'Plan' : `Plan to ${to}`;
  return {
    title: `${status.site ?? 'barewright'}: ${title.toLowerCase()}`,
    kind: 'page',
    heading: html`<h1>${title}</h1>${revisionForm(to)}`,
    main: html`<div class="page" id="plans">
      <div id="plan-done">${doneLine(query)}</div>
      <div id="plan-step">${to !== null && step(status, to)}</div>
      <div id="plan-problem">${problem && refused(problem)}</div>
      ${plan && planView(plan, status.now, to === null ? approvePlanForm(plan, who) : null)}
      ${!plan && !problem && html`<p class="empty" id="plan">No commit is in force yet, so there is nothing to plan.</p>`}
      ${pullRequestsView(shown, status.now)}
    </div>`,
    skips: [{ id: 'pull-requests', label: 'pull requests' }],
  };
}

function revisionForm(to: string | null): Html {
  return html`<form class="inline-form" method="get" action="/plans"><label><span class="label">of</span>
    <input type="text" name="to" value="${to}" placeholder="branch, tag or commit" autocomplete="off" spellcheck="false" maxlength="200"></label>
    <button type="submit">Plan it</button></form>`;
}

function step({ inForce }: StatusView, to: string): Html {
  const from = inForce ? html`from <code>${shortId(inForce.id)}</code>, which is in force, ` : null;
  return html`<p class="banner tone-plain">This is the step ${from}to <code>${to}</code>. Nothing of it happens before it is merged.
    <a href="/plans">The plan of what is in force</a></p>`;
}

function refused({ message, hint }: ApiError['error']): Html {
  return html`<p class="banner tone-bad">There is no plan: ${message}.${hint && html` ${hint}`}</p>`;
}
