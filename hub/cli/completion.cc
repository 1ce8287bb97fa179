#include <CLI/CLI.hpp>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/views.h"

namespace depops::hub::cli {
namespace {

// The scripts ask the program itself what can come next, so that they never go stale.
// clang-format off
constexpr const char* kBash = R"sh(_depops() {
  local IFS=$'\n'
  local found="$(depops complete-words -- "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)"
  COMPREPLY=($(compgen -W "$found" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _depops depops
)sh";
constexpr const char* kZsh = R"sh(#compdef depops
_depops() {
  local -a found
  found=(${(f)"$(depops complete-words -- ${words[2,CURRENT-1]} 2>/dev/null)"})
  compadd -a found || _files
}
compdef _depops depops
)sh";
constexpr const char* kFish = R"sh(complete -c depops -a \
  '(depops complete-words -- (commandline -opc)[2..-1] 2>/dev/null)'
)sh";
// clang-format on

CLI::App* below(CLI::App* app, const std::string& word) {
  for (CLI::App* command : app->get_subcommands(nullptr)) {
    if (command->get_name() == word) return command;
  }
  return nullptr;
}

std::string candidates(CLI::App& root, const std::vector<std::string>& words) {
  CLI::App* at = &root;
  std::string path;
  for (const std::string& word : words) {
    CLI::App* next = below(at, word);
    if (next != nullptr) at = next;
    path = at->get_name();
  }
  std::string out;
  for (const CLI::App* command : at->get_subcommands(nullptr)) {
    if (!command->get_group().empty()) out += command->get_name() + "\n";
  }
  const bool kind_next = !words.empty() && words.back() == path && (path == "get" || path == "describe");
  if (kind_next) {
    for (const Kind& kind : kinds()) out += (path == "get" ? kind.plural : kind.singular) + "\n";
  }
  for (CLI::App* app = at; app != nullptr; app = app == &root ? nullptr : &root) {
    for (const CLI::Option* option : app->get_options(nullptr)) {
      for (const std::string& name : option->get_lnames()) out += "--" + name + "\n";
    }
  }
  return out;
}

}  // namespace

void add_completion_commands(CLI::App& app, Session& session, Action& action) {
  auto shell = std::make_shared<std::string>();
  auto words = std::make_shared<std::vector<std::string>>();
  CLI::App* script = app.add_subcommand("completion", "a script that lets your shell complete this command");
  script->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  script->callback([&session, &action, shell] {
    action = [&session, shell] {
      return session.print_text(*shell == "bash" ? kBash : *shell == "zsh" ? kZsh : kFish);
    };
  });
  CLI::App* complete = app.add_subcommand("complete-words", "what can stand after these words")->group("");
  complete->add_option("WORDS", *words);
  complete->callback([&app, &session, &action, words] {
    action = [&app, &session, words] { return session.print_text(candidates(app, *words)); };
  });
}

}  // namespace depops::hub::cli
