/** What commander's help says in words of its own, said in the language of the command. */
import type { Command, HelpConfiguration, Option } from 'commander'
import type { Shell } from './shell.ts'
import type { TextKey } from './texts.ts'

const TITLES: Readonly<Record<string, TextKey>> = {
  'Usage:': 'help.titleUsage',
  'Arguments:': 'help.titleArguments',
  'Options:': 'help.titleOptions',
  'Global Options:': 'help.titleGlobalOptions',
  'Commands:': 'help.titleCommands',
}

/** How the help of `command` is written: a command without a longer text says its summary. */
export function helpOf(command: Command, shell: Shell): HelpConfiguration {
  return {
    showGlobalOptions: command.parent !== null && command.commands.length === 0,
    styleTitle: (title) => {
      const key = TITLES[title]
      return key === undefined ? title : shell.say(key)
    },
    commandDescription: (one) => one.description() || one.summary(),
    optionDescription: (option) => optionText(option, shell),
  }
}

/** The text of an option with its words and what it is when left out. */
function optionText(option: Option, { say, language }: Shell): string {
  const { argChoices: words, defaultValue, defaultValueDescription: described } = option
  const isTold = defaultValue !== undefined && (option.required || option.optional)
  const value = described ?? [defaultValue].flat().join(', ')
  return [
    option.description,
    ...(words === undefined ? [] : [say('help.choices', { words: words.join(', ') })]),
    ...(isTold ? [say('help.default', { value })] : []),
  ].join(language === 'zh' ? '' : ' ')
}
