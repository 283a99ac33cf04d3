/** Endings that mark a file such as `icon@2x.png`, not a mail domain. None is a top-level domain. */
const FILE_ENDINGS: ReadonlySet<string> = new Set(
  'png jpg jpeg gif svg webp bmp ico tiff avif js jsx mjs cjs ts tsx css scss html htm json yaml yml xml txt pdf lock'.split(
    ' ',
  ),
)

/**
 * What the expression cannot say about an address: label lengths, no empty labels, an ending that is not a
 * file's, and not the shared login of a code host (`git@github.com`).
 */
export function isEmailAddress(text: string): boolean {
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  const domain = text.slice(at + 1)
  if (local === 'git' || local.endsWith('.') || domain.length > 253) return false
  return !FILE_ENDINGS.has(domain.slice(domain.lastIndexOf('.') + 1).toLowerCase())
}
