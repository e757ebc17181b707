/** The console with a certificate of its own. */
import { afterAll, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { makeCertificate, removeCertificates } from '../notify/servers.js';
import { describeWith } from '../support/needs.js';
import { Client } from './client.js';
import { aConsoleSuite, type Opened } from './consoles.js';

const [own, other] = [makeCertificate(), makeCertificate()];

const suite = aConsoleSuite();
afterAll(removeCertificates);

interface Got {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const overTls = (url: URL, ca: string, body?: string): Promise<Got> =>
  new Promise((resolve, reject) => {
    const { origin } = url;
    const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' };
    const sent = request(
      url,
      { ca, agent: false, ...(body === undefined ? {} : { method: 'POST', headers }) },
      (response) => {
        response
          .resume()
          .on('end', () => resolve({ status: response.statusCode, headers: response.headers }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

describeWith(own !== undefined, 'openssl')('with console.tls', () => {
  const { cert, key } = own ?? { cert: '', key: '' };
  const write = (name: string, text: string): string => {
    const path = join(suite.site.folder, name);
    writeFileSync(path, text);
    return path;
  };
  const withTls = async (certificate: string, keyPath: string): Promise<Opened> => {
    return await suite.open({ console: { tls: { certificate, key: keyPath } } });
  };

  it('answers on https only, with a cookie for https and an order to stay on it', async () => {
    const { url, links } = await withTls(write('cert.pem', cert), write('key.pem', key));
    expect(url).toMatch(/^https:/);
    const token = new URL(links[0] ?? '').searchParams.get('token') ?? '';
    const { status, headers } = await overTls(new URL('/sign-in', url), cert, `token=${token}`);
    expect(status).toBe(303);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-oneroster_session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    await expect(new Client(url.replace('https:', 'http:')).get('/')).rejects.toThrow();
  });

  it.each([
    [
      'a key that is not there',
      'does not exist',
      () => [write('cert.pem', cert), join(suite.site.folder, 'none.pem')],
    ],
    ['a certificate that is not one', 'ERR_OSSL', () => [write('bad.pem', 'none'), write('key.pem', key)]],
    [
      'a key of another certificate',
      'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
      () => [write('cert.pem', cert), write('other.pem', other?.key ?? '')],
    ],
    ['a folder', 'is a folder', () => [write('cert.pem', cert), aFolder()]],
  ])('refuses %s as a problem of the config', async (_what, says, files) => {
    const [certificate = '', keyPath = ''] = files();
    await expect(withTls(certificate, keyPath)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(new RegExp(`^console\\.tls: .*${says}`)),
    });
  });

  const aFolder = (): string => {
    const path = join(suite.site.folder, 'key-folder');
    mkdirSync(path, { recursive: true });
    return path;
  };
});
