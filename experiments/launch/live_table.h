// Lines that are redrawn in place on a terminal; elsewhere nothing is shown, since log lines tell
// what begins and ends.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace myoseg {

class LiveTable {
 public:
  LiveTable();
  ~LiveTable() { clear(); }
  LiveTable(const LiveTable&) = delete;
  LiveTable& operator=(const LiveTable&) = delete;

  // Draws at most a few times a second; lines longer than the terminal is wide are cut.
  void show(const std::vector<std::string>& lines);
  // Takes the lines away, so that something else can be printed.
  void clear();

 private:
  bool terminal_;
  std::size_t drawn_ = 0;
  std::chrono::steady_clock::time_point shown_;
};

}  // namespace myoseg
