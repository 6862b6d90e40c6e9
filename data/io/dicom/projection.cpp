#include "data/io/dicom/projection.h"

#include <cmath>
#include <string_view>

#include "data/io/formats/picture.h"

namespace myoseg {
namespace {

using Vector = std::array<double, 3>;
using Spacing = std::array<double, 2>;  // between rows, between columns; mm

constexpr std::uint32_t kOrientation = 0x00200020, kPixelSpacing = 0x00280030,
                        kCalibration = 0x00280A02, kImagerSpacing = 0x00181164,
                        kMagnification = 0x00181114;

// The main direction of a code like "LF", in LPS; zero for what is none.
Vector direction_of(std::string_view code) {
  switch (code.empty() ? ' ' : code.front()) {
    case 'L':
      return {1, 0, 0};
    case 'R':
      return {-1, 0, 0};
    case 'P':
      return {0, 1, 0};
    case 'A':
      return {0, -1, 0};
    case 'H':
      return {0, 0, 1};
    case 'F':
      return {0, 0, -1};
    default:
      return {};
  }
}

void turn(Geometry& g, std::string_view text) {
  const auto bar = text.find('\\');
  if (bar == std::string_view::npos) return;
  const Vector row = direction_of(text.substr(0, bar)), column = direction_of(text.substr(bar + 1));
  const Vector normal{row[1] * column[2] - row[2] * column[1],
                      row[2] * column[0] - row[0] * column[2],
                      row[0] * column[1] - row[1] * column[0]};
  if (normal == Vector{}) return;
  for (std::size_t r = 0; r < 3; ++r) {
    g.direction[3 * r] = row[r];
    g.direction[3 * r + 1] = column[r];
    g.direction[3 * r + 2] = normal[r];
  }
}

std::optional<Spacing> spacing_at(const DicomFile& file, std::uint32_t tag) {
  const auto found = file.decimals<2>(tag);
  const auto usable = [](double mm) { return mm > 0 && std::isfinite(mm); };
  return found && usable((*found)[0]) && usable((*found)[1]) ? found : std::nullopt;
}

bool same(const Spacing& a, const Spacing& b) {
  return std::abs(a[0] - b[0]) <= 1e-4 * b[0] && std::abs(a[1] - b[1]) <= 1e-4 * b[1];
}

}  // namespace

Geometry projection_grid(const DicomFile& file, const DicomPixels& pixels) {
  Geometry g = front_view(pixels.columns, pixels.rows);
  turn(g, file.text(kOrientation));
  const auto spacing = spacing_at(file, kPixelSpacing), imager = spacing_at(file, kImagerSpacing);
  const bool calibrated =
      spacing && (!file.text(kCalibration).empty() || !imager || !same(*spacing, *imager));
  const auto magnification = file.decimal(kMagnification);
  double factor = 1;
  if (calibrated) {
    g.pixel_size = PixelSize::stated;
  } else if (imager) {
    const bool known = magnification && *magnification >= 1 && *magnification < 10;
    g.pixel_size = known ? PixelSize::corrected : PixelSize::detector;
    if (known) factor = *magnification;
  }
  if (const auto& mm = calibrated ? spacing : imager)
    g.spacing = {(*mm)[1] / factor, (*mm)[0] / factor, 1};
  return g;
}

}  // namespace myoseg
