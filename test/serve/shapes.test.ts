import { afterAll, describe, expect, it } from 'vitest';
import { SHAPES } from '../../src/serve/shapes/all.ts';
import { createTypeComparer } from '../desired/schema-types.ts';

/** Where each type is, which has the name of its shape. */
const HOMES: Record<string, string[]> = {
  'api.ts': [
    ...['NodeView', 'InstallerLogView', 'ServedFile', 'StatusView', 'GitView', 'ImageView', 'ImageTagView'],
    ...['PoolView', 'ProfileView', 'StackView', 'Done', 'Begun', 'Switched', 'InstallAnswer', 'ManageAnswer'],
    ...['LoginLink', 'ApiError'],
  ],
  'condition.ts': ['Condition'],
  'desired.ts': ['Commit', 'Policy', 'Window'],
  'event.ts': ['Event', 'InstallRecord', 'InstallTarget', 'StackReport', 'RequiredImage'],
  'ledger.ts': ['LedgerEntry', 'NodeAt', 'RackAt', 'Spread', 'Figures', 'Report'],
  'node-state.ts': ['Attempt', 'NodeState', 'PowerHold'],
  'notifications.ts': ['ChannelView', 'NotificationsView', 'ChannelTest'],
  'operations.ts': ['Approved'],
  'phase.ts': ['Phase'],
  'plan.ts': ['Cause', 'Hold', 'Action', 'ImageAction', 'Plan'],
  'problem.ts': ['SourceRef', 'Problem'],
  'provenance.ts': ['Provenance'],
  'secret-ref.ts': ['SecretRef'],
  'timeline.ts': ['Line', 'PastAttempt', 'PastInstall', 'Chapter', 'Timeline', 'Explanation'],
};
const all = Object.entries(HOMES).flatMap(([file, names]) => names.map((name) => [name, file] as const));

describe('shapes of answers and types of the model', () => {
  const types = createTypeComparer(SHAPES);
  afterAll(() => types.close());

  it.each(all)('%s says the same in its shape and in src/model/%s', (name, file) => {
    expect(types.compare(name, SHAPES[name] ?? {}, `src/model/${file}`)).toEqual([]);
  });

  it('none of the shapes is left out', () => {
    expect(all.map(([name]) => name).sort()).toEqual(Object.keys(SHAPES).sort());
  });

  it('what has drifted apart is noticed: null, fields, words, choices', () => {
    const hold = {
      type: 'object',
      additionalProperties: false,
      required: ['state', 'until', 'by'],
      properties: {
        state: { enum: ['on', 'off', 'unknown'] },
        until: { type: ['integer', 'null'] },
        by: { type: 'string' },
      },
    };
    expect(types.compare('PowerHold', hold, 'src/model/node-state.ts')).toEqual([
      'PowerHold: field why is in the type only',
      'PowerHold.state: value unknown is in the schema only',
      'PowerHold.until: may be null in the schema only',
    ]);
    const { anyOf } = SHAPES['SecretRef'] as { anyOf: object[] };
    expect(types.compare('SecretRef', { anyOf: anyOf.slice(1) }, 'src/model/secret-ref.ts')).toEqual([
      'SecretRef: a choice with env is in the type only',
    ]);
  });
});
