/** Renders our own documentation pages: headings, paragraphs, lists, tables, code, links. All text is escaped first. */
export function renderMarkdown(text: string): string {
  const blocks: string[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; ) {
    const [html, used] = block(lines, at);
    if (html !== '') blocks.push(html);
    at += used;
  }
  return blocks.join('\n');
}

/** The first heading of a page. */
export function titleOf(text: string): string {
  return /^# (.+)$/m.exec(text)?.[1] ?? 'Fairlead';
}

type Block = [html: string, linesUsed: number];

function block(lines: string[], at: number): Block {
  const line = lines[at] ?? '';
  if (line.trim() === '') return ['', 1];
  if (line.startsWith('```')) return code(lines, at);
  const heading = /^(#{1,4}) (.+)$/.exec(line);
  if (heading) {
    const level = heading[1]?.length ?? 1;
    return [`<h${level} id="${anchor(heading[2] ?? '')}">${inline(heading[2] ?? '')}</h${level}>`, 1];
  }
  if (line.startsWith('|')) return table(lines, at);
  if (/^(- |\d+\. )/.test(line)) return list(lines, at);
  const used = run(lines, at, (one) => one.trim() !== '' && !/^(#|```|\||- |\d+\. )/.test(one));
  return [`<p>${inline(lines.slice(at, at + used).join(' '))}</p>`, Math.max(1, used)];
}

function code(lines: string[], at: number): Block {
  const used = run(lines, at + 1, (line) => !line.startsWith('```'));
  const body = lines.slice(at + 1, at + 1 + used).join('\n');
  return [`<pre tabindex="0"><code>${escapeHtml(body)}</code></pre>`, used + 2];
}

function table(lines: string[], at: number): Block {
  const used = run(lines, at, (line) => line.startsWith('|'));
  const rows = lines.slice(at, at + used).map((line) => line.split(/(?<!\\)\|/).slice(1, -1));
  const cells = (row: string[], tag: string) =>
    row.map((cell) => `<${tag}>${inline(cell.trim())}</${tag}>`).join('');
  const body = rows.slice(2).map((row) => `<tr${rowAnchor(row)}>${cells(row, 'td')}</tr>`);
  return [
    `<table><thead><tr>${cells(rows[0] ?? [], 'th')}</tr></thead><tbody>${body.join('')}</tbody></table>`,
    used,
  ];
}

/** A row whose first cell is one code can be linked to by it. */
function rowAnchor(row: string[]): string {
  const name = /^`([\w-]+)`$/.exec(row[0]?.trim() ?? '')?.[1];
  return name === undefined ? '' : ` id="${name}"`;
}

function list(lines: string[], at: number): Block {
  const ordered = /^\d/.test(lines[at] ?? '');
  const used = run(lines, at, (line) => (ordered ? /^(\d+\. | {2,}\S)/ : /^(- | {2,}\S)/).test(line));
  const items: string[] = [];
  for (const line of lines.slice(at, at + used)) {
    if (/^ {2,}/.test(line)) items.push(`${items.pop()} ${line.trim()}`);
    else items.push(line.replace(/^(- |\d+\. )/, ''));
  }
  const tag = ordered ? 'ol' : 'ul';
  return [`<${tag}>${items.map((item) => `<li>${inline(item)}</li>`).join('')}</${tag}>`, used];
}

function run(lines: string[], from: number, fits: (line: string) => boolean): number {
  let used = 0;
  while (from + used < lines.length && fits(lines[from + used] ?? '')) used += 1;
  return used;
}

function inline(text: string): string {
  return escapeHtml(text)
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.startsWith('`') && part.length > 1
        ? `<code>${part.slice(1, -1)}</code>`
        : part
            .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
            .replace(
              /\[([^\]]+)\]\(((?:https?:\/\/|\/|#|[a-z-]+\.md|\.\.\/problems\.md)[^)\s]*)\)/g,
              (_, words: string, target: string) => `<a href="${addressOf(target)}">${words}</a>`,
            ),
    )
    .join('');
}

/** Pages link to each other as files do; served, they stand under /docs. */
function addressOf(target: string): string {
  return target.replace(/^\.\.\/problems\.md/, '/docs/problems').replace(/^([a-z-]+)\.md/, '/docs/guide/$1');
}

function anchor(text: string): string {
  return escapeHtml(
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, ''),
  );
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
