// Text headers of images (NRRD, MetaImage): their fields, and the file that one may name for its
// voxels. Inside data/ only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg {

inline constexpr std::size_t kLongestHeader = std::size_t{4} << 20;  // bytes

[[nodiscard]] std::string_view trimmed(std::string_view text);
[[nodiscard]] std::string lower_case(std::string_view text);
[[nodiscard]] std::vector<std::string> words(std::string_view text);

// The lines of a header one after another, without their ends ("\n" or "\r\n").
class HeaderLines {
 public:
  // At most kLongestHeader of `bytes` count.
  explicit HeaderLines(std::span<const std::byte> bytes);
  // False at the end; a last line without an end is one.
  bool next(std::string& line);
  [[nodiscard]] std::size_t position() const { return at_; }  // behind the last line

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// Fields by name; all messages name the image.
class HeaderFields {
 public:
  explicit HeaderFields(std::string image) : image_(std::move(image)) {}
  void add(const std::string& name, std::string_view value);  // Error(bad_data) when it is there
  [[nodiscard]] bool has(const std::string& name) const { return fields_.contains(name); }
  // The value, or "" when the field is missing.
  [[nodiscard]] std::string text(const std::string& name) const;
  // As many numbers as `count` (`nan` is one), none when the field is missing.
  [[nodiscard]] std::vector<double> numbers(const std::string& name, std::size_t count) const;
  // Whole numbers from `least` on.
  [[nodiscard]] std::vector<std::int64_t> wholes(const std::string& name, std::size_t count,
                                                 std::int64_t least) const;
  [[nodiscard]] std::int64_t whole(const std::string& name, std::int64_t least,
                                   std::int64_t otherwise) const;

 private:
  [[nodiscard]] std::vector<std::string> parts(const std::string& name, std::size_t count) const;

  std::string image_;
  std::map<std::string, std::string> fields_;
};

// One number, all of `text`; Error(bad_data) naming `image` and the field otherwise.
[[nodiscard]] double number_of(const std::string& image, const std::string& field,
                               std::string_view text);

// The file beside or below `header` that it names for its voxels. Error(bad_data) for absolute
// names, "..", links that lead out of the header's folder, lists, patterns and the header itself.
[[nodiscard]] std::filesystem::path voxel_file(const std::filesystem::path& header,
                                               const std::string& name);

}  // namespace myoseg
