/** `{type:id}` in the cell userIds: braces, colons and commas are its syntax, so an id that has one cannot be written there. */
export function fitsUserIds(id: string): boolean {
  return !/[{}:,]/.test(id);
}
