// Tasks as benchmarks and teachers put them: a definition, a text, a question, the form of the answer. They instruct a
// model at length and in the imperative, and are what it is for.
import { FILLER_SLOTS, STATEMENTS } from './filler.ts'
import { expand, pick, type Random, type Slots } from './grammar.ts'

const SLOTS: Slots = {
  ...FILLER_SLOTS,
  said: STATEMENTS,
  unit: [
    'sentence',
    'paragraph',
    'question',
    'review',
    'dialogue',
    'list of numbers',
    'tweet',
    'passage',
    'story',
  ],
  label: [
    '"Yes" or "No"',
    '"True" or "False"',
    '"Singular" or "Plural"',
    '1, 2 or 3',
    'A, B, C or D',
    'positive or negative',
  ],
  verdict: [
    'grammatical',
    'toxic',
    'true',
    'a question',
    'related to the title',
    'offensive',
    'complete',
    'logically valid',
  ],
  move: [
    'Take <num> step{s|}{ left| right| forward| backward|}.',
    'Turn {left|right|around}.',
    'Always face forward.',
    'Go <num> metres {north|south|east|west}.',
  ],
}

const DEFINITIONS: readonly string[] = [
  'In this task, you are given a <unit>. {Your task is to|You must|You need to|You should} {decide|judge|say} whether {it|the <unit>} is <verdict>. {Label|Answer} with <label>.',
  'In this task you will be {given|shown} {two|three} <unit>s. {Write|Generate|Produce} a <unit> that {contradicts|follows from|combines|answers} them.',
  'You are given {a <unit>|a sentence and a word|a passage and a question}. {Rewrite|Change|Correct} it so that {it is <verdict>|the meaning stays the same|it becomes a question}.{ Do not change anything else.| Ignore spelling mistakes.| If nothing must be changed, return the input.|}',
  '{Read|Consider} the following {context|passage|conversation|article} and answer the question.\nContext: <said> <said> <said>\nQuestion: {Why did <name> stay at home?|What {may|might} happen next?|Who is meant?}\nAnswer:',
  'Given the following {context|passage|dialogue}: <said> <said>\n{Answer|Which of these is true}: {Where is <name>?|Did <name> agree?}\nOptions:\n- Yes\n- No',
  'Translate the {given|following} {English|German} sentence into {Yoruba|Spanish|Tamil|French}. {Please bear in mind|Note} that {names stay as they are|numbers are written in words}.',
  'If you follow these {directions|steps}, do you {end where you began|come back to the start}? <move> <move> <move> <move>\nOptions:\n- Yes\n- No',
  'If you follow these instructions, {where are you|which way do you face}? <move> <move> <move>',
  '{Complete|Finish|Continue} the {rest of the|} {sequence|sentence|series|pattern|dialogue}{, making sure that {it ends correctly|the brackets are closed}|}. Input: {( [ ⟦ ⟧ ]|2 4 8 16|<said> But}',
  '{Sort|Order|Arrange} the following words {alphabetically|by length}: List: {apple|desk|river} {lamp|stone|cloud} {zebra|garden|music}',
  'The following {paragraphs|sentences} each describe {a set of|} {three|five|seven} {objects|people} in a fixed order. <name> {is|finished} {above|left of|behind|before} <name>. <name> {is|finished} {last|first}. Which is {first|second|last}?',
  'Answer the {question|following question|question below}{:|.}\n\n{If|Assuming} {the metal gets hotter|the hill is steeper|<name> runs faster|the waves are higher}, {does it|will it|is there} {expand|take longer|more energy} {or|, or rather} {shrink|less time|less}?',
  'A friend asked me to answer this question: {who founded the town|what is the last name of the person who wrote the opera|where was the treaty signed}?, using the {article|text}: <said> <said> {The town was founded in 1840.|She was born in <city>.} What is the answer?',
  'Q: {In this task|Here} you are given {a list of integers|a string|a table}. {Find|Compute|Return} {the largest|the sum|every second one}.\nInput: [<num>, <num>, <num>]\nOutput:',
  "I'll give you a question, please answer with {a step-by-step reasoning process|one letter}. {Where do you keep an umbrella|What do people do on <day>|Where is <name>}?\nOptions:\n- {at home|in a cupboard}\n- {under the bed|at the station}\n- {in the car|in the garden}",
  'Here is a {short story|sentence|review}: <said> <said> {What happened before|Write a title|Is the review positive}?',
  'Title: {Great <product>|Not worth it}\n{Product review|Review}: <said> <said>\nWhat is the {rating|sentiment} of {this|the} review? Options: 1, 2, 3, 4, 5',
  '{Generate|Write|Make up} a {question|headline|summary|short description|title} for this {text|article|passage}: <said> <said> <said>',
  '{Problem|Exercise}: {reverse the string|remove the vowels from the word|count the letters of}: {hqzwkl|garden|TRxoP}\n{Solution|Answer}:',
  'Which sentence is {an adequate translation|true|more formal}?\n(A) <said>\n(B) <said>',
  'Use the following {words|concepts} to write a sentence: {dog, ball, throw|river, boat, row|bread, oven, bake}',
  'Let me {ask|tell} you {a riddle|something}: <said> How would {<name>|the writer} feel {as a result|afterwards}?',
  'Write {the|a} program in {Python|C|Java|Rust} that {prints the first n numbers|reads a file line by line|checks the input}. n = <num>',
  'Determine {whether|if} the {deduction|argument}, {explicitly|only} from the {stated premises|facts}, is valid or invalid: "{Every|No} <name> who is a {cook|judge} is {also |}a {singer|friend of <name>}. It follows that someone is both."',
]

const ENDINGS: readonly string[] = [
  '',
  '',
  ' Your answer {should|must} be {short|one word|in English|a single letter}.',
  ' {Only|Just} {give|output|write} the {answer|label|letter}.',
  " Let's think step by step.",
  ' Do not {explain|repeat the question|use more than <num> words}.',
  '\nInput: <said>\nOutput:',
  '\nExample: <said> -> {Yes|No}\nNow: <said> ->',
]

/** One task with its text. */
export function taskPrompt(random: Random): string {
  return expand(random, pick(random, DEFINITIONS) + pick(random, ENDINGS), SLOTS)
}
