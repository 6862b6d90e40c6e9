// Work on untrusted files done in a child process: a library that aborts, hangs or prints there
// takes nothing else with it. read_in_child: inside data/ only.
#pragma once

#include <functional>
#include <shared_mutex>
#include <string>

#include "data/volume.h"

namespace myoseg {

// Held shared by whoever calls into ITK here, held alone for the moment of a fork: the child must
// not inherit a lock that another thread of the parent will never release for it.
[[nodiscard]] std::shared_mutex& library_mutex();

// To be called between steps: says that the work goes on, returns what libraries have printed
// since.
using Checkpoint = std::function<std::string()>;

// Calls `read` in a child process and returns what it returned. Its Error is rethrown here; when
// the child crashes, or more than two minutes pass between two checkpoints, Error(bad_data) says so
// of `subject`; Error(failed) after end_children(). The child ends with the thread that waits for
// it.
[[nodiscard]] Image read_in_child(const std::string& subject,
                                  const std::function<Image(const Checkpoint&)>& read);

// Ends all children and the wait for them, now and later: for the handler of a signal that asks the
// program to stop. Nothing but what POSIX allows there.
void end_children() noexcept;

}  // namespace myoseg
