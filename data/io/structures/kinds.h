// The kinds of files that open_structures() tells apart. Inside this room only.
#pragma once

#include <filesystem>
#include <memory>

#include "data/io/structures/structures.h"

namespace myoseg {

[[nodiscard]] std::unique_ptr<StructureSource> open_segmentation(const std::filesystem::path& file);
[[nodiscard]] std::unique_ptr<StructureSource> open_contours(const std::filesystem::path& file);
[[nodiscard]] std::unique_ptr<StructureSource> open_layers(const std::filesystem::path& file);
[[nodiscard]] std::unique_ptr<StructureSource> open_masks(const std::filesystem::path& folder);
[[nodiscard]] std::unique_ptr<StructureSource> open_label_map(const std::filesystem::path& file);

}  // namespace myoseg
