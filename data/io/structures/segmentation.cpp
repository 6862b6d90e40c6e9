// DICOM SEG: binary, fractional (a voxel belongs to a segment from half of the most on) and label
// maps (PS3.3, A.51 and C.8.20).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "data/io/dicom/frames.h"
#include "data/io/dicom/groups.h"
#include "data/io/dicom/values.h"
#include "data/io/itk/itk.h"
#include "data/io/structures/aligned.h"
#include "data/io/structures/kinds.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr std::uint32_t kSegments = 0x00620002, kSegmentNumber = 0x00620004, kLabel = 0x00620005,
                        kType = 0x00620001, kMostFraction = 0x0062000E,
                        kIdentification = 0x0062000A, kReferencedSegment = 0x0062000B;
constexpr std::uint32_t kPadding = 0x00280120;

enum class Kind { binary, fractional, labels };

Kind kind_of(const std::string& name, const std::string& type) {
  if (type == "BINARY") return Kind::binary;
  if (type == "FRACTIONAL") return Kind::fractional;
  if (type == "LABELMAP") return Kind::labels;
  throw data_error("{}: its Segmentation Type is '{}', not BINARY, FRACTIONAL or LABELMAP", name,
                   type);
}

class Segmentation : public StructureSource {
 public:
  explicit Segmentation(const fs::path& path)
      : path_(path), name_(path.string()), mapped_(path), file_(parse_dicom(mapped_.bytes())) {
    if (!file_.damage.empty()) throw data_error("{}: {}", name_, file_.damage);
    if (!file_.has_pixels) throw data_error("{}: is a segmentation without pixels", name_);
    kind_ = kind_of(name_, file_.text(kType));
    pixels_ = pixel_layout(file_, name_);
    require_pixels();
    read_segments();
    slices_ = slice_headers(file_, path);
    if (slices_.size() != static_cast<std::size_t>(pixels_.frames))
      throw data_error("{}: does not say where its frames lie", name_);
    for (const SliceHeader& slice : slices_) planes_.push_back(plane_of(slice));
    const FrameGroups groups(file_);
    for (std::size_t f = 0; f < slices_.size(); ++f) {
      const auto number = groups.of(f, kIdentification).number(kReferencedSegment);
      if (kind_ != Kind::labels && !number)
        throw data_error("{}: does not say which segment its frame {} is of", name_, f + 1);
      segment_of_.push_back(number.value_or(0));
    }
  }

  [[nodiscard]] const std::vector<Structure>& structures() const override { return segments_; }
  [[nodiscard]] std::string frame_of_reference() const override { return file_.text(0x00200052); }
  [[nodiscard]] std::optional<Geometry> grid() const override;
  void paint(std::size_t structure, const Geometry& grid,
             std::span<std::uint8_t> mask) const override;

 private:
  void require_pixels() const {
    const int bits = pixels_.allocated;
    const bool fits = kind_ == Kind::binary       ? bits == 1 || bits == 8
                      : kind_ == Kind::fractional ? bits == 8
                                                  : bits == 8 || bits == 16;
    if (pixels_.samples != 1 || !fits)
      throw data_error("{}: is a segmentation of type {} with {} bits a pixel, which is none",
                       name_, file_.text(kType), bits);
  }

  void read_segments() {
    for (const DicomItem& item : file_.items(kSegments)) {
      const auto number = item.number(kSegmentNumber);
      if (!number) throw data_error("{}: has a segment without a number", name_);
      // Label maps may list their background: 0, or what Pixel Padding Value says.
      if (*number == 0 || (kind_ == Kind::labels && *number == padding())) continue;
      std::string label = item.text(kLabel);
      if (label.empty()) label = fmt::format("segment {}", *number);
      segments_.push_back({label, *number});
    }
    if (segments_.empty()) throw data_error("{}: is a segmentation without segments", name_);
  }

  // A frame as a grid of one slice.
  [[nodiscard]] Geometry plane_of(const SliceHeader& slice) const {
    if (!slice.position || !slice.orientation || !slice.spacing)
      throw data_error("{}: does not say where its {} lies", name_, slice.file);
    const auto& o = *slice.orientation;
    Geometry g;
    g.size = {slice.columns, slice.rows, 1};
    g.spacing = {(*slice.spacing)[1], (*slice.spacing)[0],
                 slice.thickness.value_or(0) > 0 ? *slice.thickness : 1};
    g.origin = *slice.position;
    const double normal[] = {o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5],
                             o[0] * o[4] - o[1] * o[3]};
    for (std::size_t r = 0; r < 3; ++r) {
      g.direction[3 * r] = o[r];
      g.direction[3 * r + 1] = o[3 + r];
      g.direction[3 * r + 2] = normal[r];
    }
    return g;
  }

  // The values of one frame: single bits, bytes or words as one number each.
  [[nodiscard]] std::vector<int> values(std::size_t frame) const;
  [[nodiscard]] bool belongs(int value, int segment) const {
    if (kind_ == Kind::labels) return value == segment && value != padding();
    if (kind_ == Kind::binary) return value != 0;
    const int most = file_.number(kMostFraction).value_or(255);
    return 2 * value >= most;
  }
  [[nodiscard]] bool may_hold(std::size_t frame, int segment) const {
    if (kind_ != Kind::labels) return segment_of_[frame] == segment;
    if (values_of_.empty())  // looked through once for all segments
      for (std::size_t f = 0; f < slices_.size(); ++f) {
        const std::vector<int> all = values(f);
        values_of_.emplace_back(all.begin(), all.end());
      }
    return values_of_[frame].contains(segment);
  }
  // The background of label maps (Supplement 243).
  [[nodiscard]] int padding() const { return file_.number(kPadding).value_or(-1); }

  fs::path path_;
  std::string name_;
  MappedFile mapped_;
  DicomFile file_;
  Kind kind_ = Kind::binary;
  DicomPixels pixels_;
  std::vector<Structure> segments_;
  std::vector<SliceHeader> slices_;
  std::vector<Geometry> planes_;
  std::vector<int> segment_of_;
  mutable std::optional<Volume<std::uint8_t>> decoded_;  // of compressed frames
  mutable std::vector<std::set<int>> values_of_;         // of the frames of a label map
};

