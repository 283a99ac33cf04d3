export default function echo(value: number): number {
  return value
}
