/** The PEM file of an authority that signed the certificate of a server. */
import { CONFIG_LIMITS } from './limits.js';
import { plainFileFault, readPlainFile } from './plain-file.js';

/** `key`: path of the setting. `fail` makes the error that is thrown where the file cannot be used. */
export async function readAuthority(
  path: string,
  key: string,
  fail: (message: string, options?: ErrorOptions) => Error,
): Promise<string> {
  let text: string;
  try {
    const { bytes } = await readPlainFile(path, { mostBytes: CONFIG_LIMITS.authorityBytes.most });
    text = bytes.toString('utf8');
  } catch (cause) {
    throw fail(`The file ${path} of ${key} ${plainFileFault(cause).message}.`, { cause });
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw fail(`The file ${path} of ${key} has no certificate in PEM format.`);
  return text;
}
