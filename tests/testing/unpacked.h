// Test data that lie gzipped in the tree, unpacked where a test can use them.
#pragma once

#include <filesystem>
#include <string>

namespace myoseg::testing {

// The bytes of one gzipped file.
[[nodiscard]] std::string unpacked(const std::filesystem::path& file);
// Every NAME.gz below `from` becomes NAME below `to`, in the same folders; other files are copied.
void unpack_folder(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace myoseg::testing
