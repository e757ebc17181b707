/** Shelves as folders of the home folder: on a local disk, or for a fleet on a network file system that all its machines see. */
import { dirname, join, parse } from 'node:path';
import { pointAlias, removeNow, replaceBy, syncFolder } from '../platform/files.js';
import { HERE, type System } from '../platform/system.js';
import { isOwnFolder, listFolder, makeFolder } from './folders.js';
import { replaceFile } from './replace-file.js';
import type { Shelf, Shelves } from './shelf.js';

interface FolderShelvesOptions {
  /** The folder in which a text or a link waits until it gets its path; by default, that of the path. */
  readonly waitingFor?: (path: string) => string;
  readonly system?: System;
}

export function folderShelves(home: string, options: FolderShelvesOptions = {}): Shelves {
  return {
    bundles: (connection) => new FolderShelf(join(home, 'bundles', connection), options),
    withheld: (connection) => new FolderShelf(join(home, 'withheld', connection), options),
    full: (connection) => new FolderShelf(join(home, 'full', connection), options),
  };
}

class FolderShelf implements Shelf {
  readonly #waitingFor: (path: string) => string;
  readonly #system: System;

  constructor(
    readonly folder: string,
    { waitingFor = dirname, system = HERE }: FolderShelvesOptions,
  ) {
    this.#waitingFor = waitingFor;
    this.#system = system;
  }

  pathOf(file: string): string {
    return join(this.folder, file);
  }

  prepare(): void {
    makeFolder(this.folder);
  }

  list(): readonly string[] {
    // What a link leads to is not ours.
    return isOwnFolder(dirname(this.folder)) && isOwnFolder(this.folder) ? listFolder(this.folder) : [];
  }

  async take(from: string, file: string): Promise<void> {
    await replaceBy(from, this.pathOf(file), this.#system);
  }

  write(file: string, text: string): void {
    const path = this.pathOf(file);
    replaceFile(path, text, this.#waitingFor(path));
  }

  async point(alias: string, file: string): Promise<void> {
    const path = this.pathOf(alias);
    const next = join(this.#waitingFor(path), `.${parse(alias).name}.next`);
    await pointAlias(path, this.pathOf(file), next, this.#system);
  }

  async sync(): Promise<void> {
    await syncFolder(this.folder, this.#system);
  }

  remove(file: string): boolean {
    return removeNow(this.pathOf(file), this.#system);
  }
}
