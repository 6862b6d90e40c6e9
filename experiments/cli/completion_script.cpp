// The scripts that bash and zsh load.
#include "core/error.h"
#include "core/names.h"
#include "experiments/cli/completion.h"

namespace myoseg {
namespace {

// bash breaks words at '=' and ':'. They are put together again here, and what stands before the
// last of these characters is taken off the answers, because bash replaces only what follows it.
constexpr std::string_view kBash =
    R"(# Completion of myoseg in bash:  source <(myoseg completion bash)
_myoseg() {
  local rest=${COMP_LINE:0:COMP_POINT} joined=() piece ahead i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    ahead=${rest#"${rest%%[![:space:]]*}"}
    piece=${COMP_WORDS[i]}
    ((${#piece} > ${#ahead})) && piece=$ahead
    if [[ ${#joined[@]} -eq 0 || $ahead != "$rest" ]]; then
      joined+=("$piece")
    else
      joined[${#joined[@]} - 1]+=$piece
    fi
    rest=${ahead#"$piece"}
  done
  local word=${joined[${#joined[@]} - 1]} breaks= taken=
  [[ $COMP_WORDBREAKS == *=* ]] && breaks+='='
  [[ $COMP_WORDBREAKS == *:* ]] && breaks+=':'
  [[ -n $breaks && $word == *["$breaks"]* ]] && taken=${word%"${word##*["$breaks"]}"}

  COMPREPLY=()
  local answer open=1
  while IFS= read -r answer; do
    if [[ $answer == @files ]]; then
      compopt -o filenames 2>/dev/null
      open=
      while IFS= read -r answer; do COMPREPLY+=("$answer"); done < <(compgen -f -- "${word##*=}")
      break
    fi
    [[ $answer == *[=.] ]] || open=
    COMPREPLY+=("${answer#"$taken"}")
  done < <("${COMP_WORDS[0]}" completion words -- "${joined[@]:1}" 2>/dev/null)
  [[ -n $open ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _myoseg myoseg
)";

constexpr std::string_view kZsh = R"(# Completion of myoseg in zsh:  source <(myoseg completion zsh)
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
_myoseg() {
  local -a answers unfinished finished
  local answer
  answers=("${(@f)$("${(Q)words[1]}" completion words -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  for answer in $answers; do
    case $answer in
      (@files) compset -P '*='; _files; return ;;
      (*[=.]) unfinished+=("$answer") ;;
      (?*) finished+=("$answer") ;;
    esac
  done
  (( $#unfinished )) && compadd -S '' -- $unfinished
  (( $#finished )) && compadd -- $finished
  return 0
}
compdef _myoseg myoseg
)";

}  // namespace

std::string completion_script(const std::string& shell) {
  if (shell == "bash") return std::string(kBash);
  if (shell == "zsh") return std::string(kZsh);
  const std::vector<std::string> known{"bash", "zsh"};
  throw usage_error("there is no completion for the shell '{}'{}; there is one for {}", shell,
                    did_you_mean(shell, known), join(known, " and "));
}

}  // namespace myoseg
