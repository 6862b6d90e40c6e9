// Masks from elsewhere: made by another program or by a person, not by a run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/table/table.h"
#include "data/labels.h"
#include "eval/agreement/agreement.h"
#include "eval/measure/quantities.h"
#include "eval/measure/scores.h"
#include "experiments/run/failures.h"

namespace myoseg {

// Who made masks, and the folder that holds them: label maps named by their case (nnU-Net), or one
// folder a case with a mask of each structure in it, named by the structure (TotalSegmentator).
struct Reader {
  std::string name;    // "prediction"
  std::string option;  // "predictions": what messages call the folder
  std::filesystem::path folder;
};
struct MaskSources {
  std::vector<Reader> readers;  // the last one says which cases and structures there are
  std::filesystem::path images, dataset_json, cases;  // each may be empty
};

// Masks of any software or person, matched by name.
struct ForeignMasks {
  // Files with the same content, one a reader: a whole label map, or one structure's mask, in which
  // everything but 0 is the structure.
  struct Part {
    std::vector<std::filesystem::path> files;
    std::vector<Region> regions;
    bool one_structure = false;
  };
  struct Item {
    std::string name;
    std::vector<Part> parts;
    std::filesystem::path image;  // may be empty
    Body body;
  };
  std::vector<Reader> readers;
  std::vector<Item> cases;
  LabelSet labels;
  std::vector<Region> regions;
};
// The labels' names: `dataset_json`, else the dataset.json beside the last reader's folder or in a
// reader's, else numbers; a structure is named by its file. `cases`, a table with a column `case`,
// chooses the cases and may say what body_from_cells (experiments/run/body_table.h) knows. Throws
// Error(bad_data) naming what is without a partner; masks that the last reader does not have are
// reported and left out.
[[nodiscard]] ForeignMasks find_masks(const MaskSources& sources);

struct MaskOptions {
  ScoreOptions scores;
  QuantityOptions quantities;
  // Other grids than the last reader's: brought onto its grid, by nearest voxel, or an error that
  // says which option does that.
  bool resample = false;
  std::string resample_option = "resample_to=labels";
};
// What comes of masks; cases in their order.
struct MaskResults {
  std::vector<Score> scores;     // of each pair of readers; run: "FIRST against SECOND"
  Table quantities;              // quantities.csv; without images it has volumes only
  std::vector<Ratings> ratings;  // every quantity of every region that any reader found
};
// The first of two readers stands for the prediction. A case with a file that cannot be read, or
// with grids that differ, is among the failures and no more among the masks; Error(bad_data) when
// that leaves none.
[[nodiscard]] MaskResults evaluate_masks(ForeignMasks& masks, const MaskOptions& options,
                                         Failures& failures);

}  // namespace myoseg
