/** How much alike two names of tables or columns are, from 0 to 1: common pairs of letters, without the marks of views and copies. */
export function likeness(one: string, other: string): number {
  const [a, b] = [bare(one), bare(other)];
  if (a === '' || b === '') return 0;
  if (a === b) return 1;
  if (a.includes(b) || b.includes(a))
    return 0.6 + 0.3 * (Math.min(a.length, b.length) / Math.max(a.length, b.length));
  const [pairs, others] = [pairsOf(a), pairsOf(b)];
  const common = pairs.filter((pair) => {
    const at = others.indexOf(pair);
    if (at < 0) return false;
    others.splice(at, 1);
    return true;
  });
  return (2 * common.length) / (a.length + b.length - 2 || 1);
}

/** Lower case, letters and digits only, without `v_`, `vw_`, `tbl_` and the like in front. */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/^(?:v|vw|view|t|tbl|table|dim|stg)_/, '')
    .replaceAll(/[^a-z0-9]/g, '');
}

function pairsOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));
}
