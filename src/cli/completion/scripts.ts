/** What `suan completion` prints: each shell asks the hidden `suan __complete` for the candidates. */
export const SCRIPTS = {
  bash: `_suan() {
  local IFS=$'\\n'
  COMPREPLY=( $(suan __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) )
}
complete -o default -F _suan suan
`,
  zsh: `#compdef suan
_suan() {
  local -a found
  found=("\${(@f)$(suan __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _suan suan
`,
  fish: `complete -c suan -f -a '(suan __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
} as const
export type ShellName = keyof typeof SCRIPTS
