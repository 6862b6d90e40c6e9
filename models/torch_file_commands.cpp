// What no file of weights asks for.
#include <algorithm>
#include <array>
#include <string_view>

#include "core/error.h"
#include "models/torch_file_tensors.h"

namespace myoseg {
namespace {

// Modules through which a pickle can reach the system; no file of weights needs any of them.
constexpr std::array<std::string_view, 14> kDangerous{
    "os",    "posix", "nt",       "subprocess", "sys",    "shutil",    "socket",
    "runpy", "pty",   "commands", "webbrowser", "ctypes", "importlib", "platform"};
constexpr std::array<std::string_view, 12> kDangerousBuiltins{
    "builtins.eval",       "builtins.exec",     "builtins.compile",       "builtins.open",
    "builtins.__import__", "builtins.execfile", "__builtin__.eval",       "__builtin__.exec",
    "__builtin__.compile", "__builtin__.open",  "__builtin__.__import__", "__builtin__.execfile"};

template <class List>
bool has(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

void refuse_commands(const Pickle& pickle, const std::string& file) {
  for (const PickleValue& value : pickle.values)
    if (value.kind == PickleValue::Kind::global &&
        (has(kDangerous, std::string_view(value.text).substr(0, value.text.find('.'))) ||
         has(kDangerousBuiltins, value.text)))
      throw data_error(
          "{}: asks whoever opens it to run '{}', so it is no mere file of weights but made to do "
          "harm; nothing of it was run, do not open it with Python",
          file, value.text);
}

}  // namespace myoseg
