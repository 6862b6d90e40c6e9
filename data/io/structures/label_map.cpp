// read_label_map() of data/io/image_io.h: label maps, whatever kind of file holds them.
#include "data/io/formats/header_text.h"
#include "data/io/formats/nrrd.h"
#include "data/io/image_io.h"
#include "data/io/structures/structures.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

bool has_layers(const fs::path& path) {
  std::error_code error;
  if (!lower_case(path.filename().string()).ends_with(".nrrd") || !fs::is_regular_file(path, error))
    return false;
  NrrdLayers layers;
  (void)open_nrrd(path, layers);
  return layers.count > 1;
}

}  // namespace

LabelMap read_label_map(const fs::path& path) {
  if (is_structure_file(path) || has_layers(path))
    return numbered_labels(*open_structures(path), path.string());
  return read_label_image(path);
}

}  // namespace myoseg
