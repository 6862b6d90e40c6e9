#include "tests/testing/unpacked.h"

#include <zlib.h>

#include <array>
#include <string>

#include "core/error.h"
#include "core/files.h"

namespace myoseg::testing {
namespace fs = std::filesystem;

std::string unpacked(const fs::path& file) {
  const gzFile in = ::gzopen(file.c_str(), "rb");
  if (in == nullptr) throw data_error("{}: cannot be opened", file.string());
  std::string out;
  std::array<char, 65536> part{};
  for (int n = 0; (n = ::gzread(in, part.data(), part.size())) > 0;)
    out.append(part.data(), static_cast<std::size_t>(n));
  ::gzclose(in);
  return out;
}

void unpack_folder(const fs::path& from, const fs::path& to) {
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    if (!entry.is_regular_file()) continue;
    fs::path place = to / fs::relative(entry.path(), from);
    const bool image = entry.path().string().ends_with(".nii.gz");
    if (entry.path().extension() != ".gz" || image)
      write_file(place, read_file(entry.path()));
    else
      write_file(place.replace_extension(""), unpacked(entry.path()));
  }
}

}  // namespace myoseg::testing
