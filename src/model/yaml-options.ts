/**
 * How the library yaml reads what a repository holds: YAML 1.2 core, no merge keys, no own tags, keys are text. Repeated keys are
 * looked for by whoever reads, in linear time.
 */
export const YAML_OPTIONS = {
  version: '1.2',
  schema: 'core',
  strict: true,
  stringKeys: true,
  uniqueKeys: false,
  merge: false,
  resolveKnownTags: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;
