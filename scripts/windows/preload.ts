/**
 * Loaded before the program in `npm run test:windows`, for what Wine cannot do: it refuses symbolic links, as Windows does
 * without a privilege, and raises the signal of `RAISE` once a file of the name `WHEN` is below the folder `BELOW`.
 */
import fs, { existsSync, readdirSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const refuse = (): never => {
  throw Object.assign(new Error('EPERM: operation not permitted, symlink'), { code: 'EPERM' });
};
fs.symlinkSync = refuse;
fs.promises.symlink = () => Promise.resolve().then(refuse);
syncBuiltinESMExports();

const { RAISE: signal, WHEN: name = '', BELOW: folder = '' } = process.env;
if (signal !== undefined) {
  const watch = setInterval(() => {
    const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    if (!files.some((file) => file.endsWith(name))) return;
    clearInterval(watch);
    process.emit(signal as 'SIGINT', signal as 'SIGINT');
  }, 1);
  watch.unref();
}
