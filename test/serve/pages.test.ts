import { describe, expect, it } from 'vitest';
import type { NodeView } from '../../src/model/api.ts';
import { aCommit } from '../builders/commit.ts';
import { aControlPlane } from '../builders/control-plane.ts';
import { anEvent, NOTHING_PLANNED } from '../builders/event.ts';
import { someImages } from '../builders/image-views.ts';
import { aToldSite } from '../builders/told-site.ts';
import { aRack } from '../builders/view.ts';

const PAGES = ['/', '/nodes/sip-n05', '/plans', '/commits', '/images', '/log', '/report', '/status'];
const NAV = ['Rack', 'Plans', 'Commits', 'Images', 'Log', 'Report', 'Status'];

async function aSite(nodes: NodeView[] = aRack(12)) {
  const told = await aToldSite(nodes, Date.now);
  const made = aControlPlane({ nodes }, { journal: told.journal });
  made.rack.declared.images = someImages();
  const text = async (url: string) => (await made.plane.inject(url)).body;
  const json = async (url: string) => (await made.plane.inject(url)).json();
  return { ...made, ...told, text, json };
}

it('a node’s page leads to the commit that installed it where the journal knows it, and else only names it', async () => {
  const nodes = aRack(12);
  const [node] = nodes;
  if (!node?.record) throw new Error('carries nothing');
  const { text, journal } = await aSite(nodes);
  const id = node.record.commit;
  expect(await text(`/nodes/${node.name}`)).toContain(`commit <code title="${id}">`);
  const commit = { ...aCommit('abc'), id };
  const inForce = { commit, previous: null, nodes: 12, plan: NOTHING_PLANNED };
  await journal.append([anEvent(null, 'CommitAccepted', inForce, { commit: id })]);
  expect(await text(`/nodes/${node.name}`)).toContain(`commit <a href="/commits/${id}"><code title="${id}">`);
});

describe('every page', () => {
  it('leads to every other one, and marks itself', async () => {
    const { text } = await aSite();
    for (const path of PAGES) {
      const body = await text(path);
      const links = [...body.matchAll(/<li><a href="(\/\w*)"( aria-current="page")?>(\w+)/g)];
      expect(links.map(([, , , label]) => label)).toEqual(NAV);
      expect(
        links.filter(([, , current]) => current),
        path,
      ).toHaveLength(1);
    }
  });

  it('has a JSON twin that it links to, and that a program is given', async () => {
    const { plane, text, json } = await aSite();
    for (const path of [
      ...PAGES,
      '/commits/c0ffee5',
      '/nodes/sip-n05/files',
      '/nodes/sip-n05/installer-log',
      '/log?severity=warning',
      '/plans?to=topic',
    ]) {
      const [, twin = ''] =
        /<link rel="alternate" type="application\/json" href="([^"]+)">/.exec(await text(path)) ?? [];
      const answer = await plane.inject(twin.replaceAll('&amp;', '&'));
      expect(answer.headers['content-type'], path).toContain('application/json');
      expect(answer.json(), path).toEqual(
        (await plane.inject({ url: path, headers: { accept: 'application/json' } })).json(),
      );
      expect((await json(twin.replaceAll('&amp;', '&'))).status.site).toBe('karoo');
    }
  });

  it('says what needs someone, wherever one is', async () => {
    const { text, rack } = await aSite();
    rack.status = {
      halted: ['pool sip has halted'],
      git: { state: 'bad-commit', message: 'm', since: 0, head: 'h', problems: [] },
    };
    const body = await text('/log');
    expect(body).toMatch(
      /Rack <span class="alarm tone-bad" aria-hidden="true">1<\/span><span class="vh">, 1 stuck/,
    );
    expect(body).toContain(', a rollout has halted<');
    expect(body).toContain(', the newest is refused<');
  });

  it('answers 404 in its frame for what is not there', async () => {
    const { plane } = await aSite();
    for (const path of [
      '/commits/fffffff',
      '/commits/nonsense',
      '/nodes/nobody',
      '/nodes/nobody/files',
      '/nodes/nobody/installer-log',
    ]) {
      const { statusCode, body } = await plane.inject(path);
      expect([statusCode, body.includes('<nav class="nav"')], path).toEqual([404, true]);
      expect((await plane.inject(`${path}?format=json`)).json().error.code).toBe('not-found');
    }
  });
});

