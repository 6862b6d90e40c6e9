#include "data/io/dicom/frames.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/io/dicom/groups.h"
#include "data/io/dicom/projection.h"
#include "data/io/dicom/values.h"

namespace myoseg {
namespace {

constexpr std::uint32_t kPlanePosition = 0x00209113, kPlaneOrientation = 0x00209116,
                        kPixelMeasures = 0x00289110, kFrameContent = 0x00209111, kEcho = 0x00189114,
                        kCtFrameType = 0x00189329, kMrFrameType = 0x00189226,
                        kDiffusion = 0x00189117;
constexpr std::uint32_t kPosition = 0x00200032, kOrientation = 0x00200037, kSpacing = 0x00280030;
constexpr std::uint32_t kBetween = 0x00180088, kThickness = 0x00180050;
constexpr std::uint32_t kGridOffsets = 0x3004000C;

// The element of one of a frame's groups, else the file's own.
class FrameView {
 public:
  FrameView(const DicomFile& file, const FrameGroups& groups, std::size_t frame)
      : file_(file), groups_(groups), frame_(frame) {}

  template <std::size_t N>
  [[nodiscard]] std::optional<std::array<double, N>> decimals(std::uint32_t group,
                                                              std::uint32_t tag) const {
    const auto found = groups_.of(frame_, group).decimals<N>(tag);
    return found ? found : file_.decimals<N>(tag);
  }
  [[nodiscard]] std::string text(std::uint32_t group, std::uint32_t tag) const {
    const std::string found = groups_.of(frame_, group).text(tag);
    return found.empty() ? file_.text(tag) : found;
  }

 private:
  const DicomFile& file_;
  const FrameGroups& groups_;
  std::size_t frame_;
};

std::string real_text(const DicomItem& item, std::uint32_t tag) {
  const auto value = item.real(tag);
  return value ? fmt::format("{}", *value) : "";
}

// Numbers beyond a kilometre are no place in a patient: as if the header did not say.
template <std::size_t N>
std::optional<std::array<double, N>> in_reach(const std::optional<std::array<double, N>>& mm) {
  constexpr double kFarthest = 1e6;
  const bool near = mm && std::all_of(mm->begin(), mm->end(),
                                      [](double one) { return std::abs(one) <= kFarthest; });
  return near ? mm : std::nullopt;
}

// In the order of slice_part_names().
std::vector<std::string> parts_of(const DicomFile& file, const FrameGroups& groups,
                                  std::size_t frame) {
  const DicomItem content = groups.of(frame, kFrameContent);
  const DicomItem echo = groups.of(frame, kEcho), diffusion = groups.of(frame, kDiffusion);
  const FrameView view(file, groups, frame);
  std::string kind = groups.of(frame, kCtFrameType).text(0x00089007);
  if (kind.empty()) kind = groups.of(frame, kMrFrameType).text(0x00089007);
  if (kind.empty()) kind = file.text(0x00080008);
  const auto acquisition = content.numbers(0x00209156);  // Frame Acquisition Number
  const std::string effective = real_text(echo, 0x00189082);
  return {
      acquisition.empty() ? file.text(0x00200012) : fmt::format("{}", acquisition.front()),
      content.text(0x00209056),  // Stack ID
      effective.empty() ? file.text(0x00180081) : effective,
      kind,
      real_text(diffusion, 0x00189087),
      content.has(0x00209128) ? dicom_text(content.elements.at(0x00209128)) : file.text(0x00200100),
      file.text(0x00181060),   // Trigger Time
      file.text(0x00080032)};  // Acquisition Time
}

void place_in_dose_grid(const DicomFile& file, std::size_t frame, SliceHeader& slice) {
  const auto offsets = file.all_decimals(kGridOffsets);
  if (!offsets || frame >= offsets->size() || !slice.position || !slice.orientation) return;
  const auto& o = *slice.orientation;
  const double along = (*offsets)[frame] - offsets->front();
  const std::array<double, 3> normal{o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5],
                                     o[0] * o[4] - o[1] * o[3]};
  for (std::size_t i = 0; i < 3; ++i) (*slice.position)[i] += along * normal[i];
}

std::uint32_t little(DicomBytes bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 4; i-- > 0;) out = out << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  return out;
}

