// Which process on which machine this is, for what outlives it in shared folders.
#pragma once

#include <string>

namespace myoseg {

[[nodiscard]] std::string host_name();
// The same text for processes that see each other's numbers (one host, boot and PID namespace);
// 8 hexadecimal digits.
[[nodiscard]] const std::string& machine_id();
// When a process started, in ticks since boot, since its number may belong to another one later.
// Empty when there is no such process here.
[[nodiscard]] std::string process_start(int pid);

}  // namespace myoseg
