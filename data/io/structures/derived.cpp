#include "data/io/structures/derived.h"

#include <fmt/format.h>

#include <ctime>

#include "core/error.h"
#include "core/files.h"
#include "data/io/dicom/file.h"
#include "data/io/dicom/series.h"
#include "data/io/image_io.h"
#include "data/io/itk/itk.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

struct Copied {
  std::uint32_t tag;
  const char* type;
  bool always;  // the standard wants the element, be it empty
};
constexpr Copied kCopied[] = {
    {0x00080005, "CS", false}, {0x00080020, "DA", true},  {0x00080030, "TM", true},
    {0x00080050, "SH", true},  {0x00080090, "PN", true},  {0x00081030, "LO", false},
    {0x00100010, "PN", true},  {0x00100020, "LO", true},  {0x00100030, "DA", true},
    {0x00100040, "CS", true},  {0x00120062, "CS", false}, {0x00120063, "LO", false},
    {0x0020000D, "UI", true},  {0x00200010, "SH", true},  {0x00201040, "LO", false},
};

// Of the object, which its making dates; a moment's date and time of day.
std::pair<std::string, std::string> now() {
  const std::time_t seconds = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  char date[16] = {}, time[16] = {};
  std::strftime(date, sizeof date, "%Y%m%d", &local);
  std::strftime(time, sizeof time, "%H%M%S", &local);
  return {date, time};
}

}  // namespace

std::optional<SourceSeries> source_series(const fs::path& image) {
  std::error_code error;
  const bool folder = fs::is_directory(image, error);
  if (!folder && (is_image_name(image) || !is_dicom_file(image))) return std::nullopt;
  const Series series = only_series(image.string(), itk_io::dicom_slices(image));
  const SliceHeader& first = series.slices.front();
  const MappedFile mapped(first.path);
  const DicomFile file = parse_dicom(mapped.bytes());
  SourceSeries source;
  source.geometry = series.geometry;
  for (const SliceHeader& slice : series.slices)
    source.slices.push_back({slice.sop_class, slice.instance_uid,
                             file.has(0x00280008) ? static_cast<int>(slice.frame) + 1 : 0,
                             slice.position.value_or(std::array<double, 3>{})});
  for (const Copied& copied : kCopied)
    if (copied.always || file.has(copied.tag)) source.elements[copied.tag] = file.text(copied.tag);
  source.study_uid = file.text(0x0020000D);
  source.series_uid = first.series_uid;
  source.series_number = first.series_number;
  source.frame_of_reference = first.frame_of_reference;
  const char* missing = source.study_uid.empty()            ? "Study Instance UID"
                        : source.series_uid.empty()         ? "Series Instance UID"
                        : source.frame_of_reference.empty() ? "Frame of Reference UID"
                        : !first.position                   ? "Image Position (Patient)"
                        : first.instance_uid.empty()        ? "SOP Instance UID"
                                                            : nullptr;
  if (missing != nullptr)
    throw data_error("{}: has no {}, which a DICOM object made of it has to refer to",
                     image.string(), missing);
  return source;
}

DicomObject derived_object(const SourceSeries& source, const Maker& maker, const char* sop_class,
                           const char* modality, const char* description) {
  const auto [date, time] = now();
  const std::string name = source.series_uid + maker.content_hash + modality;
  DicomObject object;
  for (const Copied& copied : kCopied)
    if (const auto found = source.elements.find(copied.tag); found != source.elements.end())
      object.text(copied.tag, copied.type, found->second);
  object.text(0x00080016, "UI", sop_class).text(0x00080018, "UI", derived_uid(name + "object"));
  object.text(0x00080021, "DA", date).text(0x00080031, "TM", time);
  object.text(0x00080060, "CS", modality).text(0x00080070, "LO", "myoseg");
  object.text(0x0008103E, "LO", description).text(0x00081090, "LO", "myoseg");
  object.text(0x00181000, "LO", "none").text(0x00181020, "LO", maker.version.substr(0, 64));
  object.text(0x0020000E, "UI", derived_uid(name + "series"));
  object.text(0x00200011, "IS", std::string(modality) == "SEG" ? "9101" : "9102");
  object.text(0x00200013, "IS", "1").text(0x00200052, "UI", source.frame_of_reference);
  if (!source.elements.contains(0x00201040)) object.text(0x00201040, "LO", "");
  return object;
}

DicomObject code_item(const char* scheme, const Code& code) {
  DicomObject item;
  item.text(0x00080100, "SH", code.value).text(0x00080102, "SH", scheme);
  return std::move(item.text(0x00080104, "LO", code.meaning));
}

DicomObject reference_item(const SourceSeries::Slice& slice) {
  DicomObject item;
  item.text(0x00081150, "UI", slice.sop_class).text(0x00081155, "UI", slice.instance_uid);
  if (slice.frame > 0) item.text(0x00081160, "IS", fmt::format("{}", slice.frame));
  return item;
}

void require_on_series(const fs::path& file, const LabelMap& map, const SourceSeries& source) {
  if (const std::string gap = difference(map.geometry, source.geometry); !gap.empty())
    throw data_error("{}: the label map does not lie on the slices of its series ({})",
                     file.string(), gap);
}

}  // namespace myoseg
