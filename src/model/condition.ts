/** Conditions of a node, named as the Kubernetes ecosystem names them. */

export const CONDITION_TYPES = [
  'Ready',
  'Reconciling',
  'Stalled',
  'Paused',
  'Reachable',
  'PowerInSync',
  'InstallInSync',
] as const;
export type ConditionType = (typeof CONDITION_TYPES)[number];

export interface Condition {
  type: ConditionType;
  status: 'True' | 'False' | 'Unknown';
  /** CamelCase, for machines. */
  reason: string;
  /** One sentence, for people. */
  message: string;
  /** ms since the epoch; null while it never changed. */
  lastTransitionTime: number | null;
  /** The install generation the condition speaks of. */
  observedGeneration: number;
}
