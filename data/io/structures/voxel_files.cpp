// Structures as voxels of image files: the layers of a .seg.nrrd, a folder of masks, a label map.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.h"
#include "data/io/formats/nrrd.h"
#include "data/io/image_io.h"
#include "data/io/structures/aligned.h"
#include "data/io/structures/kinds.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// Sets the voxels of `map` that `belongs` accepts, by their index, on a grid that is aligned to it.
template <class Belongs>
void paint_aligned(const std::string& name, const std::string& structure, const Geometry& from,
                   const Geometry& grid, std::span<std::uint8_t> mask, const Belongs& belongs) {
  std::string why;
  const auto voxel = align(from, grid, why);
  if (!voxel)
    throw data_error("{}: its structure '{}' does not fit the image: {}", name, structure, why);
  std::size_t i = 0, outside = 0;
  for (std::int64_t z = 0; z < from.size[2]; ++z)
    for (std::int64_t y = 0; y < from.size[1]; ++y)
      for (std::int64_t x = 0; x < from.size[0]; ++x, ++i) {
        if (!belongs(i)) continue;
        const auto at = (*voxel)(x, y, z);
        if (inside(grid, at))
          mask[static_cast<std::size_t>((at[2] * grid.size[1] + at[1]) * grid.size[0] + at[0])] = 1;
        else
          ++outside;
      }
  if (outside > 0)
    throw data_error("{}: its structure '{}' has {} voxels outside of the image", name, structure,
                     outside);
}

// 3D Slicer's segmentation: values of a voxel in each layer.
class Layers : public StructureSource {
 public:
  explicit Layers(const fs::path& path) : name_(path.string()) {
    NrrdLayers layers;
    VoxelSource source = open_nrrd(path, layers);
    check(source);
    count_ = static_cast<std::size_t>(layers.count);
    voxels_ = read_labels(source);
    segments_ = std::move(layers.segments);
    int number = 0;
    for (const NrrdSegment& segment : segments_) {
      if (segment.layer >= layers.count)
        throw data_error("{}: its segment '{}' lies in layer {} of {}", name_, segment.name,
                         segment.layer, layers.count);
      // Where layers have values of their own, a value says nothing in another layer.
      structures_.push_back({segment.name, count_ > 1 ? ++number : segment.value});
    }
    if (structures_.empty())
      throw data_error("{}: names no segments; give it as a label map (.nrrd)", name_);
  }

  [[nodiscard]] const std::vector<Structure>& structures() const override { return structures_; }
  [[nodiscard]] std::optional<Geometry> grid() const override { return voxels_.geometry; }
  void paint(std::size_t structure, const Geometry& grid,
             std::span<std::uint8_t> mask) const override {
    const NrrdSegment& segment = segments_[structure];
    const auto layer = static_cast<std::size_t>(segment.layer);
    paint_aligned(name_, segment.name, voxels_.geometry, grid, mask, [&](std::size_t i) {
      return voxels_.voxels[i * count_ + layer] == segment.value;
    });
  }

 private:
  std::string name_;
  std::size_t count_ = 1;
  LabelMap voxels_;
  std::vector<NrrdSegment> segments_;
  std::vector<Structure> structures_;
};

// A label map whose structures are called by their values.
class Values : public StructureSource {
 public:
  explicit Values(const fs::path& path) : name_(path.string()), map_(read_label_image(path)) {
    const std::set<std::uint8_t> values(map_.voxels.begin(), map_.voxels.end());
    for (const std::uint8_t value : values)
      if (value != 0) structures_.push_back({fmt::format("{}", value), value});
  }

  [[nodiscard]] const std::vector<Structure>& structures() const override { return structures_; }
  [[nodiscard]] std::optional<Geometry> grid() const override { return map_.geometry; }
  void paint(std::size_t structure, const Geometry& grid,
             std::span<std::uint8_t> mask) const override {
    const int value = structures_[structure].number;
    paint_aligned(name_, structures_[structure].name, map_.geometry, grid, mask,
                  [&](std::size_t i) { return map_.voxels[i] == value; });
  }

 private:
  std::string name_;
  LabelMap map_;
  std::vector<Structure> structures_;
};

// A folder of masks: what is not 0 in the file of a structure's name.
class Masks : public StructureSource {
 public:
  explicit Masks(const fs::path& folder) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error))
      if (entry->is_regular_file() && !entry->path().filename().string().starts_with('.') &&
          is_image_name(entry->path()))
        files_.emplace(image_stem(entry->path()), entry->path());
    if (error) throw data_error("{}: cannot be listed: {}", folder.string(), error.message());
    for (const auto& [name, file] : files_)
      structures_.push_back({name, static_cast<int>(structures_.size()) + 1});
    if (structures_.empty())
      throw data_error("{}: holds no masks (.nii.gz, .nrrd, .mha), one file a structure",
                       folder.string());
  }

  [[nodiscard]] const std::vector<Structure>& structures() const override { return structures_; }
  [[nodiscard]] std::optional<Geometry> grid() const override {
    return read_label_image(files_.begin()->second).geometry;
  }
  void paint(std::size_t structure, const Geometry& grid,
             std::span<std::uint8_t> mask) const override {
    const std::string& name = structures_[structure].name;
    const fs::path& file = files_.at(name);
    const LabelMap map = read_label_image(file);
    paint_aligned(file.string(), name, map.geometry, grid, mask,
                  [&](std::size_t i) { return map.voxels[i] != 0; });
  }

 private:
  std::map<std::string, fs::path> files_;
  std::vector<Structure> structures_;
};

}  // namespace

std::unique_ptr<StructureSource> open_layers(const fs::path& file) {
  return std::make_unique<Layers>(file);
}
std::unique_ptr<StructureSource> open_masks(const fs::path& folder) {
  return std::make_unique<Masks>(folder);
}
std::unique_ptr<StructureSource> open_label_map(const fs::path& file) {
  return std::make_unique<Values>(file);
}

}  // namespace myoseg
