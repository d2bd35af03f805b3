import { readdirSync, readFileSync } from 'node:fs';
import { renderMarkdown, titleOf } from './markdown.ts';

const docsFolder = new URL('../../../docs/', import.meta.url);
const order = [
  'start',
  'authentication',
  'employees',
  'events',
  'webhooks',
  'files',
  'fair-use',
  'conventions',
];

/** One page of the guide, as Markdown and what is known of it. */
export interface GuidePage {
  name: string;
  title: string;
  markdown: string;
  address: string;
}

/** The pages of the guide in reading order, and the error codes as the last. */
export function guidePages(): GuidePage[] {
  const names = readdirSync(new URL('api/', docsFolder))
    .filter((name) => /^[a-z-]+\.md$/.test(name))
    .map((name) => name.slice(0, -3));
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const guides = names
    .sort((a, b) => place(a) - place(b))
    .map((name) => page(name, `/docs/guide/${name}`, new URL(`api/${name}.md`, docsFolder)));
  return [...guides, page('problems', '/docs/problems', new URL('problems.md', docsFolder))];
}

/** A page as HTML, with the way to all the others. */
export function pageHtml(page: GuidePage, pages: GuidePage[], vendor: string): string {
  const links = pages.map((one) =>
    one.name === page.name
      ? `<a aria-current="page" href="${one.address}">${one.title}</a>`
      : `<a href="${one.address}">${one.title}</a>`,
  );
  return htmlPage(
    `${page.title} · Fairlead`,
    `<header><a class="home" href="/docs/guide/start">${escapeText(vendor)}: integration guide</a></header>
<div class="columns">
<nav aria-label="Guide">${links.join('')}<a href="/docs">Reference of the Web API</a></nav>
<main>${renderMarkdown(page.markdown)}</main>
</div>`,
    '',
  );
}

/** The reference page: Scalar from our own origin, reading our own description. */
export function referenceHtml(): string {
  return htmlPage(
    'Reference of the Web API · Fairlead',
    '<div id="reference"><p class="loading">The reference is being loaded. The same as data: <a href="/v1/openapi.json">openapi.json</a>.</p></div>',
    '<script src="/docs/scalar.js" defer></script><script src="/docs/reference.js" defer></script>',
  );
}

/** Starts Scalar with nothing that would leave our origin: no default fonts, no proxy, no assistant, no telemetry. */
export const referenceScript = `Scalar.createApiReference('#reference', {
  customCss: '.light-mode { --scalar-color-3: #5e5e5e; --scalar-color-orange: #924f00; } .dark-mode { --scalar-color-3: #a8a8a8; }',
  url: '/v1/openapi.json',
  withDefaultFonts: false,
  proxyUrl: '',
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  persistAuth: false,
  documentDownloadType: 'direct',
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
});
`;

/** The one style sheet of the guide; light and dark by the reader's own setting. */
export const guideStyle = `:root { color-scheme: light dark; --text: light-dark(oklch(25% 0.02 240), oklch(92% 0.01 240));
  --muted: light-dark(oklch(42% 0.02 240), oklch(75% 0.02 240)); --line: light-dark(oklch(90% 0.01 240), oklch(32% 0.02 240));
  --raised: light-dark(oklch(97% 0.005 240), oklch(24% 0.02 240)); --page: light-dark(oklch(99.5% 0.002 240), oklch(19% 0.02 240));
  --accent: light-dark(oklch(42% 0.08 200), oklch(78% 0.09 195)); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/24px system-ui, sans-serif; color: var(--text); background: var(--page); }
header { padding: 12px 24px; border-bottom: 1px solid var(--line); }
a { color: var(--accent); }
.home { font-weight: 600; text-decoration: none; }
.columns { display: grid; grid-template-columns: 220px minmax(0, 720px); gap: 48px; padding: 24px; }
nav { display: flex; flex-direction: column; gap: 8px; }
nav a { text-decoration: none; color: var(--muted); }
nav a[aria-current] { color: var(--accent); font-weight: 600; }
h1 { font-size: 24px; line-height: 32px; margin: 0 0 16px; } h2 { font-size: 18px; margin: 32px 0 8px; } h3 { font-size: 15px; }
code, pre { font: 12px/18px ui-monospace, monospace; background: var(--raised); border-radius: 4px; }
code { padding: 1px 4px; } pre { padding: 12px 16px; overflow-x: auto; border: 1px solid var(--line); } pre code { padding: 0; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:target { background: var(--raised); }
.loading { padding: 24px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 760px) { .columns { grid-template-columns: minmax(0, 1fr); gap: 24px; padding: 16px; } }
`;

/** An index of everything for machines that read text (llmstxt.org). */
export function llmsText(pages: GuidePage[], vendor: string): string {
  return [
    '# Fairlead Web API',
    '',
    `> How a customer's systems work with the payroll records that ${vendor} keeps: Web API, webhooks, files over SFTP.`,
    '',
    '## Guide',
    '',
    ...pages.map((page) => `- [${page.title}](${page.address}.md)`),
    '',
    '## Reference',
    '',
    '- [OpenAPI 3.1 description](/v1/openapi.json)',
    '',
  ].join('\n');
}

function page(name: string, address: string, file: URL): GuidePage {
  const markdown = readFileSync(file, 'utf8');
  return { name, title: titleOf(markdown), markdown, address };
}

function htmlPage(title: string, body: string, scripts: string): string {
  return `<!doctype html>
<html lang="en-NZ">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/guide.css">
${scripts}
</head>
<body>
${body}
</body>
</html>
`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
