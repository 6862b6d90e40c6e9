// Stands in for the two files that need ITK, whose headers Debian has for GCC alone: fuzz targets
// write nothing, and TIFF is read by a library in a process of its own.
#include "core/error.h"
#include "data/io/itk/itk.h"

namespace myoseg::itk_io {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw data_error("{}: is not read or written without ITK", file.string());
}

}  // namespace

Image read_tiff(const std::filesystem::path& file) { refuse(file); }
void write_file(const std::filesystem::path& file, const Geometry&, Stored, const void*,
                const std::map<std::string, std::string>&) {
  refuse(file);
}
void write_png(const std::filesystem::path& file, int, int, const std::vector<std::uint8_t>&) {
  refuse(file);
}
void write_grey(const std::filesystem::path& file, std::int64_t, std::int64_t,
                const std::vector<std::uint8_t>&) {
  refuse(file);
}
void write_grey(const std::filesystem::path& file, std::int64_t, std::int64_t,
                const std::vector<std::uint16_t>&) {
  refuse(file);
}

}  // namespace myoseg::itk_io
