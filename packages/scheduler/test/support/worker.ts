/** What the threads of the tests run. */
export default function work(input: { readonly kind: string; readonly value?: unknown }): unknown {
  switch (input.kind) {
    case 'echo':
      return input.value
    case 'bytes':
      return (input.value as ArrayBuffer).byteLength
    case 'throw':
      throw new TypeError('the task threw')
    case 'throw nothing':
      throw undefined
    case 'exit':
      return process.exit(3)
    default:
      for (;;);
  }
}
