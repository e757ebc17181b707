/** `delivery` of a connection: where its bundles go, and how. */
import { z } from 'zod';
import { DELIVERY_LIMITS } from '../../model/limits.js';
import { TEMPORARY_NAME } from '../../model/temporary-name.js';
import { facts, flag, port, secret, text } from './fields.js';

const remoteName = text('Name of the zip there, with parts such as {yyyy}{MM}{dd}{HH}{mm}.')
  .register(facts, { default: 'the name that the profile requires, else OneRoster.zip' })
  .optional();

const fileMode = z
  .string()
  .regex(/^0?[0-7]{3}$/, 'must be three octal digits, such as "640"')
  .register(facts, { type: 'octal digits', default: '600' })
  .optional()
  .describe('Permissions of the delivered file.');

const readBack = flag(
  true,
  'Read the file back and compare its hash, if the receiver allows reading. The size is always compared.',
);

const upload = z
  .enum(['temporary', 'direct'])
  .default('temporary')
  .describe(
    'Upload under a temporary name and rename, or directly under the final name for servers that cannot rename (a reader may then see a partial file).',
  );

const temporaryName = text(
  'Name during the upload. {name} is the final name, {id} is eight digits derived from the content.',
)
  .register(facts, { default: TEMPORARY_NAME })
  .optional();

const replace = z
  .enum(['rename', 'delete-then-rename'])
  .default('rename')
  .describe(
    'How an earlier file is replaced: in one step or, for servers that cannot, with a moment without any file.',
  );

const allowLegacyAlgorithms = flag(
  false,
  'Accept SHA-1 signatures (ssh-rsa) from old servers, with a notice at each delivery.',
);

const chunkBytes = z
  .int()
  .min(512)
  .max(261_120)
  .register(facts, { default: 'what the server accepts' })
  .optional()
  .describe('Most bytes in one packet, for servers that refuse larger ones without stating a limit.');

const stalledAfterSeconds = z
  .number()
  .min(1)
  .max(3600)
  .default(DELIVERY_LIMITS.stall.most)
  .describe('How long a step may make no progress before the connection fails.');

const hostKey = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'must be SHA256: and 43 characters, as printed by `preflight`');

/** Of every SSH server, whichever program delivers. */
const onServer = {
  path: text('Folder on the server.'),
  name: remoteName,
  upload,
  temporaryName,
  replace,
  readBack,
  mode: fileMode,
  chunkBytes,
  allowLegacyAlgorithms,
  stalledAfterSeconds,
};

const sftp = z
  .strictObject({
    host: text("The receiver's SFTP server."),
    port: port(22),
    user: text('User on that server.'),
    password: secret('Password of the user.').optional(),
    privateKey: secret('Private key of the user (Ed25519, ECDSA or RSA), as `${file:PATH}`.').optional(),
    passphrase: secret('Passphrase of the private key.').optional(),
    agent: text('Socket of an SSH agent that has the key, such as `${env:SSH_AUTH_SOCK}`.').optional(),
    hostKey: z
      .union([hostKey, z.array(hostKey).min(1)])
      .register(facts, { type: 'fingerprint, or a list of them' })
      .optional()
      .describe("Fingerprint of the server's host key; a list of several while the receiver changes keys."),
    knownHosts: text('A known_hosts file, instead of hostKey.').optional(),
    ...onServer,
  })
  .optional()
  .describe('Delivery by SFTP.');

const openssh = z
  .strictObject({
    host: text("The receiver's SFTP server, or a Host of configFile."),
    port: z.int().min(1).max(65535).optional().describe('TCP port.'),
    user: text('User on that server.').optional(),
    identityFile: text('Private key file; a hardware key also has one.').optional(),
    knownHosts: text("A known_hosts file, instead of the user's own.").optional(),
    jump: text('Jump host: user@host:port, or several separated by commas.').optional(),
    configFile: text('An ssh_config file, for all other OpenSSH options.').optional(),
    ...onServer,
  })
  .optional()
  .describe("Delivery by the system's own sftp program: jump hosts, certificates, hardware keys.");

const folder = z
  .strictObject({
    path: text('Folder on this machine; it must exist and be outside home.'),
    name: remoteName,
    upload,
    temporaryName,
    readBack,
    mode: fileMode,
  })
  .optional()
  .describe('Delivery to a folder on this machine.');

export const delivery = z
  .strictObject({
    sftp,
    openssh,
    folder,
    files: z
      .enum(['zip', 'loose'])
      .register(facts, { default: 'as the profile requires, else zip' })
      .optional()
      .describe('Send the bundle as one zip, or as separate CSV files.'),
    deliverBy: z
      .string()
      .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "05:30"')
      .register(facts, { type: 'time of day as HH:MM' })
      .optional()
      .describe('Local time until which a failed delivery is retried, if it is less than 12 hours away.'),
    retryMinutes: z
      .number()
      .min(0)
      .max(720)
      .default(DELIVERY_LIMITS.retry.most)
      .describe('How long a failed delivery is retried if deliverBy does not apply; 0 for one attempt.'),
    maxMinutes: z
      .number()
      .min(0.1)
      .max(1440)
      .default(DELIVERY_LIMITS.whole.most)
      .describe('How long the whole delivery may take, retries included.'),
  })
  .optional()
  .describe('Where bundles are sent: sftp, openssh or folder. Without it they stay in `home`.');
