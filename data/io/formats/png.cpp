// PNG (ISO/IEC 15948) by libpng: what is read of it, and the values as they are stored.
#include <png.h>

#include <array>
#include <bit>
#include <csetjmp>
#include <cstring>
#include <new>
#include <string_view>

#include "core/error.h"
#include "core/files.h"
#include "data/io/formats/picture.h"
#include "data/io/formats/unpack.h"

namespace myoseg {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::int64_t kMostPixels = std::int64_t{1} << 28;
// libpng's words for an image that its stream ends in, and for a stream that goes on after it.
constexpr const char* kTooShort = "Not enough image data";
constexpr const char* kTooLong = "Too much image data";

// The bytes that libpng has not taken yet, and why it gave up. No std::string: libpng leaves by
// longjmp, which runs no destructor.
struct Source {
  Bytes left;
  std::array<char, 128> complaint{};
};

void take(png_structp png, png_bytep out, std::size_t size) {
  Bytes& left = static_cast<Source*>(png_get_io_ptr(png))->left;
  if (size > left.size()) png_error(png, kTooShort);
  std::memcpy(out, left.data(), size);
  left = left.subspan(size);
}

[[noreturn]] void give_up(png_structp png, png_const_charp message) {
  auto& complaint = static_cast<Source*>(png_get_error_ptr(png))->complaint;
  std::string_view(message).copy(complaint.data(), complaint.size() - 1);
  png_longjmp(png, 1);
}

void pass_over(png_structp, png_const_charp) {}  // a warning

struct Reader {
  explicit Reader(Bytes bytes) : source{bytes} {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, give_up, pass_over);
    info = png != nullptr ? png_create_info_struct(png) : nullptr;
    if (info != nullptr) return;
    png_destroy_read_struct(&png, nullptr, nullptr);
    throw std::bad_alloc();
  }
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Whether `step`, which must own nothing, came to its end rather than to give_up().
  template <class Step>
  bool completes(Step step) noexcept {
    if (setjmp(png_jmpbuf(png)) != 0) return false;
    step();
    return true;
  }

  [[nodiscard]] bool complained_of(const char* message) const {
    return std::string_view(source.complaint.data()).find(message) != std::string_view::npos;
  }

  Source source;
  png_structp png = nullptr;
  png_infop info = nullptr;
};

[[noreturn]] void refuse(const Reader& reader, const std::string& name) {
  if (reader.complained_of(kTooShort))
    throw data_error("{}: ends early, its picture is not complete; copy or export it again", name);
  if (reader.complained_of(kTooLong))
    throw data_error("{}: holds more than its header promises; export it again", name);
  throw data_error("{}: is damaged ({}); copy or export it again", name,
                   reader.source.complaint.data());
}

// Everything up to the pixels. Only what they need is looked at: chunks that tell of gamma, colour
// profiles or the like change no stored value, and one that is wrong spoils no picture.
bool read_header(Reader& reader) {
  return reader.completes([png = reader.png, info = reader.info, &source = reader.source] {
    png_set_read_fn(png, &source, take);
    png_set_benign_errors(png, 0);  // else a stream that is too long or has a wrong sum is let pass
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    // header_of() has a better sentence for a size that is too large; no chunk exceeds the file.
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_chunk_malloc_max(png, source.left.size());
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    constexpr std::array<png_byte, 5> kAnimation{'a', 'c', 'T', 'L'};
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_ALWAYS, kAnimation.data(), 1);
    png_read_info(png, info);
  });
}

Picture header_of(Reader& reader, const std::string& name) {
  const std::size_t file_bytes = reader.source.left.size();
  const bool complete = read_header(reader);
  const png_structp png = reader.png;
  const png_infop info = reader.info;
  if (png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE)
    throw data_error("{}: has a palette of colours; export the image in grey", name);
  if (!complete) refuse(reader, name);
  Picture p;
  p.width = png_get_image_width(png, info), p.height = png_get_image_height(png, info);
  p.bits = png_get_bit_depth(png, info), p.samples = png_get_channels(png, info);
  if (p.width > kMostPixels / p.height)
    throw data_error("{}: has {} x {} pixels by its header, which is no picture that is read", name,
                     p.width, p.height);
  if (p.bits != 8 && p.bits != 16)
    throw data_error("{}: has {} bits a value; pictures of 8 and 16 bits are read", name, p.bits);
  png_unknown_chunkp animation = nullptr;
  if (png_get_unknown_chunks(png, info, &animation) > 0)
    throw data_error("{}: is an animated PNG; give one picture", name);
  if (p.bytes() / kLargestRatio > file_bytes)
    throw data_error(
        "{}: ends early: its header promises {} x {} pixels, which {} bytes cannot hold", name,
        p.width, p.height, file_bytes);
  return p;
}

// All rows into `out`, samples of 16 bits in this machine's order.
bool read_pixels(Reader& reader, const Picture& p, std::span<std::byte> out) {
  const std::size_t rows = static_cast<std::size_t>(p.height), row_bytes = out.size() / rows;
  return reader.completes([png = reader.png, info = reader.info, rows, row_bytes,
                           first = reinterpret_cast<png_bytep>(out.data())] {
    const int passes = png_set_interlace_handling(png);
    if constexpr (std::endian::native == std::endian::little) png_set_swap(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != row_bytes) png_error(png, "rows of another length");
    for (int pass = 0; pass < passes; ++pass)
      for (std::size_t row = 0; row < rows; ++row)
        png_read_row(png, first + row * row_bytes, nullptr);
    png_read_end(png, nullptr);
  });
}

}  // namespace

Image read_png(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  const std::string name = file.string();
  constexpr std::size_t kSignature = 8;
  const Bytes bytes = mapped.bytes();
  if (bytes.size() < kSignature ||
      png_sig_cmp(reinterpret_cast<png_const_bytep>(bytes.data()), 0, kSignature) != 0)
    throw data_error("{}: is named like a PNG but is none", name);
  Reader reader(bytes);
  const Picture picture = header_of(reader, name);
  std::vector<std::byte> values(picture.bytes());
  if (!read_pixels(reader, picture, values)) refuse(reader, name);
  return grey_image(picture, values, name);
}

}  // namespace myoseg
