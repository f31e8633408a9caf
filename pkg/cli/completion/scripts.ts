/** Each script asks `plush __complete WORD ...` for the words that may stand in place of the last one. */
export const completionScripts: Readonly<Record<string, string>> = {
  bash: `# bash completion for plush: source <(plush completion bash)
_plush() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" line
  COMPREPLY=()
  # "=" parts words in bash: a value after it is completed by itself.
  [[ "$cur" == "=" ]] && cur=""
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(plush __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == ":files" ]]; then
    COMPREPLY=()
    compopt -o default
  elif [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == *[/,=] ]]; then
    compopt -o nospace
  fi
}
complete -F _plush plush
`,
  zsh: `#compdef plush
# zsh completion for plush: source <(plush completion zsh)
_plush() {
  local -a words_found
  words_found=("\${(@f)$(plush __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "\${words_found[1]}" == ":files" ]]; then
    _files
  else
    compadd -Q -S '' -- \${words_found:#*[^/,=]}
    compadd -Q -- \${words_found:#*[/,=]}
  fi
}
compdef _plush plush
# Loaded from fpath, zsh calls the file itself for the first completion.
[[ "\${funcstack[1]}" == "_plush" ]] && _plush
`,
  fish: `# fish completion for plush: plush completion fish | source
function __plush_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (plush __complete -- $words[2..-1] 2>/dev/null)
  if test "$found" = ":files"
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $found
  end
end
complete -c plush -f -a '(__plush_complete)'
`,
};
