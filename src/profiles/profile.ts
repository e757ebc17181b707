/** What a receiver asks beyond the standard. A profile is data: the exporter shapes by it and the judge checks by it. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly demands: readonly Demand[];
}

export interface Demand {
  readonly kind: string;
}
