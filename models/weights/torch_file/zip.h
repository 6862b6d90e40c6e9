// The records of a zip archive that are stored as they are, which is how PyTorch writes them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg {

class StoredZip {
 public:
  // `bytes` outlive it. Error(bad_data), starting with `file`, when the archive is damaged or its
  // records do not all fit into the file side by side.
  StoredZip(std::string_view bytes, std::string file);

  // Null when there is none of that name. Error(bad_data) when it is compressed.
  [[nodiscard]] const std::string_view* find(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  [[nodiscard]] std::string_view at(std::uint64_t offset, std::uint64_t size) const;
  [[nodiscard]] std::uint64_t number(std::uint64_t offset, int size) const;
  // Adds the record that the directory describes at `offset`; returns where the next one is.
  std::uint64_t add(std::uint64_t offset);

  std::string_view bytes_;
  std::string file_;
  struct Record {
    std::string_view bytes;
    bool compressed = false;  // the source code in TorchScript files is
  };
  std::map<std::string, Record> records_;
};

}  // namespace myoseg
