const words = (
  'ager amicus aqua arbor auctor audax aurum avis bellum bonus caelum campus carmen casa causa civis clarus copia ' +
  'corpus cura deus dies dolor domus dux equus fabula fama fatum femina fides filius flamma fluvius forma fortis ' +
  'fructus gaudium genus gratia hora hortus ignis imago insula iter labor laetus latus lex liber locus luna lux ' +
  'magnus mare mater memoria mens mons mors multus murus natura navis nomen nox opus orbis pater pax pes populus ' +
  'porta primus puer ratio regnum res rosa sanguis sapiens signum silva sol somnus spes stella tempus terra timor ' +
  'umbra unda urbs ventus verbum verus via victor vinum vir virtus vita vox'
).split(' ');

/** Paragraphs of made-up Latin, each of `min` to `max` words; as HTML or with an empty line between. */
export function lipsum(count: number, min: number, max: number, html: boolean): string {
  const paragraphs = Array.from({ length: Math.max(0, count) }, () => paragraph(between(min, max)));
  return html ? paragraphs.map((text) => `<p>${text}</p>`).join('\n') : paragraphs.join('\n\n');
}

function between(min: number, max: number): number {
  return min + Math.floor(Math.random() * Math.max(1, max - min));
}

function paragraph(length: number): string {
  const sentences: string[] = [];
  for (let left = length; left > 0; ) {
    const size = Math.min(left, between(6, 14));
    sentences.push(sentence(size));
    left -= size;
  }
  return sentences.join(' ');
}

function sentence(length: number): string {
  const chosen = Array.from({ length }, () => words[Math.floor(Math.random() * words.length)]!);
  const text = chosen
    .map((word, index) => (index % 5 === 4 && index < length - 1 ? `${word},` : word))
    .join(' ');
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
