#include "data/io/formats/voxel_source.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "core/error.h"
#include "data/io/formats/page_buffer.h"
#include "data/io/formats/unpack.h"

namespace myoseg {
namespace {

using Bytes = std::span<const std::byte>;

bool scaled(const VoxelSource& s) { return s.slope != 1 || s.intercept != 0; }

template <class T>
T load(const std::byte* from, bool swapped) {
  std::array<std::byte, sizeof(T)> bytes;
  std::memcpy(bytes.data(), from, sizeof(T));
  if (swapped) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<T>(bytes);
}

// Whether use(i, value) is true of every voxel, asked of all; `value` is of the stored type unless
// it is scaled.
template <class T, class Use>
bool all(const VoxelSource& s, Bytes voxels, const Use& use) {
  const std::size_t n = voxels.size() / sizeof(T);
  const auto every = [n, &use](const auto& value_at) {
    bool good = true;
    for (std::size_t i = 0; i < n; ++i) good &= use(i, value_at(i));
    return good;
  };
  const std::byte* const at = voxels.data();
  if (scaled(s))
    return every(
        [at, swapped = s.swapped, slope = s.slope, intercept = s.intercept](std::size_t i) {
          return static_cast<double>(load<T>(at + i * sizeof(T), swapped)) * slope + intercept;
        });
  if (s.swapped) return every([at](std::size_t i) { return load<T>(at + i * sizeof(T), true); });
  return every([at](std::size_t i) { return load<T>(at + i * sizeof(T), false); });
}

template <class Use>
bool all(const VoxelSource& s, Bytes voxels, const Use& use) {
  switch (s.scalar) {
    case Scalar::uint8:
      return all<std::uint8_t>(s, voxels, use);
    case Scalar::int8:
      return all<std::int8_t>(s, voxels, use);
    case Scalar::uint16:
      return all<std::uint16_t>(s, voxels, use);
    case Scalar::int16:
      return all<std::int16_t>(s, voxels, use);
    case Scalar::uint32:
      return all<std::uint32_t>(s, voxels, use);
    case Scalar::int32:
      return all<std::int32_t>(s, voxels, use);
    case Scalar::uint64:
      return all<std::uint64_t>(s, voxels, use);
    case Scalar::int64:
      return all<std::int64_t>(s, voxels, use);
    case Scalar::float32:
      return all<float>(s, voxels, use);
    case Scalar::float64:
      break;
  }
  return all<double>(s, voxels, use);
}

// Calls use(voxels' bytes).
template <class Use>
void with_voxels(const VoxelSource& s, const Use& use) {
  if (!s.packed) return use(stored(s).first(s.voxel_bytes()));
  const std::size_t size = s.skip + s.voxel_bytes();
  PageBuffer buffer(size + kMostPadding);
  unpack(s.name, stored(s), size, buffer.bytes());
  use(buffer.bytes().subspan(s.skip, s.voxel_bytes()));
}

// Whether the voxels can be used where they lie; both memory maps and page buffers begin at a page.
bool usable(const VoxelSource& s) {
  const bool kept = s.scalar == Scalar::uint8 || s.scalar == Scalar::int8 ||
                    s.scalar == Scalar::uint16 || s.scalar == Scalar::int16 ||
                    s.scalar == Scalar::float32;
  return kept && !s.swapped && (s.packed ? s.skip : s.offset) % bytes_of(s.scalar) == 0;
}

decltype(StoredChannel::voxels) typed(Scalar scalar, const std::byte* first) {
  switch (scalar) {
    case Scalar::uint8:
      return reinterpret_cast<const std::uint8_t*>(first);
    case Scalar::int8:
      return reinterpret_cast<const std::int8_t*>(first);
    case Scalar::uint16:
      return reinterpret_cast<const std::uint16_t*>(first);
    case Scalar::int16:
      return reinterpret_cast<const std::int16_t*>(first);
    default:
      return reinterpret_cast<const float*>(first);
  }
}

void reserve_large(std::vector<std::uint8_t>& voxels, std::size_t n) {
  voxels.reserve(n);
  prefer_large_pages(voxels.data(), n);
}

// A stream of bytes that are labels as they are needs no buffer between.
void unpack_labels(const VoxelSource& s, std::vector<std::uint8_t>& out) {
  const std::size_t size = s.skip + s.voxel_bytes();
  reserve_large(out, size + kMostPadding);
  out.resize(size + kMostPadding);
  unpack(s.name, stored(s), size, std::as_writable_bytes(std::span(out)));
  out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(s.skip));
  out.resize(s.voxel_bytes());
}

template <class T>
bool is_label(T value) {
  if constexpr (std::is_integral_v<T>)
    return value >= T{0} && std::cmp_less_equal(value, 255);
  else
    return value >= 0 && value <= 255 && value == std::floor(value);
}

// Error(bad_data) when the value of a voxel is none of a label map.
template <class T>
bool require_label(const std::string& name, const Geometry& grid, std::size_t index, T value) {
  if (is_label(value)) return true;
  throw data_error("{}: is no label map: voxel {} is {}, not a whole number in 0..255", name,
                   voxel_text(grid, index), +value);
}

}  // namespace

