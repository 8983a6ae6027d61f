/** A mistake in a site repository: where it stands, what it is, and what to do about it. */
export interface Problem {
  code: ProblemCode;
  severity: 'error' | 'warning';
  /** Path inside the repository. */
  file: string;
  /** 1-based; 0 where the file as a whole is meant. */
  line: number;
  column: number;
  message: string;
  /** One sentence in the imperative: how to mend it. */
  hint?: string;
  /** The offending line and a caret under the column, when there is a line. */
  excerpt?: string;
}

export type ProblemCode =
  | 'syntax'
  | 'too-large'
  | 'api-version'
  | 'unknown-kind'
  | 'schema'
  | 'unknown-field'
  | 'duplicate'
  | 'dangling'
  | 'address'
  | 'boot-interface'
  | 'bmc'
  | 'stack'
  | 'template'
  | 'secret'
  | 'empty';

/** Where a value was written. */
export interface SourceRef {
  file: string;
  line: number;
  column: number;
}
