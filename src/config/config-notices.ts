/** Remarks on a valid config: what is allowed and probably not meant, or no longer has an effect. */
import type { Config, ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';

export interface ConfigNotice {
  readonly code: string;
  readonly severity: 'info' | 'warning';
  readonly says: string;
  /** Path of the setting. */
  readonly path: string;
}

interface Remark {
  readonly code: string;
  readonly severity: ConfigNotice['severity'];
  readonly says: string;
}

/** About the whole config; `at` is the path of the setting. */
interface DistrictRemark extends Remark {
  readonly at: string;
  readonly applies: (config: Config) => boolean;
}

interface ConnectionRemark extends Remark {
  /** Path of the setting below the connection. */
  readonly at: string;
  readonly applies: (connection: ConnectionSettings, today: LocalDate) => boolean;
}

const districtRemarks: readonly DistrictRemark[] = [
  {
    code: 'not-encrypted',
    severity: 'warning',
    says: 'The connection to the SQL Server is not encrypted: personal data and the password can be read on the network.',
    at: 'source.connection.encrypt',
    applies: ({ source }) => source.client === 'mssql' && !source.connection.encrypt,
  },
  {
    code: 'certificate-not-checked',
    severity: 'warning',
    says: 'Any certificate is accepted: the SQL Server is not verified. Set source.connection.ca instead.',
    at: 'source.connection.trustServerCertificate',
    applies: ({ source }) => source.client === 'mssql' && source.connection.trustServerCertificate,
  },
  {
    code: 'not-one-moment',
    severity: 'info',
    says: 'The tables are read one after the other; snapshot reads all of them as of one moment.',
    at: 'source.consistency',
    applies: ({ source }) => source.client === 'mssql' && source.consistency === 'statement',
  },
  {
    code: 'no-notices',
    severity: 'info',
    says: 'No one is notified of a failed refresh, except by its exit code and stderr.',
    at: 'notices',
    applies: ({ notices }) => notices === undefined,
  },
];

const connectionRemarks: readonly ConnectionRemark[] = [
  {
    code: 'sharing-ended',
    severity: 'warning',
    says: 'The last day of sharing is over: nothing is created or sent.',
    at: 'sharingEnds',
    applies: ({ sharingEnds }, today) => sharingEnds !== undefined && sharingEnds < today,
  },
  {
    code: 'not-before-passed',
    severity: 'info',
    says: 'This day is over: the setting has no effect.',
    at: 'notBefore',
    applies: ({ notBefore }, today) => notBefore !== undefined && notBefore <= today,
  },
  {
    code: 'blackout-passed',
    severity: 'info',
    says: 'All of these ranges are over: the setting has no effect.',
    at: 'blackout',
    applies: ({ blackout }, today) => blackout.length > 0 && blackout.every(({ to }) => to < today),
  },
  {
    code: 'no-limit',
    severity: 'warning',
    says: 'A limit of 100 % lets everything vanish at the receiver without a hold.',
    at: 'thresholds',
    applies: ({ thresholds: { users, classes, enrollments, perSchool } }) =>
      [users, classes, enrollments, perSchool].includes(100),
  },
  {
    code: 'empty-allowed',
    severity: 'warning',
    says: 'An empty bundle is published, and the receiver may delete everything.',
    at: 'allowEmpty',
    applies: ({ allowEmpty }) => allowEmpty,
  },
  {
    code: 'old-signatures',
    severity: 'warning',
    says: 'SHA-1 signatures are accepted. Ask the receiver for a server that signs with SHA-2.',
    at: 'delivery',
    applies: ({ delivery }) =>
      delivery !== undefined && delivery.target.kind !== 'folder' && delivery.target.allowLegacyAlgorithms,
  },
  {
    code: 'no-delivery',
    severity: 'info',
    says: 'Nothing is sent: the bundles stay in the home folder.',
    at: 'delivery',
    applies: ({ delivery }) => delivery === undefined,
  },
];

export function configNotices(config: Config, today: LocalDate): readonly ConfigNotice[] {
  const noticeOf = ({ code, severity, says }: Remark, path: string): ConfigNotice => ({
    code,
    severity,
    says,
    path,
  });
  return [
    ...districtRemarks.filter(({ applies }) => applies(config)).map((remark) => noticeOf(remark, remark.at)),
    ...config.connections.flatMap((connection, index) =>
      connectionRemarks
        .filter(({ applies }) => applies(connection, today))
        .map((remark) => noticeOf(remark, `connections[${index}].${remark.at}`)),
    ),
  ];
}
