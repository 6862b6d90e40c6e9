// GDCM's codecs for JPEG and JPEG 2000 (with HTJ2K), called for one frame each: what GDCM makes of
// a header is of no interest. CharLS for JPEG-LS, without GDCM around it, which takes a failure of
// CharLS for success. Run lengths are read by this program.
#include <charls/charls.h>
#include <gdcmJPEG2000Codec.h>
#include <gdcmJPEGCodec.h>
#include <gdcmSequenceOfFragments.h>

#include <bit>
#include <memory>
#include <optional>

#include "core/error.h"
#include "data/io/itk/decode.h"

namespace myoseg::itk_io {
namespace {

using Bytes = std::vector<std::byte>;

// What libjpeg prints, and no more than prints, when it fills damaged data with grey.
bool complains(const std::string& printed) {
  return printed.find("Corrupt JPEG") != std::string::npos ||
         printed.find("Premature end of JPEG") != std::string::npos;
}

std::size_t bytes_of_sample(int bits) { return bits <= 8 ? 1 : bits <= 16 ? 2 : 4; }

std::unique_ptr<gdcm::ImageCodec> codec_of(const FrameStream& kind) {
  if (kind.compression == Compression::jpeg_2000) return std::make_unique<gdcm::JPEG2000Codec>();
  return std::make_unique<gdcm::JPEGCodec>();
}

std::optional<Bytes> by_gdcm(const FrameStream& kind, std::span<const std::byte> stream) {
  const auto codec = codec_of(kind);
  const unsigned size[3] = {static_cast<unsigned>(kind.columns), static_cast<unsigned>(kind.rows),
                            1};
  const auto bits = static_cast<unsigned short>(kind.bits);
  const auto allocated = static_cast<unsigned short>(8 * bytes_of_sample(kind.bits));
  codec->SetNumberOfDimensions(2);
  codec->SetDimensions(size);
  codec->SetPlanarConfiguration(0);
  codec->SetPhotometricInterpretation(gdcm::PhotometricInterpretation::MONOCHROME2);
  codec->SetPixelFormat(gdcm::PixelFormat(1, allocated, bits, static_cast<unsigned short>(bits - 1),
                                          kind.is_signed ? 1 : 0));
  const auto fragments = gdcm::SequenceOfFragments::New();
  gdcm::Fragment fragment;
  fragment.SetByteValue(reinterpret_cast<const char*>(stream.data()),
                        gdcm::VL(static_cast<std::uint32_t>(stream.size())));
  fragments->AddFragment(fragment);
  gdcm::DataElement in(gdcm::Tag(0x7FE0, 0x10)), out;
  in.SetVR(gdcm::VR::OB);
  in.SetValue(*fragments);
  if (!codec->Decode(in, out) || out.GetByteValue() == nullptr) return std::nullopt;
  const auto* first = reinterpret_cast<const std::byte*>(out.GetByteValue()->GetPointer());
  return Bytes(first, first + out.GetByteValue()->GetLength());
}

std::optional<Bytes> by_charls(std::span<const std::byte> stream) {
  try {
    charls::jpegls_decoder decoder;
    decoder.source(stream.data(), stream.size());
    decoder.read_header();  // over a header of SPIFF, which DICOM does not know
    Bytes out(decoder.destination_size());
    decoder.decode(out.data(), out.size());
    return out;
  } catch (const charls::jpegls_error&) {
    return std::nullopt;
  }
}

// Samples of `from` bytes to ones of `to`; numbers with a sign keep it.
Bytes widened(const Bytes& in, std::size_t from, std::size_t to, bool is_signed) {
  if (from == to) return in;
  static_assert(std::endian::native == std::endian::little, "the low byte comes first");
  const std::size_t count = in.size() / from;
  Bytes out(count * to);
  for (std::size_t i = 0; i < count; ++i) {
    const bool negative = is_signed && (in[(i + 1) * from - 1] & std::byte{0x80}) != std::byte{0};
    for (std::size_t b = 0; b < to; ++b)
      out[i * to + b] = b < from ? in[i * from + b] : (negative ? std::byte{0xFF} : std::byte{0});
  }
  return out;
}

// One byte a pixel to one bit.
Bytes packed(const Bytes& in) {
  Bytes out((in.size() + 7) / 8);
  for (std::size_t i = 0; i < in.size(); ++i)
    if (in[i] != std::byte{0}) out[i / 8] |= std::byte{1} << (i % 8);
  return out;
}

}  // namespace

std::vector<std::byte> decode_frame(const FrameStream& kind, const DicomPixels& pixels,
                                    std::span<const std::byte> stream, const std::string& name,
                                    const Checkpoint& checkpoint) {
  if (kind.compression == Compression::run_lengths) return unpack_run_lengths(pixels, stream);
  (void)checkpoint();  // what was printed so far is about other frames
  auto decoded =
      kind.compression == Compression::jpeg_ls ? by_charls(stream) : by_gdcm(kind, stream);
  const std::size_t sample = bytes_of_sample(kind.bits);
  const auto samples = static_cast<std::size_t>(pixels.frame_values());
  const std::size_t size = samples * sample;
  if (decoded && decoded->size() == size + size % 2) decoded->resize(size);  // GDCM pads
  if (complains(checkpoint()) || !decoded || decoded->size() != size)
    throw data_error(
        "{}: its compressed pixels are damaged or cannot be decoded; export the scan again", name);
  if (pixels.allocated == 1) return packed(*decoded);
  return widened(*decoded, sample, static_cast<std::size_t>(pixels.allocated / 8), kind.is_signed);
}

}  // namespace myoseg::itk_io
