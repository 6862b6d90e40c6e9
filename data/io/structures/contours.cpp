// RTSTRUCT: contours in planes (PS3.3, C.8.8.5 and C.8.8.6), filled on the image's slices. Contours
// of one plane are taken together by the even-odd rule. A slice between two planes whose distance
// is the usual one of its structure is interpolated between their shapes (Raya and Udupa, IEEE TMI
// 9, 1990); beyond the last plane a structure ends halfway to where the next would lie.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "core/files.h"
#include "data/io/dicom/file.h"
#include "data/io/structures/aligned.h"
#include "data/io/structures/kinds.h"
#include "data/io/structures/polygon.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr std::uint32_t kRois = 0x30060020, kRoiNumber = 0x30060022, kRoiFrame = 0x30060024,
                        kRoiName = 0x30060026, kRoiContours = 0x30060039, kContours = 0x30060040,
                        kContourKind = 0x30060042, kContourData = 0x30060050,
                        kReferencedRoi = 0x30060084, kReferencedFrames = 0x30060010,
                        kFrameUid = 0x00200052;
constexpr double kOnSlice = 0.05;  // of a slice's distance: a plane that near lies on the slice

// Contours of one structure by their plane, in slices of the image.
using Planes = std::map<double, std::vector<Polygon>>;

std::optional<int> whole(const DicomItem& item, std::uint32_t tag) {
  const auto value = item.decimal(tag);
  if (!value || *value != std::floor(*value) || std::abs(*value) > 1e9) return std::nullopt;
  return static_cast<int>(*value);
}

// The usual distance of planes, in slices; one where there is a single plane.
double usual_distance(const Planes& planes) {
  std::vector<double> gaps;
  for (auto at = planes.begin(), next = at; at != planes.end() && ++next != planes.end(); ++at)
    gaps.push_back(next->first - at->first);
  if (gaps.empty()) return 1;
  std::nth_element(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2),
                   gaps.end());
  return gaps[gaps.size() / 2];
}

class Filler {
 public:
  Filler(const Planes& planes, const Geometry& grid)
      : planes_(planes), grid_(grid), usual_(usual_distance(planes)) {}

  // The slice's mask: 1 inside.
  [[nodiscard]] std::vector<std::uint8_t> slice(double z) const {
    const auto above = planes_.lower_bound(z);
    const double up = above == planes_.end() ? kNone : above->first - z;
    const double down = above == planes_.begin() ? kNone : z - std::prev(above)->first;
    if (up <= kOnSlice) return filled(above->second);
    if (down <= kOnSlice) return filled(std::prev(above)->second);
    if (up + down <= 1.5 * usual_) return between(*std::prev(above), *above, z);
    const double end = std::min(usual_, 1.0) / 2;
    if (std::min(up, down) <= end + 1e-6)
      return filled((up < down ? above : std::prev(above))->second);
    return {};
  }

 private:
  static constexpr double kNone = 1e30;

  [[nodiscard]] std::vector<std::uint8_t> filled(const std::vector<Polygon>& outlines) const {
    std::vector<std::uint8_t> mask(static_cast<std::size_t>(grid_.size[0] * grid_.size[1]));
    fill_even_odd(outlines, grid_.size[0], grid_.size[1], mask);
    return mask;
  }
  [[nodiscard]] std::vector<float> distances(const std::vector<Polygon>& outlines) const {
    return signed_distance(filled(outlines), grid_.size[0], grid_.size[1], grid_.spacing[0],
                           grid_.spacing[1]);
  }
  [[nodiscard]] std::vector<std::uint8_t> between(const Planes::value_type& a,
                                                  const Planes::value_type& b, double z) const {
    const std::vector<float> from = distances(a.second), to = distances(b.second);
    const auto weight = static_cast<float>((z - a.first) / (b.first - a.first));
    std::vector<std::uint8_t> mask(from.size());
    for (std::size_t i = 0; i < mask.size(); ++i)
      mask[i] = from[i] + (to[i] - from[i]) * weight < 0 ? 1 : 0;
    return mask;
  }

  const Planes& planes_;
  const Geometry& grid_;
  double usual_;
};