std::vector<int> Segmentation::values(std::size_t frame) const {
  const auto count = static_cast<std::size_t>(pixels_.frame_values());
  DicomBytes bytes;
  std::size_t first_bit = 0;
  if (file_.encapsulated) {
    if (!decoded_) decoded_ = itk_io::decode_frames(path_);
    const std::size_t size = decoded_->voxels.size() / slices_.size();
    bytes = std::as_bytes(std::span(decoded_->voxels)).subspan(frame * size, size);
  } else {
    bytes = native_bytes(file_, pixels_, name_);
    first_bit = frame * count * static_cast<std::size_t>(pixels_.allocated);
  }
  std::vector<int> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (pixels_.allocated == 1) {
      const std::size_t bit = first_bit + i;
      out[i] = std::to_integer<int>(bytes[bit / 8] >> (bit % 8) & std::byte{1});
    } else if (pixels_.allocated == 8) {
      out[i] = std::to_integer<int>(bytes[first_bit / 8 + i]);
    } else {
      const std::size_t at = first_bit / 8 + 2 * i;
      const int low = std::to_integer<int>(bytes[at]), high = std::to_integer<int>(bytes[at + 1]);
      out[i] = file_.big_endian ? low << 8 | high : high << 8 | low;
    }
  }
  return out;
}

// The first frame's plane, continued along its normal over all frames.
std::optional<Geometry> Segmentation::grid() const {
  Geometry g = planes_.front();
  std::vector<double> along;
  for (const Geometry& plane : planes_)
    along.push_back(place_in(g, plane.origin)[2] * g.spacing[2]);
  std::vector<double> sorted = along;
  std::sort(sorted.begin(), sorted.end());
  double gap = 0;  // the smallest distance of two planes
  for (std::size_t i = 1; i < sorted.size(); ++i)
    if (const double step = sorted[i] - sorted[i - 1]; step > 1e-3 && (gap == 0 || step < gap))
      gap = step;
  // A thickness that all gaps are whole numbers of is the distance, where planes are left out.
  const double stated = g.spacing[2];
  if (gap == 0 || std::abs(gap / stated - std::round(gap / stated)) < 1e-2) gap = stated;
  const double planes = (sorted.back() - sorted.front()) / gap;
  if (!(planes < 1e5)) throw data_error("{}: its frames lie {:.3g} mm apart", name_, planes * gap);
  for (std::size_t r = 0; r < 3; ++r) g.origin[r] += g.direction[3 * r + 2] * sorted.front();
  g.spacing[2] = gap;
  g.size[2] = std::llround(planes) + 1;
  return g;
}

void Segmentation::paint(std::size_t structure, const Geometry& grid,
                         std::span<std::uint8_t> mask) const {
  const int segment = segments_[structure].number;
  std::int64_t outside = 0;
  for (std::size_t f = 0; f < slices_.size(); ++f) {
    if (!may_hold(f, segment)) continue;
    const std::vector<int> frame = values(f);
    if (std::none_of(frame.begin(), frame.end(), [&](int v) { return belongs(v, segment); }))
      continue;
    std::string why;
    const auto voxel = align(planes_[f], grid, why);
    if (!voxel)
      throw data_error("{}: its segment '{}' does not fit the image: {} ({})", name_,
                       segments_[structure].name, why, slices_[f].file);
    for (std::int64_t y = 0, i = 0; y < pixels_.rows; ++y)
      for (std::int64_t x = 0; x < pixels_.columns; ++x, ++i) {
        if (!belongs(frame[static_cast<std::size_t>(i)], segment)) continue;
        const auto at = (*voxel)(x, y, 0);
        if (!inside(grid, at)) {
          ++outside;
          continue;
        }
        mask[static_cast<std::size_t>((at[2] * grid.size[1] + at[1]) * grid.size[0] + at[0])] = 1;
      }
  }
  if (outside > 0)
    throw data_error("{}: its segment '{}' has {} voxels outside of the image", name_,
                     segments_[structure].name, outside);
}

}  // namespace

std::unique_ptr<StructureSource> open_segmentation(const fs::path& file) {
  return std::make_unique<Segmentation>(file);
}

}  // namespace myoseg
