// From the headers of a series' slices to one regular grid, or the reason why there is none. Knows
// no library, so that its rules are tested with made-up headers. Inside data/ only.
#pragma once

#include <string>
#include <vector>

#include "data/io/dicom/frames.h"
#include "data/volume.h"

namespace myoseg {

// What is done with slices that are no regular grid.
struct SeriesOptions {
  bool untilt = false;    // a tilted gantry: its slices are moved onto a grid with right angles
  bool even_out = false;  // uneven gaps: slices are interpolated at the usual distance
};

// Where a slice lies against the first one, mm: along the normal, and shifted along rows and
// columns.
struct SlicePlace {
  double along = 0, row = 0, column = 0;
};

struct Series {
  std::vector<SliceHeader> slices;  // along the normal of the slices
  std::vector<SlicePlace> places;   // of each
  Geometry geometry;                // of the image
  bool regular = true;  // the slices are the planes of the grid; else they are to be resampled
};

// The images of one series that belong together, each once: files that are there twice (one SOP
// Instance UID) count once. Split by matrix, direction and pixel size; images of one such part that
// repeat positions by the first of slice_part_names() that gives each part its positions once.
// Localizers come last, else the most slices first.
struct Stack {
  std::vector<SliceHeader> slices;
  std::string what;  // in which way it differs from the others, "acquisition 2"; "" where alone
  bool localizer = false;
};
[[nodiscard]] std::vector<Stack> split_stacks(std::vector<SliceHeader> slices);

// The grid of one stack's slices. Throws Error(bad_data) naming `folder` for: no slice, several
// radiographs, several series, colour, missing geometry, slices of different size or direction,
// repeated slices; a tilted gantry and uneven gaps unless the options have them resampled.
// Tolerances: gaps 5 % of the usual gap, tilt half a pixel over the whole stack.
[[nodiscard]] Series arrange_series(const std::string& folder, std::vector<SliceHeader> slices,
                                    const SeriesOptions& options = {});

// The one image of a folder: its only stack that is no localizer. Error(bad_data) where there are
// several, and as arrange_series.
[[nodiscard]] Series only_series(const std::string& folder, std::vector<SliceHeader> slices,
                                 const SeriesOptions& options = {});

}  // namespace myoseg
