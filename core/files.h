// Whole files in and out; what is written appears under its final name complete or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace myoseg {

[[nodiscard]] std::string read_file(
    const std::filesystem::path& file);  // Error(bad_data) when unreadable

// Written to a temporary name beside `file`, synced, renamed; parent folders are made; a link
// stays, the file that it leads to is written. Error(bad_usage) for a folder, device or pipe,
// Error(failed) with the system's reason ("No space left on device") when writing is not possible;
// then `file` is as it was and nothing is left behind.
void write_file(const std::filesystem::path& file, std::string_view bytes);
// The same for a library that writes by name: `write` is given the temporary name, which keeps
// `file`'s extension(s).
void write_file_with(const std::filesystem::path& file,
                     const std::function<void(const std::filesystem::path&)>& write);

// For every command, before it writes: Error(bad_usage) naming both when an output is one of the
// inputs, by whatever name, link or hard link.
void keep_inputs(std::span<const std::filesystem::path> inputs,
                 std::span<const std::filesystem::path> outputs);

// Removes what processes of this machine that are no more were writing into `folder` when they
// died.
void remove_abandoned(const std::filesystem::path& folder);

// A read-only memory map of a whole file.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& file);  // Error(bad_data) when unreadable
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();
  [[nodiscard]] std::span<const std::byte> bytes() const { return {data_, size_}; }
  // Gives the memory that was read back; whoever reads again has it from the file's cache.
  void release() const;

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace myoseg
