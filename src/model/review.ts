/** What was shown of a proposed change, before it came into force. */

export interface ShownPlan {
  pullRequest: number;
  url: string;
  /** That holds its head, as of PullRequest. */
  ref: string;
  /** Commit that was proposed, and the root tree of what merging it would have given. */
  head: string;
  tree: string;
  digest: string;
  /** Nodes whose disks the plan destroys, held ones too. */
  destroys: string[];
}