// The first fragment of each frame by the table of offsets; empty when it says nothing.
std::vector<std::size_t> first_fragments(const DicomFile& file, std::size_t frames) {
  if (file.offsets.size() != 4 * frames) return {};
  std::vector<std::size_t> first;
  std::size_t at = 0, fragment = 0;
  for (std::size_t f = 0; f < frames; ++f) {
    const std::size_t wanted = little(file.offsets, 4 * f);
    while (fragment < file.pixels.size() && at < wanted) at += 8 + file.pixels[fragment++].size();
    if (at != wanted || fragment >= file.pixels.size()) return {};
    first.push_back(fragment);
  }
  return first;
}

// A JPEG's or JPEG 2000's first marker.
bool begins_stream(DicomBytes piece) {
  return piece.size() > 3 && piece[0] == std::byte{0xFF} &&
         ((piece[1] == std::byte{0xD8} && piece[2] == std::byte{0xFF}) ||
          (piece[1] == std::byte{0x4F} && piece[2] == std::byte{0xFF}));
}

}  // namespace

const std::vector<std::string>& slice_part_names() {
  static const std::vector<std::string> kNames{
      "acquisition",  "stack",           "echo", "image type", "b-value", "temporal position",
      "trigger time", "acquisition time"};
  return kNames;
}

SeriesHeader series_header(const DicomFile& file) {
  return {.series_uid = file.text(0x0020000E),
          .series_number = file.text(0x00200011),
          .series_description = file.text(0x0008103E),
          .modality = file.text(0x00080060),
          .frame_of_reference = file.text(0x00200052)};
}

std::vector<SliceHeader> slice_headers(const DicomFile& file, const std::filesystem::path& path) {
  const DicomPixels pixels = pixel_layout(file, path.string());
  const FrameGroups groups(file);
  SliceHeader common;
  static_cast<SeriesHeader&>(common) = series_header(file);
  common.path = path;
  common.file = path.filename().string();
  common.instance_uid = file.text(0x00080018);
  common.sop_class = file.text(0x00080016);
  common.localizer = file.text(0x00080008).find("LOCALIZER") != std::string::npos;
  common.columns = pixels.columns, common.rows = pixels.rows;
  common.samples_per_pixel = pixels.samples;
  const bool each = groups.frames() > 0 || file.has(kGridOffsets);  // has a place of its own
  common.frames = each ? 1 : pixels.frames;
  std::vector<SliceHeader> slices(static_cast<std::size_t>(each ? pixels.frames : 1), common);
  for (std::size_t f = 0; f < slices.size(); ++f) {
    SliceHeader& slice = slices[f];
    const FrameView view(file, groups, f);
    slice.frame = f;
    if (slices.size() > 1) slice.file = fmt::format("{} frame {}", common.file, f + 1);
    slice.position = view.decimals<3>(kPlanePosition, kPosition);
    slice.orientation = in_reach(view.decimals<6>(kPlaneOrientation, kOrientation));
    slice.spacing = in_reach(view.decimals<2>(kPixelMeasures, kSpacing));
    // From slice to slice, or of one slice.
    for (const std::uint32_t tag : {kBetween, kThickness})
      if (!slice.thickness)
        if (const auto mm = in_reach(view.decimals<1>(kPixelMeasures, tag)))
          slice.thickness = (*mm)[0];
    slice.parts = parts_of(file, groups, f);
    place_in_dose_grid(file, f, slice);
    slice.position = in_reach(slice.position);
    if (!slice.position && is_radiograph(slice.modality))
      slice.projection = projection_grid(file, pixels);
  }
  return slices;
}

std::vector<std::byte> frame_stream(const DicomFile& file, std::size_t frame, std::size_t frames,
                                    const std::string& name) {
  std::size_t begin = 0, end = file.pixels.size();
  const std::vector<std::size_t> first = first_fragments(file, frames);
  if (!first.empty()) {
    begin = first[frame];
    if (frame + 1 < frames) end = first[frame + 1];
  } else if (file.pixels.size() == frames) {
    begin = frame, end = frame + 1;
  } else if (frames > 1) {
    throw data_error(
        "{}: its {} frames lie in {} compressed pieces and it does not say which piece is whose; "
        "decompress it with gdcmconv --raw",
        name, frames, file.pixels.size());
  }
  const auto starts = static_cast<std::size_t>(
      std::ranges::count_if(file.pixels, [](DicomBytes piece) { return begins_stream(piece); }));
  if (starts > frames)
    throw data_error("{}: its header says {} frames but it holds {}; export the scan again", name,
                     frames, starts);
  std::vector<std::byte> stream;
  for (std::size_t i = begin; i < end; ++i)
    stream.insert(stream.end(), file.pixels[i].begin(), file.pixels[i].end());
  return stream;
}

}  // namespace myoseg