describe('what the twins carry is what the pages show', () => {
  it('the plan: its digest, what is held by which guard, how it is let go, and what pull requests showed', async () => {
    const { text, json } = await aSite();
    const [body, twin] = [await text('/plans'), await json('/plans?format=json')];
    expect(body).toContain(twin.plan.digest);
    const [action] = twin.plan.actions;
    expect(body).toContain(`<span class="guard">${action.hold.guard}</span>`);
    expect(body).toContain(`<code class="command">barewright approve ${twin.plan.digest}</code>`);
    expect(body).toContain('Would lose all data if released: 1 node.</strong> sip-n05');
    expect(body).toContain(`<a href="${twin.pullRequests[0].url}" rel="noreferrer external">#42</a>`);
    expect(twin.pullRequests[0].destroys).toEqual(['sip-n01', 'sip-n02', 'sip-n03']);
  });

  it('a node: its installs, by the phases and the evidence of each attempt', async () => {
    const { text, json } = await aSite();
    const [body, { installs }] = [await text('/nodes/sip-n04'), await json('/nodes/sip-n04?format=json')];
    expect(installs).toHaveLength(2);
    expect(body).toContain('booting 66 s</span> → <span class="phase-word">installing 12 min');
    expect(body).toContain('seen: boot script fetched +60 s, answers fetched +78 s');
    expect(body.match(/<rect class="in-installing"/g)).toHaveLength(2);
  });

  it('a commit: what was decided, and how each install of it ended', async () => {
    const { text, json } = await aSite();
    const twin = await json('/commits?format=json');
    expect(twin.commits).toHaveLength(9);
    const outcomes = (id: string) =>
      twin.commits.find(({ past }: { past: { commit: { id: string } } }) => past.commit.id.startsWith(id))
        .installs;
    expect(outcomes('c0ffee5')[0]).toMatchObject({ node: 'sip-n06', outcome: 'stuck' });
    const body = await text('/commits/c0ffee5');
    expect(body).toContain('the installer never fetched its answers');
    expect(body).toMatch(/<a href="\/nodes\/sip-n06">/);
    expect(await text('/commits')).toMatch(/✕ refused<\/span> <a href="\/commits\/bad1dea0{33}">/);
  });

  it('images: those in trouble first, each tag with what is wanted and what is there', async () => {
    const { text, json } = await aSite();
    const [body, twin] = [await text('/images'), await json('/images?format=json')];
    expect(twin.images).toEqual(someImages());
    const order = [...body.matchAll(/<section class="card image state-(\w+)"/g)].map(([, state]) => state);
    expect(order).toEqual(['problem', 'copying', 'ok', 'ok']);
    expect(body).toContain('differs: </span> <code class="digest" title="sha256:a1a1');
  });

  it('the log: as it is asked for, and no more', async () => {
    const { text, json } = await aSite();
    const stuck = await json('/log?reason=Stuck&node=sip-n06&format=json');
    expect(stuck.events.map(({ reason, node }: { reason: string; node: string }) => [reason, node])).toEqual([
      ['Stuck', 'sip-n06'],
    ]);
    const problems = await json('/log?severity=warning&pool=hte&format=json');
    expect(problems.events.length).toBeGreaterThan(0);
    expect(problems.events.every(({ node }: { node: string }) => node.startsWith('hte-'))).toBe(true);
    const words = await json('/log?q=NEVER+fetched&commit=c0ffee5&format=json');
    expect(new Set(words.events.map(({ reason }: { reason: string }) => reason))).toEqual(
      new Set(['AttemptFailed', 'Stuck']),
    );
    expect((await json('/log?until=2026-05-04&format=json')).events.length).toBeGreaterThan(0);
    expect(await text('/log?node=sip-no6')).toContain(
      'there is no node &quot;sip-no6&quot; (did you mean: sip-n06).',
    );
    expect(await text('/log?since=yesterday')).toContain('“yesterday” is no time');
  });

  it('the log goes back page by page until its begin', async () => {
    const { json, journal } = await aSite();
    await journal.append(
      Array.from(
        { length: 450 },
        () =>
          ({
            node: null,
            reason: 'ReviewProblem',
            message: 'm',
            commit: null,
            actor: 'daemon',
            data: { code: 'c' },
          }) as const,
      ),
    );
    const seen: number[] = [];
    for (let before: number | null = journal.lastId() + 1; before !== null; ) {
      const { events, olderThan }: { events: { id: number }[]; olderThan: number | null } = await json(
        `/log?before=${before}&format=json`,
      );
      seen.unshift(...events.map(({ id }) => id));
      before = olderThan;
    }
    expect(seen).toEqual(Array.from({ length: journal.lastId() }, (_, index) => index + 1));
  });

  it('the report: the figures, and a chart of each span that can be read without seeing it', async () => {
    const { text, json } = await aSite();
    const [body, { report }] = [
      await text('/report?period=90d'),
      await json('/report?period=90d&format=json'),
    ];
    expect(report).toMatchObject({
      by: 'week',
      pool: null,
      all: { deployments: 7, failedChanges: 1, installs: 12 },
    });
    expect(body).toContain('<dt>Deployments</dt><dd><strong>7</strong>');
    expect(body).toContain('<dt>Change failure rate</dt><dd><strong>13 %</strong>');
    expect(body.match(/<svg [^>]*role="img" aria-labelledby="chart-/g)).toHaveLength(3);
    const [week] = report.groups;
    expect(body).toContain(`<title>${week.name}: ${week.figures.deployments} deployment`);
    expect((await json('/report?period=7d&pool=hte&format=json')).report).toMatchObject({
      by: 'day',
      pool: 'hte',
    });
  });

  it('a revision that does not exist has no plan, and the page says why', async () => {
    const { text } = await aSite();
    expect(await text('/plans?to=nowhere')).toContain(
      'There is no plan: there is no revision nowhere in this repository.',
    );
  });
});
