// What a DICOM header says of a series and its patient. Inside data/ only.
#pragma once

#include "data/import/archive.h"
#include "data/io/dicom/file.h"

namespace myoseg {

[[nodiscard]] std::string patient_of(const DicomFile& file);  // see ArchivedSeries::patient
[[nodiscard]] ArchivedSeries series_of(const DicomFile& file);

}  // namespace myoseg
