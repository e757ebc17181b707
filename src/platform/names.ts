/**
 * Names and paths as other programs understand them.
 *
 * | what | Linux, macOS | Windows |
 * | --- | --- | --- |
 * | an argument to paste into a shell | single quotes | double quotes, which both cmd and PowerShell know |
 * | a path for a program of another origin | as it is | with forward slashes |
 */
import { HERE, type System } from './system.js';

/** Ready to be pasted into the shell of this system. */
export function shellArgument(text: string, { isWindows }: System = HERE): string {
  if (isWindows) return /[^\w.:\\/-]/.test(text) ? `"${text}"` : text;
  return /[^\w./-]/.test(text) ? posixQuoted(text) : text;
}

/** One word of a shell that is not Windows', whatever is in it. */
export const posixQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A path of this machine for a program in which a backslash escapes the next character. */
export function portablePath(path: string, { isWindows }: System = HERE): string {
  return isWindows ? path.replaceAll('\\', '/') : path;
}
