/** The place of a delivery: the folder at a receiver, and how files get into it. */
export interface Place {
  /** For messages. */
  readonly address: string;
  /** Where its settings stand in the config: `delivery.sftp` … */
  readonly settings: string;
  /** The folder, as its server names it. */
  readonly path: string;
  readonly readBack: boolean;
  readonly mode?: string;
  readonly upload: 'temporary' | 'direct';
  readonly temporaryName: string;
}
