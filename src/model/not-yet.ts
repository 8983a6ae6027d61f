/** Something that is needed is not there yet, but is on its way: no failure, and no reason to be stuck. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  /** Look again at this time (ms since the epoch), if nothing wakes the node before. */
  readonly retryAt: number;

  /** `waitingFor` is the rest of the sentence "waits for …"; keep it the same while the cause is the same. */
  constructor(waitingFor: string, retryAt: number) {
    super(waitingFor);
    this.retryAt = retryAt;
  }
}
