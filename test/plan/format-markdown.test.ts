import { describe, expect, it } from 'vitest';
import { formatJson } from '../../src/plan/format-json.ts';
import { formatMarkdown } from '../../src/plan/format-markdown.ts';
import { aCommit, T0 } from '../builders/commit.ts';
import { anAction, aPlan, held, names } from '../builders/plan.ts';

describe('formatMarkdown', () => {
  it('says in one line that nothing is to do', () => {
    expect(formatMarkdown(aPlan([]), { now: T0 })).toBe(
      '**Nothing to do** (digest `0123456789ab`, commit `1a2b3c4d5e`, observed 12 s ago)\n',
    );
  });

  it('tells of one node', () => {
    expect(formatMarkdown(aPlan([anAction('sip-n01')]), { now: T0 })).toBe(`\
### 1 reinstall (DATA LOSS)

> [!CAUTION]
> **Loses all data:** sip-n01

| Nodes | Effect | Change | Cause |
|---|---|---|---|
| **sip-n01** | DESTROYS DISK | generation 1 → 2 | inventory/nodes/sip-n01.yaml:6 \`1a2b3c4d5e\` Thandi |

digest \`0123456789ab\`, commit \`1a2b3c4d5e\`, observed 12 s ago
`);
  });

  it('tells of twelve nodes that a cap holds', () => {
    const why =
      "one commit asks for 12 reinstalls and policy.reinstallsPerCommit is 3; approve the plan's digest or the node";
    const cause = { source: { file: 'inventory/pools.yaml', line: 9, column: 5 }, commit: aCommit('77aa') };
    const plan = aPlan(
      names('sip-n', 12).map((name) => held(anAction(name, { cause }), 'reinstalls-per-commit', why, true)),
    );
    expect(formatMarkdown(plan, { now: T0 })).toBe(`\
### held: 12 reinstall (DATA LOSS)

> [!WARNING]
> **Would lose all data if released:** sip-n01…n12

**Held**

- **sip-n01…n12** (12): generation 1 → 2 (inventory/pools.yaml:9 \`77aa000000\` Thandi)<br>${why}<br>release: barewright approve 0123456789ab (all that is held), or barewright approve NODE

digest \`0123456789ab\`, commit \`1a2b3c4d5e\`, observed 12 s ago
`);
  });

  it('counts what does not fit into a comment', () => {
    const actions = names('n', 400, 3).map((name, n) =>
      anAction(name, { change: `generation 1 → ${n + 2}` }),
    );
    const text = formatMarkdown(aPlan(actions), { now: T0 });
    expect(text).toContain('**Loses all data:** n001…n400');
    expect(text).toContain('… and 340 more groups of changes');
    expect(text.split('\n').length).toBeLessThan(80);
  });

  it('lets no text of an inventory become markup', () => {
    const why = 'protected in Git: <img src=x> | `a` @everyone #1 [l](u)\n# big';
    const text = formatMarkdown(aPlan([held(anAction('n1'), 'protected', why)]), { now: T0 });
    expect(text).toContain(
      'protected in Git: &#60;img src=x&#62; &#124; &#96;a&#96; &#64;everyone &#35;1 &#91;l&#93;(u) &#35; big',
    );
  });
});

describe('formatJson', () => {
  it('is the plan itself', () => {
    const plan = aPlan([anAction('sip-n01')]);
    const text = formatJson(plan);
    expect(JSON.parse(text)).toEqual(plan);
    expect(text.endsWith('}\n')).toBe(true);
  });
});