std::size_t bytes_of(Scalar scalar) {
  constexpr std::size_t kBytes[] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
  return kBytes[static_cast<std::size_t>(scalar)];
}

std::size_t VoxelSource::voxel_bytes() const {
  constexpr double kMost = 1e15;
  double bytes = static_cast<double>(bytes_of(scalar)) * static_cast<double>(values_per_voxel);
  for (const std::int64_t n : geometry.size) bytes *= static_cast<double>(n);
  if (!(bytes <= kMost))
    throw data_error("{}: ends early: its header promises {:.3g} bytes of voxels", name, bytes);
  return static_cast<std::size_t>(geometry.voxels() * values_per_voxel) * bytes_of(scalar);
}

Image read_floats(const VoxelSource& source) {
  Image image(source.geometry, 1);
  with_voxels(source, [&](Bytes voxels) {
    all(source, voxels, [out = image.voxels.data()](std::size_t i, auto v) {
      out[i] = static_cast<float>(v);
      return true;
    });
  });
  return image;
}

StoredChannel stored_channel(VoxelSource source) {
  if (!usable(source)) {
    auto image = std::make_shared<const Image>(read_floats(source));
    return {.voxels = image->voxels.data(), .owner = std::move(image)};
  }
  StoredChannel channel{
      .voxels = {}, .slope = source.slope, .intercept = source.intercept, .owner = nullptr};
  if (source.packed) {
    const std::size_t size = source.skip + source.voxel_bytes();
    auto buffer = std::make_shared<PageBuffer>(size + kMostPadding);
    unpack(source.name, stored(source), size, buffer->bytes());
    channel.voxels = typed(source.scalar, buffer->bytes().data() + source.skip);
    channel.owner = std::move(buffer);
  } else {
    channel.voxels = typed(source.scalar, stored(source).data());
    auto file = std::make_shared<const MappedFile>(std::move(source.file));
    channel.mapped = file.get();
    channel.owner = std::move(file);
  }
  return channel;
}

LabelMap read_labels(const VoxelSource& source) {
  LabelMap map;
  map.geometry = source.geometry;
  if (source.packed && source.scalar == Scalar::uint8 && !scaled(source)) {
    unpack_labels(source, map.voxels);
    return map;
  }
  if (source.scalar == Scalar::uint8 && !scaled(source)) {
    const auto* first = reinterpret_cast<const std::uint8_t*>(stored(source).data());
    reserve_large(map.voxels, source.voxel_bytes());
    map.voxels.assign(first, first + source.voxel_bytes());
    return map;
  }
  map.voxels.resize(source.voxel_bytes() / bytes_of(source.scalar));
  with_voxels(source, [&](Bytes voxels) {
    const bool labels = all(source, voxels, [out = map.voxels.data()](std::size_t i, auto v) {
      const bool good = is_label(v);
      out[i] = good ? static_cast<std::uint8_t>(v) : std::uint8_t{0};
      return good;
    });
    if (!labels)
      all(source, voxels,
          [&](std::size_t i, auto v) { return require_label(source.name, source.geometry, i, v); });
  });
  return map;
}

LabelMap labels_of(const std::string& name, const Image& image) {
  LabelMap map(image.geometry, 1);
  for (std::size_t i = 0; i < image.voxels.size(); ++i) {
    require_label(name, image.geometry, i, image.voxels[i]);
    map.voxels[i] = static_cast<std::uint8_t>(image.voxels[i]);
  }
  return map;
}

}  // namespace myoseg
