import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';

const require = createRequire(import.meta.url);
const faces = { normal: 'Regular', bold: 'Medium', italics: 'Italic', bolditalics: 'MediumItalic' };

interface Maker {
  virtualfs: { writeFileSync(name: string, content: Buffer): void };
  addFonts(fonts: Record<string, Record<string, string>>): void;
  setUrlAccessPolicy(allow: (url: string) => boolean): void;
  setLocalAccessPolicy(allow: (path: string) => boolean): void;
  createPdf(definition: TDocumentDefinitions): { getBuffer(): Promise<Buffer> };
}

let maker: Maker | undefined;

/** Roboto is embedded, so that "ā" stays "ā"; nothing else, near or far, may be read while rendering. */
function pdfMaker(): Maker {
  if (maker !== undefined) return maker;
  const made = require('pdfmake') as Maker;
  const fonts: Record<string, string> = {};
  for (const [style, face] of Object.entries(faces)) {
    const name = `Roboto-${face}.ttf`;
    made.virtualfs.writeFileSync(name, readFileSync(require.resolve(`pdfmake/fonts/Roboto/${name}`)));
    fonts[style] = name;
  }
  made.addFonts({ Roboto: fonts });
  made.setUrlAccessPolicy(() => false);
  made.setLocalAccessPolicy(() => false);
  maker = made;
  return made;
}

/** Renders a PDF whose bytes depend on nothing but the definition and `createdAt`. */
export async function renderPdf(
  definition: TDocumentDefinitions,
  createdAt: Temporal.Instant,
): Promise<Buffer> {
  const creationDate = new Date(createdAt.epochMilliseconds);
  return pdfMaker()
    .createPdf({
      pageSize: 'A4',
      pageMargins: [48, 56, 48, 56],
      defaultStyle: { font: 'Roboto', fontSize: 10, lineHeight: 1.25 },
      ...definition,
      info: {
        ...definition.info,
        creationDate,
        modDate: creationDate,
        producer: 'Fairlead',
        creator: 'Fairlead',
      },
    })
    .getBuffer();
}
