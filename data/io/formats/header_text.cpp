#include "data/io/formats/header_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>

#include "core/error.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kBlank = " \t\r";

template <class T>
bool parse(std::string_view text, T& value) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool plain_name(const std::string& name) {
  return !name.empty() && name.find('%') == std::string::npos &&
         std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return std::iscntrl(c) != 0; });
}

bool inside(const fs::path& file, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first ==
         folder.end();
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(kBlank);
  if (from == std::string_view::npos) return "";
  return text.substr(from, text.find_last_not_of(kBlank) - from + 1);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
    const auto end = std::min(text.find_first_of(kBlank), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

HeaderLines::HeaderLines(std::span<const std::byte> bytes)
    : text_(reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kLongestHeader)) {}

bool HeaderLines::next(std::string& line) {
  if (at_ >= text_.size()) return false;
  const auto end = std::min(text_.find('\n', at_), text_.size());
  line = text_.substr(at_, end - at_);
  if (line.ends_with('\r')) line.pop_back();
  at_ = std::min(end + 1, text_.size());
  return true;
}

void HeaderFields::add(const std::string& name, std::string_view value) {
  if (!fields_.emplace(name, trimmed(value)).second)
    throw data_error("{}: its header says '{}' twice; correct or export it again", image_, name);
}

std::string HeaderFields::text(const std::string& name) const {
  const auto found = fields_.find(name);
  return found == fields_.end() ? "" : found->second;
}

std::vector<std::string> HeaderFields::parts(const std::string& name, std::size_t count) const {
  if (!has(name)) return {};
  auto values = words(text(name));
  if (values.size() != count)
    throw data_error("{}: its header's '{}' has {} values where {} are expected", image_, name,
                     values.size(), count);
  return values;
}

std::vector<double> HeaderFields::numbers(const std::string& name, std::size_t count) const {
  std::vector<double> out;
  for (const auto& value : parts(name, count)) out.push_back(number_of(image_, name, value));
  return out;
}

std::vector<std::int64_t> HeaderFields::wholes(const std::string& name, std::size_t count,
                                               std::int64_t least) const {
  std::vector<std::int64_t> out;
  for (const auto& value : parts(name, count)) {
    std::int64_t n = 0;
    if (!parse(value, n) || n < least)
      throw data_error("{}: its header's '{}' is '{}', not a whole number from {} on", image_, name,
                       value, least);
    out.push_back(n);
  }
  return out;
}

std::int64_t HeaderFields::whole(const std::string& name, std::int64_t least,
                                 std::int64_t otherwise) const {
  return has(name) ? wholes(name, 1, least).front() : otherwise;
}

double number_of(const std::string& image, const std::string& field, std::string_view text) {
  double value = 0;
  if (!parse(text, value))
    throw data_error("{}: its header's '{}' holds '{}', which is no number", image, field, text);
  return value;
}

fs::path voxel_file(const fs::path& header, const std::string& name) {
  const auto refuse = [&](const std::string& why) {
    return data_error("{}: its header names '{}' for its voxels, {}", header.string(), name, why);
  };
  if (!plain_name(name))
    throw data_error(
        "{}: its header names no single file for its voxels (patterns are not read); save the "
        "image "
        "as one file",
        header.string());
  if (lower_case(words(name).front()) == "list")
    throw refuse("a list of files, which is not read; save the image as one file");
  const fs::path relative(name);
  if (relative.is_absolute() ||
      std::find(relative.begin(), relative.end(), fs::path("..")) != relative.end())
    throw refuse("which is not beside or below it; put both into one folder");
  std::error_code error;
  const fs::path folder = header.has_parent_path() ? header.parent_path() : fs::path(".");
  const fs::path real_folder = fs::canonical(header, error).parent_path();
  fs::path file = folder / relative;
  if (!fs::exists(file, error)) file = real_folder / relative;  // the header itself may be a link
  const fs::path real = fs::canonical(file, error);
  if (error) throw refuse("which does not exist or cannot be reached");
  if (!inside(real, fs::canonical(folder, error)) && !inside(real, real_folder))
    throw refuse("a link that leads out of its folder; put both into one folder");
  if (fs::equivalent(file, header, error)) throw refuse("which is the header itself");
  return file;
}

}  // namespace myoseg
