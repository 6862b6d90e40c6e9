// What every object has that is derived from a series. Inside this room only.
#pragma once

#include <string>

#include "data/io/dicom/object.h"
#include "data/io/structures/codes.h"
#include "data/io/structures/write.h"

namespace myoseg {

// Patient, study, a new series, equipment, SOP common (PS3.3, C.7 and C.12.1).
[[nodiscard]] DicomObject derived_object(const SourceSeries& source, const Maker& maker,
                                         const char* sop_class, const char* modality,
                                         const char* description);
[[nodiscard]] DicomObject code_item(const char* scheme, const Code& code);
[[nodiscard]] DicomObject reference_item(const SourceSeries::Slice& slice);
// Error(bad_data) naming `file` when the map does not lie on the series' grid.
void require_on_series(const std::filesystem::path& file, const LabelMap& map,
                       const SourceSeries& source);

}  // namespace myoseg
