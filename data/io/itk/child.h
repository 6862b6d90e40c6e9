// Work on untrusted files done in a child process: a library that aborts, hangs or prints there
// takes nothing else with it. read_in_child: inside data/ only.
#pragma once

#include <functional>
#include <shared_mutex>
#include <string>
#include <type_traits>

#include "data/volume.h"

namespace myoseg {

// Held shared by whoever calls into ITK here, held alone for the moment of a fork: the child must
// not inherit a lock that another thread of the parent will never release for it.
[[nodiscard]] std::shared_mutex& library_mutex();

// To be called between steps: says that the work goes on, returns what libraries have printed
// since.
using Checkpoint = std::function<std::string()>;

// Calls `read` in a child process and returns what it returned. Its Error is rethrown here; when
// the child crashes, takes more than half a minute of processor time or two minutes in all between
// two checkpoints, or more memory than it has, Error(bad_data) says so of `subject`; Error(failed)
// after end_children(). The child ends with the thread that waits for it. T is float or
// std::uint8_t.
template <class T>
using ChildWork = std::function<Volume<T>(const Checkpoint&)>;
template <class T = float>
[[nodiscard]] Volume<T> read_in_child(const std::string& subject,
                                      const std::type_identity_t<ChildWork<T>>& read);

// In a child: what it may take of memory from now on, beside what a decoder needs for a frame. What
// goes beyond is std::bad_alloc, or a decoder's failure.
void limit_memory(std::size_t bytes);

// Ends all children and the wait for them, now and later: for the handler of a signal that asks the
// program to stop. Nothing but what POSIX allows there.
void end_children() noexcept;

}  // namespace myoseg
