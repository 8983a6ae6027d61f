/** A request that cannot be answered, with what to write instead. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly code = 'bad-request';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