class Contours : public StructureSource {
 public:
  explicit Contours(const fs::path& path)
      : name_(path.string()), mapped_(path), file_(parse_dicom(mapped_.bytes())) {
    if (!file_.damage.empty())
      throw data_error("{}: ends early, its contours are not complete; export it again", name_);
    for (const DicomItem& item : file_.items(kRois)) {
      const auto number = whole(item, kRoiNumber);
      if (!number) throw data_error("{}: has a structure without a number", name_);
      std::string name = item.text(kRoiName);
      if (name.empty()) name = fmt::format("ROI {}", *number);
      structures_.push_back({name, *number});
      if (frame_.empty())
        frame_ = item.text(kRoiFrame);
      else if (item.text(kRoiFrame) != frame_ && !item.text(kRoiFrame).empty())
        throw data_error("{}: its structures lie in several frames of reference", name_);
    }
    if (structures_.empty()) throw data_error("{}: holds no structures", name_);
    if (frame_.empty()) frame_ = file_.item(kReferencedFrames).text(kFrameUid);
    for (DicomItem& item : file_.items(kRoiContours))
      if (const auto number = whole(item, kReferencedRoi))
        contours_.insert_or_assign(*number, std::move(item));
  }

  [[nodiscard]] const std::vector<Structure>& structures() const override { return structures_; }
  [[nodiscard]] std::optional<Geometry> grid() const override { return std::nullopt; }
  [[nodiscard]] std::string frame_of_reference() const override { return frame_; }

  void paint(std::size_t structure, const Geometry& grid,
             std::span<std::uint8_t> mask) const override {
    const Planes planes = planes_of(structures_[structure], grid);
    if (planes.empty()) return;
    const Filler filler(planes, grid);
    const auto size = static_cast<std::size_t>(grid.size[0] * grid.size[1]);
    for (std::int64_t z = 0; z < grid.size[2]; ++z) {
      const std::vector<std::uint8_t> slice = filler.slice(static_cast<double>(z));
      const auto out = mask.subspan(static_cast<std::size_t>(z) * size, size);
      for (std::size_t i = 0; i < slice.size(); ++i) out[i] = out[i] | slice[i];
    }
  }

 private:
  [[nodiscard]] Planes planes_of(const Structure& structure, const Geometry& grid) const {
    Planes planes;
    const auto found = contours_.find(structure.number);
    if (found == contours_.end()) return planes;  // named but never drawn
    for (const DicomItem& contour : found->second.items(kContours)) {
      const std::string kind = contour.text(kContourKind);
      if (kind == "POINT" || kind.starts_with("OPEN")) continue;  // marks, which enclose nothing
      const auto [z, polygon] = polygon_of(contour, structure, grid);
      if (!polygon.empty()) plane_at(planes, z).push_back(polygon);
    }
    return planes;
  }

  // Of planes that differ by rounding alone there is one.
  static std::vector<Polygon>& plane_at(Planes& planes, double z) {
    const auto near = planes.lower_bound(z - 1e-2);
    return near != planes.end() && near->first <= z + 1e-2 ? near->second : planes[z];
  }

  [[nodiscard]] std::pair<double, Polygon> polygon_of(const DicomItem& contour,
                                                      const Structure& structure,
                                                      const Geometry& grid) const {
    const auto data = contour.all_decimals(kContourData);
    if (!data || data->size() % 3 != 0)
      throw data_error("{}: a contour of '{}' is no list of points", name_, structure.name);
    Polygon polygon;
    double least = 0, most = 0, sum = 0;
    for (std::size_t i = 0; i < data->size(); i += 3) {
      const auto place = place_in(grid, {(*data)[i], (*data)[i + 1], (*data)[i + 2]});
      least = i == 0 ? place[2] : std::min(least, place[2]);
      most = i == 0 ? place[2] : std::max(most, place[2]);
      sum += place[2];
      polygon.push_back({place[0], place[1]});
    }
    if (polygon.size() < 3) return {0, {}};
    if (most - least > 0.5)
      throw data_error(
          "{}: a contour of '{}' does not lie in a plane of the image's slices but across {:.3g} of "
          "them",
          name_, structure.name, most - least);
    const double z = sum / static_cast<double>(polygon.size());
    require_inside(z, polygon, structure, grid);
    return {z, std::move(polygon)};
  }

  void require_inside(double z, const Polygon& polygon, const Structure& structure,
                      const Geometry& grid) const {
    bool in = z > -1 && z < static_cast<double>(grid.size[2]);
    for (const Point& point : polygon)
      for (std::size_t a = 0; a < 2; ++a)
        in = in && point[a] > -1.5 && point[a] < static_cast<double>(grid.size[a]) + 0.5;
    if (!in)
      throw data_error("{}: a contour of '{}' leaves the image (slice {:.4g} of {})", name_,
                       structure.name, z, grid.size[2]);
  }

  std::string name_;
  MappedFile mapped_;
  DicomFile file_;
  std::vector<Structure> structures_;
  std::map<int, DicomItem> contours_;
  std::string frame_;
};

}  // namespace

std::unique_ptr<StructureSource> open_contours(const fs::path& file) {
  return std::make_unique<Contours>(file);
}

}  // namespace myoseg
