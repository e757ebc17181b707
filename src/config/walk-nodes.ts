/**
 * One walk over the nodes of a config, without recursion: refuses what is nested too deeply or has too many aliases, and finds
 * what each alias stands for. The parser looks through the whole document for each one.
 */
import { isAlias, isCollection, isPair, isScalar, type Alias } from 'yaml';
import { CONFIG_LIMITS } from '../model/limits.js';

export type Aliases = ReadonlyMap<Alias, unknown>;

export type Walked = { readonly aliases: Aliases } | { readonly problem: string; readonly offset: number };

export function walkNodes(root: unknown): Walked {
  const aliases = new Map<Alias, unknown>();
  const anchors = new Map<string, unknown>();
  const waiting: { readonly node: unknown; readonly level: number }[] = [{ node: root, level: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, level } = next;
    if (isAlias(node)) {
      aliases.set(node, anchors.get(node.source));
      if (aliases.size > CONFIG_LIMITS.aliases.most)
        return {
          problem: `has more than ${CONFIG_LIMITS.aliases.most} aliases`,
          offset: node.range?.[0] ?? 0,
        };
    } else if (isPair(node)) {
      // The last one in is the first one out: the walk keeps the order of the text, which decides what an alias means.
      waiting.push({ node: node.value, level }, { node: node.key, level });
    } else if (isCollection(node)) {
      if (level > CONFIG_LIMITS.levels.most)
        return { problem: 'is nested too deeply', offset: node.range?.[0] ?? 0 };
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      for (const item of node.items.toReversed()) waiting.push({ node: item, level: level + 1 });
    } else if (isScalar(node) && node.anchor !== undefined) {
      anchors.set(node.anchor, node);
    }
  }
  return { aliases };
}
