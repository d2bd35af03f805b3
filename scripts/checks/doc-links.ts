import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Check } from './check.ts';
import { projectFiles, root } from './project-files.ts';

/** Every relative link and picture in the documentation leads to a file, and every anchor to a heading. */
export const docLinks: Check = {
  name: 'links in the documentation',
  async run() {
    return projectFiles()
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) => brokenLinks(path));
  },
};

function brokenLinks(path: string): string[] {
  const text = withoutCode(readFileSync(join(root, path), 'utf8'));
  const targets = [...text.matchAll(/!?\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map(
    (found) => found[1] ?? '',
  );
  return targets
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
    .flatMap((target) => {
      const [file = '', anchor] = target.split('#');
      const place = file === '' ? path : join(dirname(path), decodeURIComponent(file));
      if (!existsSync(join(root, place))) return [`${path}: ${target} leads nowhere`];
      if (anchor === undefined || !place.endsWith('.md') || anchorsOf(place).has(anchor)) return [];
      return [`${path}: ${target} names no heading`];
    });
}

function anchorsOf(path: string): Set<string> {
  const text = withoutCode(readFileSync(join(root, path), 'utf8'));
  const headings = [...text.matchAll(/^#{1,6}\s+(.+)$/gm)].map((found) => found[1] ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}
