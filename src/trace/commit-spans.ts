import { rootIdOf, type Span, type Stage, spanIdOf, traceIdOf } from './span.ts';

/** A commit that was looked at: the whole of it, and each of its steps. `why`: it changes nothing. Pure. */
export function commitSpans(commit: string, stages: readonly Stage[], why: string | null): Span[] {
  const traceId = traceIdOf(commit);
  const attributes = { 'barewright.commit': commit };
  const begun = Math.min(...stages.map((stage) => stage.begun));
  const ended = Math.max(...stages.map((stage) => stage.ended));
  const root: Span = {
    ...{ traceId, spanId: rootIdOf(commit), parentId: null, name: 'commit' },
    ...{ begun, ended, attributes, error: why },
  };
  const steps = stages.map((stage): Span => {
    const error = stage.name === 'validate' ? why : null;
    const spanId = spanIdOf(stage.name, commit);
    return { ...stage, traceId, spanId, parentId: root.spanId, attributes, error };
  });
  return [root, ...steps];
}
