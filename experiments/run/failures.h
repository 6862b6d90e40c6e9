// Work on many items, of which a bad one does not end the others.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace myoseg {

class Failures {
 public:
  // Does the work on one item. Its Error(bad_data), or that it does not fit into memory, is kept
  // under the item's name and logged; every other error, such as a full disk, is thrown on. Threads
  // may share this.
  bool survives(const std::string& item, const std::function<void()>& work);
  void add(const std::string& item, const std::string& sentence);

  [[nodiscard]] std::size_t count() const { return sentences_.size(); }
  [[nodiscard]] bool has(const std::string& item) const { return sentences_.contains(item); }
  // Of an item that has failed.
  [[nodiscard]] const std::string& sentence(const std::string& item) const {
    return sentences_.at(item);
  }
  // Error(bad_data) that lists them, when there are any: "2 of 9 scans failed: a: ...; b: ...".
  void throw_if_any(std::size_t all, const std::string& items) const;

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> sentences_;
};

}  // namespace myoseg
