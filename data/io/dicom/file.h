// The elements of a DICOM file, walked one by one (PS3.5, section 7). No library: what a header
// says is read as it stands, so that it can be held against the file and against what a decoder
// returns. Inside data/ only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace myoseg {

// A tag is group << 16 | element. Views point into the bytes that were read, or into `inflated`.
struct DicomFile {
  bool dicom = false;         // false: these bytes are no DICOM file
  std::string syntax;         // transfer syntax UID; "" when the file names none
  bool big_endian = false;    // of the elements and of native pixels
  std::string damage;         // what is wrong with the file as a whole; "" for nothing
  bool has_pixels = false;    // Pixel Data of the image itself, not of an icon in a sequence
  bool encapsulated = false;  // Pixel Data lie in fragments, compressed
  bool words = false;         // native Pixel Data are 16-bit words (OW)
  std::vector<std::span<const std::byte>> pixels;  // native: one view; else the fragments
  std::map<std::uint32_t, std::span<const std::byte>> elements;  // outermost; sequences are empty
  std::shared_ptr<const std::vector<std::byte>> inflated;        // of the deflated transfer syntax

  [[nodiscard]] bool has(std::uint32_t tag) const { return elements.contains(tag); }
  // "" when the element is missing; padding is cut off.
  [[nodiscard]] std::string text(std::uint32_t tag) const;
  // A 16-bit number (US); nothing when the element is missing or has another length.
  [[nodiscard]] std::optional<int> number(std::uint32_t tag) const;
  // N decimals (DS, IS) separated by backslashes; nothing when the text is anything else.
  template <std::size_t N>
  [[nodiscard]] std::optional<std::array<double, N>> decimals(std::uint32_t tag) const {
    std::array<double, N> out{};
    return parse(tag, out) ? std::optional(out) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> decimal(std::uint32_t tag) const;

 private:
  [[nodiscard]] bool parse(std::uint32_t tag, std::span<double> out) const;
};

// Never throws for what the bytes hold: `damage` says it. Files without the 128 bytes of preamble
// are known by their first element. At most 1 GiB is inflated.
[[nodiscard]] DicomFile parse_dicom(std::span<const std::byte> bytes);

// Objects that stand beside scans in an export and hold no pixels: reports, presentation states,
// registrations, documents, waveforms, radiotherapy structures and plans.
[[nodiscard]] bool is_companion(const DicomFile& file);

}  // namespace myoseg
