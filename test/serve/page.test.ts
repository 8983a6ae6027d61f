import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/model/problem.ts';
import { html, textOf } from '../../src/serve/page/html.ts';
import { aControlPlane } from '../builders/control-plane.ts';
import { anEvent, found } from '../builders/event.ts';
import { anImageView } from '../builders/image-views.ts';
import { aCommit, aNode, aProfile, aState, T0 } from '../builders/node.ts';
import { aRack, aView } from '../builders/view.ts';

const HOSTILE = `"><script>alert('1')</script>&\`\u202e`;

describe('html', () => {
  it('escapes every value that it did not make itself', () => {
    expect(textOf(html`<p title="${HOSTILE}">${html`<b>${'<'}</b>`}${[1, null, 'a&b', false]}</p>`)).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&#96;\ufffd"><b>&lt;</b>1a&amp;b</p>',
    );
  });
});

describe('the pages', () => {
  it('say that a rollout has halted, with the command that lets it go on set apart', async () => {
    const halted = ['pool sip has halted: 2 nodes failed (n1, n2); let them try again (barewright retry)'];
    const { plane } = aControlPlane({ nodes: [], status: { halted } });
    const { body } = await plane.inject('/');
    expect(body).toContain('A rollout has halted');
    expect(body).toContain('2 nodes failed (n1, n2); let them try again (');
  });

  it('show hostile names and messages as text, everywhere', async () => {
    const node = aNode('x').with({ name: HOSTILE, pool: HOSTILE, labels: { [HOSTILE]: HOSTILE } });
    const view = aView(aState(HOSTILE).stuck(HOSTILE), node);
    const problem: Problem = {
      code: 'schema',
      severity: 'error',
      file: HOSTILE,
      line: 1,
      column: 2,
      message: HOSTILE,
      hint: HOSTILE,
      excerpt: HOSTILE,
    };
    const { plane, journal, rack } = aControlPlane({
      nodes: [view],
      status: {
        site: HOSTILE,
        repository: HOSTILE,
        bootUrl: HOSTILE,
        version: HOSTILE,
        halted: [HOSTILE],
        inForce: aCommit('abc', { author: HOSTILE, subject: HOSTILE }),
        git: { state: 'bad-commit', message: HOSTILE, since: T0, head: HOSTILE, problems: [problem] },
      },
    });
    rack.files = [{ file: HOSTILE, text: HOSTILE }];
    rack.installerLog = { installId: HOSTILE, lines: [HOSTILE] };
    rack.declared.images = [
      anImageView(HOSTILE, { from: HOSTILE, message: HOSTILE, state: 'problem', requiredBy: [HOSTILE] }),
    ];
    rack.declared.profiles = [
      { ...aProfile('base'), nodes: 1, stacks: [{ name: HOSTILE, parameters: { [HOSTILE]: HOSTILE } }] },
    ];
    rack.who = { name: HOSTILE, role: 'admin', pools: null, csrf: HOSTILE };
    await journal.append([
      found(HOSTILE),
      anEvent(
        HOSTILE,
        'Waiting',
        { waitingFor: HOSTILE, until: null },
        { message: HOSTILE, actor: HOSTILE, commit: HOSTILE },
      ),
    ]);
    const name = encodeURIComponent(HOSTILE);
    const urls = [
      '/',
      `/nodes/${name}`,
      `/nodes/${name}x`,
      '/fragments/summary',
      '/fragments/rack',
      '/fragments/log',
      `/?q=${name}&pool=${name}&phase=${name}`,
      `/plans?to=${name}`,
      `/nodes/${name}/files`,
      `/nodes/${name}/installer-log`,
      `/commits/${name}`,
      `/log?q=${name}&node=${name}&since=${name}&reason=${name}&actor=${name}`,
      ...['/plans', '/commits', '/images', '/log', '/status'],
    ];
    for (const url of [...urls, `/fragments/node/${name}`, `/fragments/story/${name}`]) {
      const { body } = await plane.inject(url);
      expect(body, url).not.toContain('<script>alert');
      expect(body, url).not.toMatch(/="[^"]*"><script>/);
      expect(body, url).not.toContain('\u202e');
    }
  });

  it('may load their own style and script only, and hold nothing inline', async () => {
    const { plane } = aControlPlane({ nodes: aRack(12) });
    for (const url of ['/', '/nodes/sip-n04', '/nodes/nobody', '/fragments/rack', '/assets/page.js']) {
      const { headers, body } = await plane.inject(url);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      if (!url.startsWith('/assets'))
        expect(body).not.toMatch(/ style=|<style| on[a-z]+="|https?:\/\/(?!10\.)/);
    }
  });

  it('say where every node is, in words beside the marks', async () => {
    const { plane } = aControlPlane({ nodes: aRack(12) });
    const { body } = await plane.inject('/');
    expect(body.match(/<li class="cell /g)).toHaveLength(12);
    expect(body).toContain('waits for the installer to report that it is done');
    expect(body).toMatch(/<progress max="100" value="45"/);
    expect(body).toContain('attempt 2 of 3');
    expect(body).toContain('<code>barewright approve sip-n05</code>');
    expect(body).toContain('Move four sip nodes to docker');
  });

  it('show a bad commit with the place of each problem, and which commit stays', async () => {
    const bad = aCommit('bad1', { author: 'Sipho', subject: 'Add sip-n13' });
    const problem: Problem = {
      code: 'unknown-field',
      severity: 'error',
      file: 'inventory/nodes/sip-n13.yaml',
      line: 12,
      column: 7,
      message: 'unknown field "adress"',
      hint: 'Write "address".',
      excerpt: '  adress: 1\n  ^',
    };
    const { plane, journal } = aControlPlane({
      nodes: [],
      status: {
        git: {
          state: 'bad-commit',
          message: 'it has 1 problem',
          since: T0,
          head: bad.id,
          problems: [problem],
        },
      },
    });
    await journal.append([
      anEvent(null, 'CommitRejected', { commit: bad, problems: [problem], total: 1 }, { commit: bad.id }),
    ]);
    const { body } = await plane.inject('/fragments/summary');
    expect(body).toContain('A commit was refused: 1 problem<');
    expect(body).toContain('inventory/nodes/sip-n13.yaml:12:7');
    expect(body).toContain('  adress: 1\n  ^');
    expect(body).toContain('Sipho');
    expect(body).toMatch(/<code>9f27ab1c4d<\/code> stays in force/);
  });

  it('filter without JavaScript, by their address', async () => {
    const { plane } = aControlPlane({ nodes: aRack(12) });
    const { body } = await plane.inject('/?phase=settled&pool=sip&q=n0');
    const shown = [...body.matchAll(/data-node="([^"]+)"[^>]*data-phase="([^"]+)"[^>]*?( hidden)?>/g)]
      .filter(([, , , hidden]) => hidden === undefined)
      .map(([, name]) => name);
    expect(shown).toEqual(['sip-n01', 'sip-n06']);
    expect(body).toContain('2 of 12 shown');
  });

  it('put nodes together by rack, where they say in which one they are', async () => {
    const inRack = aRack(12).map((node, index) =>
      index < 11 ? { ...node, labels: { rack: `r${11 - index}` } } : node,
    );
    const { plane } = aControlPlane({ nodes: inRack });
    const { body } = await plane.inject('/?by=rack&phase=settled');
    const racks = [...body.matchAll(/<section class="pool" id="rack-(\w*)"/g)].map(([, name]) => name);
    expect(racks).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10', 'r11', '']);
    expect(body).toContain('<a class="chip" href="/?phase=settled" aria-current="false">by pool</a>');
    expect((await plane.inject('/fragments/rack?by=rack')).body).toContain('data-by="rack"');
    expect((await aControlPlane({ nodes: aRack(2) }).plane.inject('/')).body).not.toContain('>by rack<');
  });

  it('tell a node’s story: conditions, what comes next, and its attempts', async () => {
    const { plane, journal } = aControlPlane({ nodes: aRack(12) });
    const target = aRack(12)[3]?.attempt?.target;
    if (!target) throw new Error('the fourth node is to be installing');
    await journal.append([
      found('sip-n04'),
      anEvent('sip-n04', 'AttemptStarted', { attempt: 1, installId: 'i1', target }),
      anEvent('sip-n04', 'AttemptFailed', {
        attempt: 1,
        why: 'no answer',
        missing: 'answers',
        retryAt: null,
      }),
    ]);
    const { body } = await plane.inject('/nodes/sip-n04');
    expect(body).toContain('after that, attempt 2 of 3');
    expect(body).toMatch(/<th scope="row">InstallInSync<\/th>/);
    expect(body).toMatch(/attempt 1<\/span> <span class="tone-bad">failed<\/span>/);
    expect(body).toContain('<p class="tone-bad">no answer</p>');
    expect(body).toContain('data-node="sip-n04"');
  });

  it('fold what a node says again, and bring only what came after', async () => {
    const { plane, journal } = aControlPlane({ nodes: [] });
    const progress = (percent: number) =>
      anEvent(
        'a',
        'InstallProgress',
        { installId: 'i', step: 'unpacking', percent },
        { message: `unpacking (${percent} %)` },
      );
    await journal.append([found('a'), found('b'), progress(10)]);
    await journal.append([anEvent('b', 'Resumed', {}), progress(20), anEvent('b', 'Resumed', {})]);
    const all = (await plane.inject('/fragments/log')).body;
    expect([...all.matchAll(/data-id="(\d+)"/g)].map(([, id]) => id)).toEqual(['6', '5', '2', '1']);
    expect(all).toContain('×2');
    const later = (await plane.inject('/fragments/log?after=5')).body;
    expect([...later.matchAll(/data-id="(\d+)"/g)].map(([, id]) => id)).toEqual(['6']);
    expect((await plane.inject('/fragments/log?node=a')).body).not.toContain('data-node="b"');
  });

  it('answer 404 for what is not there, and nothing outside their assets', async () => {
    const { plane } = aControlPlane({ nodes: [] });
    const missing = await plane.inject('/nodes/nobody');
    expect(missing.statusCode).toBe(404);
    expect(missing.body).toContain('There is no node <code>nobody</code>');
    for (const url of [
      '/fragments/node/nobody',
      '/fragments/story/nobody',
      '/assets/relative.d.ts',
      '/assets/..%2fhtml.ts',
    ]) {
      expect((await plane.inject(url)).statusCode, url).toBe(404);
    }
  });

  it('give assets a strong tag, and nothing more to who has them', async () => {
    const { plane } = aControlPlane({ nodes: [] });
    const { headers } = await plane.inject('/assets/page.css');
    expect(headers['content-type']).toBe('text/css; charset=utf-8');
    expect(headers['etag']).toMatch(/^"[\w-]{27}"$/);
    const again = await plane.inject({
      url: '/assets/page.css',
      headers: { 'if-none-match': String(headers['etag']) },
    });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });
});
