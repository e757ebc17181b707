/**
 * The driver's connection, with encryption that holds: it never continues unencrypted if a server, or an attacker in between,
 * says that it cannot encrypt, and it checks the certificate of a server that is named by its address.
 */
import { isIP } from 'node:net';
import { checkServerIdentity, type TLSSocket } from 'node:tls';
import tediousModule, { type ConnectionConfiguration } from 'tedious';

const { Connection } = tediousModule;

/** What Node reports where the chain is trusted, but the certificate is for another name. */
const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';

export class EncryptedConnection extends Connection {
  isEncrypted = false;
  #mistrust: Error | undefined;

  constructor(private readonly settings: ConnectionConfiguration) {
    super(settings);
    this.on('secure', (socket: TLSSocket) => {
      this.isEncrypted = true;
      if (isIP(this.#host) !== 0) this.#mistrust = this.#mistrustOf(socket);
    });
  }

  /** Begins anew where the server redirects us to another one. */
  override sendPreLogin(): void {
    this.isEncrypted = false;
    this.#mistrust = undefined;
    if (isIP(this.#host) !== 0) this.#handshakeWithoutName();
    super.sendPreLogin();
  }

  /** The first packet with a secret in it. */
  override sendLogin7Packet(): void {
    if (this.settings.options?.encrypt !== false && !this.isEncrypted) {
      throw Object.assign(new Error('The server offers no encryption.'), { code: 'ENOENCRYPT' });
    }
    if (this.#mistrust !== undefined) throw this.#mistrust;
    super.sendLogin7Packet();
  }

  get #host(): string {
    return this.routingData?.server ?? this.settings.server;
  }

  /**
   * TLS does not allow addresses as server names, and Node warns about them. Without a name the driver would compare the certificate
   * with "localhost", so the handshake refuses nothing here, and `#mistrustOf` decides before the login.
   */
  #handshakeWithoutName(): void {
    const { messageIo } = this;
    const startTls = messageIo.startTls.bind(messageIo);
    messageIo.startTls = (credentials) => startTls(credentials, '', true);
  }

  #mistrustOf(socket: TLSSocket): Error | undefined {
    if (this.settings.options?.trustServerCertificate === true) return undefined;
    const problem = socket.authorizationError as unknown;
    if (!socket.authorized && String(problem) !== OTHER_NAME)
      return Object.assign(new Error('The certificate is not trusted.'), { code: String(problem) });
    // Also where it is for "localhost": that is another name.
    return checkServerIdentity(this.#host, socket.getPeerCertificate());
  }
}
