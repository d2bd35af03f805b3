import sanitizeHtml from 'sanitize-html';

const blocks = [
  'p',
  'div',
  'ul',
  'ol',
  'li',
  'blockquote',
  'pre',
  'hr',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'table',
  'caption',
  'thead',
  'tbody',
  'tfoot',
  'tr',
  'section',
  'article',
  'header',
  'footer',
  'main',
  'nav',
  'aside',
  'address',
  'center',
  'dl',
  'dt',
  'dd',
  'figure',
  'figcaption',
];
const inline = ['br', 'span', 'b', 'i', 'u', 's', 'em', 'strong', 'small', 'sub', 'sup', 'a', 'code'];
const blockTag = new RegExp(`<\\/?(?:${blocks.join('|')}|br|title|form|fieldset)(?=[\\s/>])[^>]*>`, 'gi');
const cellTag = /<\/?(?:td|th)(?=[\s/>])[^>]*>/gi;

/** HTML that can be shown: no script, style, form, remote picture or address that runs something. */
export function cleanHtml(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: [...blocks, ...inline, 'td', 'th'],
    allowedAttributes: {
      a: ['href', 'rel', 'target'],
      td: ['colspan', 'rowspan'],
      th: ['colspan', 'rowspan'],
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    nonTextTags: ['script', 'style', 'textarea', 'option', 'title'],
    transformTags: {
      a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer nofollow', target: '_blank' }),
    },
    nestingLimit: 60,
  });
}

/** The words of HTML as a person reads them: a line for each block, a space between the cells of a table. */
export function textOfHtml(html: string): string {
  const broken = html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/\s+/g, ' ')
    .replace(cellTag, ' $&')
    .replace(blockTag, '\n$&\n');
  return sanitizeHtml(broken, {
    allowedTags: [],
    allowedAttributes: {},
    nonTextTags: ['script', 'style', 'textarea', 'option', 'title'],
  })
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim();
}
