/** Preloaded before the program: its command waits for something that never comes. */
import { Command } from 'commander';

Command.prototype.parseAsync = () => new Promise(() => undefined);
