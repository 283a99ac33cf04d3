import type { Channel } from '@midstream/core'
import { inputText, isFact, TOOL_BLOCKS } from './anthropic-blocks.ts'
import { asRecord } from './json-text.ts'
import type { TextRef } from './protocol.ts'
import { type Author, authoredTexts, MODEL, OPERATOR, otherFieldTexts, TOOL, USER } from './request-fields.ts'
import { createTextList, type TextList } from './text-list.ts'

/** Texts of a Messages request. */
export function anthropicRequestTexts(body: Record<string, unknown>): readonly TextRef[] {
  const texts = createTextList('REQUEST_TOO_LARGE')
  const { system, messages } = body
  authoredTexts(system, ['system'], OPERATOR, texts, isFact)
  const list: readonly unknown[] | undefined = Array.isArray(messages) ? messages : undefined
  for (const [i, message] of list?.entries() ?? []) messageTexts(message, i, texts)
  otherFieldTexts(body, list === undefined ? ['system'] : ['system', 'messages'], texts)
  return texts.refs
}

function messageTexts(message: unknown, i: number, texts: TextList): void {
  const fields = asRecord(message)
  const author = fields?.['role'] === 'assistant' ? MODEL : USER
  if (fields === undefined) {
    authoredTexts(message, ['messages', i], author, texts)
    return
  }
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value === 'string' && isFact(field, fields)) continue
    if (field === 'content' && Array.isArray(value)) {
      for (const [j, part] of value.entries()) partTexts(part, i, j, author, texts)
    } else authoredTexts(value, ['messages', i, field], author, texts, isFact)
  }
}

function partTexts(part: unknown, i: number, j: number, author: Author, texts: TextList): void {
  const path = ['messages', i, 'content', j]
  const fields = asRecord(part)
  const type = fields?.['type']
  if (fields === undefined || !TOOL_BLOCKS.has(type)) {
    authoredTexts(part, path, type === 'tool_result' ? TOOL : author, texts, isFact)
    return
  }
  const channel: Channel = { kind: 'tool-input', provenance: 'model', index: 0, key: `tool-input/${i}.${j}` }
  texts.add(inputText(fields['input'] ?? {}, [...path, 'input'], channel))
  for (const [field, value] of Object.entries(fields)) {
    if (field === 'input' || (typeof value === 'string' && isFact(field, fields))) continue
    authoredTexts(value, [...path, field], author, texts, isFact)
  }
}
