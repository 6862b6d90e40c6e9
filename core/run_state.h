// How far a run, or one of its jobs, has come.
#pragma once

#include <array>
#include <string_view>

#include "core/choice.h"

namespace myoseg {

enum class RunState {
  done,
  running,
  pending,  // in a cluster's queue
  failed,
  stopped,  // of a run: some of its jobs are done; of a job: interrupted
  open,     // nothing is done yet
};
constexpr std::array<std::string_view, 6> choice_names(RunState) {
  return {"done", "running", "pending", "failed", "stopped", "open"};
}

}  // namespace myoseg
