// How far a run, or one of its jobs, has come.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace myoseg {

enum class RunState {
  done,
  running,
  failed,
  stopped,  // of a run: some of its jobs are done; of a job: interrupted
  open,     // nothing is done yet
};
constexpr std::array<std::string_view, 5> choice_names(RunState) {
  return {"done", "running", "failed", "stopped", "open"};
}
constexpr std::string_view name_of(RunState state) {
  return choice_names(state)[static_cast<std::size_t>(state)];
}

}  // namespace myoseg
