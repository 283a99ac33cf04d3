/**
 * A US social security number in a range that is issued (SSA: area not 000, 666 or 900 and up, group not 00,
 * serial not 0000), written with one kind of separator. 078-05-1120 was printed on sample cards and is void.
 */
export function isSsn(text: string): boolean {
  const digits = text.replaceAll(/[^0-9]/g, '')
  if (digits.length !== 9 || digits === '078051120') return false
  const separators = new Set(text.replaceAll(/[A-Za-z0-9]/g, '').trim())
  if (separators.size > 1 && !/[A-Za-z]/.test(text)) return false
  return !/^(?:000|666|9)|^.{3}00|0000$/.test(digits) && !/^(\d)\1+$/.test(digits)
}

/** A US taxpayer number: 9XX and a group of the ranges that the IRS issues (50–65, 70–88, 90–92, 94–99). */
export function isItin(text: string): boolean {
  const group = Number(text.replaceAll(/[^0-9]/g, '').slice(3, 5))
  return (
    (group >= 50 && group <= 65) ||
    (group >= 70 && group <= 88) ||
    (group >= 90 && group <= 92) ||
    (group >= 94 && group <= 99)
  )
}
