#include "data/load/case_file.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "core/hash.h"
#include "data/labels.h"
#include "data/load/listed_voxels.h"

namespace myoseg {
namespace {

static_assert(std::endian::native == std::endian::little, "case files are mapped as they are");

using Json = nlohmann::json;
constexpr std::string_view kMagic = "myosegca";
constexpr std::size_t kHashAt = 16, kHeaderAt = 48, kAlign = 64;

std::size_t aligned(std::size_t n) { return (n + kAlign - 1) / kAlign * kAlign; }

Json to_json(const Geometry& g) {
  return {
      {"size", g.size}, {"spacing", g.spacing}, {"origin", g.origin}, {"direction", g.direction}};
}

Geometry geometry_of(const Json& j) {
  Geometry g;
  j.at("size").get_to(g.size);
  j.at("spacing").get_to(g.spacing);
  j.at("origin").get_to(g.origin);
  j.at("direction").get_to(g.direction);
  return g;
}

// Linear: an error below 1/131000 of the range.
struct Quantisation {
  float scale = 0, offset = 0;
};

Quantisation quantisation_of(std::span<const float> channel) {
  if (channel.empty()) return {};
  const auto [low, high] = std::minmax_element(channel.begin(), channel.end());
  return {(*high - *low) / (2 * kLargestStored), (*high + *low) / 2};
}

std::string hash_of(std::span<const std::byte> bytes) { return Hasher().add(bytes).hex(); }

using Listed = std::array<std::vector<std::uint32_t>, 256>;

std::string header_of(const std::string& id, const Prepared& p,
                      const std::vector<Quantisation>& by_channel, const Listed& listed,
                      std::optional<std::uint8_t> ignored) {
  Json scale = Json::array(), offset = Json::array(), foreground = Json::array(),
       lengths = Json::array();
  for (const auto& voxels : listed) lengths.push_back(voxels.size());
  for (const auto& q : by_channel) {
    scale.push_back(q.scale);
    offset.push_back(q.offset);
  }
  const LabelCounts counts = count_labels(p.label.voxels);
  const auto plane = p.label.slice_voxels();
  for (std::int64_t z = 0; plane > 0 && z < p.label.geometry.size[2]; ++z) {
    const auto begin = p.label.voxels.begin() + z * plane;
    if (std::any_of(begin, begin + plane, [&](std::uint8_t v) { return v != 0 && v != ignored; }))
      foreground.push_back(z);
  }
  Json header = {{"id", id},
                 {"native", to_json(p.native)},
                 {"prepared", to_json(p.image.geometry)},
                 {"channels", p.image.channels},
                 {"has_label", !p.label.voxels.empty()},
                 {"scale", scale},
                 {"offset", offset},
                 {"foreground", foreground},
                 {"counts", counts},
                 {"listed", lengths}};
  if (ignored) header["ignored"] = *ignored;
  return header.dump();
}

CaseFile parse(std::span<const std::byte> bytes) {
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  if (bytes.size() < kHeaderAt || std::string_view(text, kMagic.size()) != kMagic)
    throw std::runtime_error("it does not begin like one");
  std::array<std::uint32_t, 2> numbers;  // version, header length
  std::memcpy(numbers.data(), text + kMagic.size(), sizeof numbers);
  if (numbers[0] != kCaseFileVersion) throw std::runtime_error("it has another version");
  if (hash_of(bytes.subspan(kHeaderAt)) != std::string_view(text + kHashAt, kHeaderAt - kHashAt))
    throw std::runtime_error("its bytes are not those that were written");
  if (numbers[1] > bytes.size() - kHeaderAt) throw std::runtime_error("it is too short");

  const Json header = Json::parse(std::string_view(text + kHeaderAt, numbers[1]));
  CaseFile file;
  header.at("id").get_to(file.id);
  file.native = geometry_of(header.at("native"));
  file.prepared = geometry_of(header.at("prepared"));
  header.at("channels").get_to(file.channels);
  header.at("has_label").get_to(file.has_label);
  header.at("scale").get_to(file.scale);
  header.at("offset").get_to(file.offset);
  header.at("foreground").get_to(file.foreground);
  header.at("counts").get_to(file.counts);
  if (header.contains("ignored")) file.ignored = header["ignored"].get<std::uint8_t>();

  const auto voxels = static_cast<std::size_t>(file.prepared.voxels());
  const std::size_t values = voxels * static_cast<std::size_t>(file.channels);
  const std::size_t image_at = aligned(kHeaderAt + numbers[1]);
  const std::size_t label_at = aligned(image_at + values * sizeof(std::int16_t));
  const auto lengths = header.at("listed").get<std::array<std::size_t, 256>>();
  std::size_t at = aligned(label_at + (file.has_label ? voxels : 0));
  const std::size_t listed = std::accumulate(lengths.begin(), lengths.end(), std::size_t{0});
  if (bytes.size() != at + listed * sizeof(std::uint32_t))
    throw std::runtime_error("its length is wrong");
  for (std::size_t value = 0; value < lengths.size(); ++value) {
    file.listed[value] = {reinterpret_cast<const std::uint32_t*>(text + at), lengths[value]};
    at += file.listed[value].size_bytes();
  }
  file.image = {reinterpret_cast<const std::int16_t*>(text + image_at), values};
  if (file.has_label) file.label = {reinterpret_cast<const std::uint8_t*>(text + label_at), voxels};
  return file;
}

}  // namespace

std::string encode_case(const std::string& id, const Prepared& p,
                        std::optional<std::uint8_t> ignored) {
  const std::int64_t slices = p.image.geometry.size[2], plane = p.image.slice_voxels();
  std::vector<Quantisation> by_channel;
  for (int c = 0; c < p.image.channels; ++c)
    by_channel.push_back(quantisation_of(
        std::span(p.image.voxels)
            .subspan(p.image.index(0, 0, 0, c), static_cast<std::size_t>(slices * plane))));
  const Listed listed = list_voxels(p);
  const std::string header = header_of(id, p, by_channel, listed, ignored);
  const std::size_t image_at = aligned(kHeaderAt + header.size());
  const std::size_t label_at = aligned(image_at + p.image.voxels.size() * sizeof(std::int16_t));
  std::size_t listed_at = aligned(label_at + p.label.voxels.size());
  std::size_t total = listed_at;
  for (const auto& voxels : listed) total += std::span(voxels).size_bytes();
  std::string bytes(total, '\0');
  const std::array<std::uint32_t, 2> numbers{kCaseFileVersion,
                                             static_cast<std::uint32_t>(header.size())};
  std::copy(kMagic.begin(), kMagic.end(), bytes.begin());
  std::memcpy(bytes.data() + kMagic.size(), numbers.data(), sizeof numbers);
  std::copy(header.begin(), header.end(), bytes.begin() + kHeaderAt);
  auto* target = reinterpret_cast<std::int16_t*>(bytes.data() + image_at);
  for (std::int64_t z = 0; z < slices; ++z)
    for (int c = 0; c < p.image.channels; ++c) {
      const Quantisation q = by_channel[static_cast<std::size_t>(c)];
      const float inverse = q.scale > 0 ? 1 / q.scale : 0;
      const float* source = &p.image.voxels[p.image.index(0, 0, z, c)];
      for (std::int64_t i = 0; i < plane; ++i)
        *target++ = static_cast<std::int16_t>(std::clamp(
            std::nearbyint((source[i] - q.offset) * inverse), -kLargestStored, kLargestStored));
    }
  std::memcpy(bytes.data() + label_at, p.label.voxels.data(), p.label.voxels.size());
  for (const auto& voxels : listed) {
    std::memcpy(bytes.data() + listed_at, voxels.data(), std::span(voxels).size_bytes());
    listed_at += std::span(voxels).size_bytes();
  }
  const std::string hash = hash_of(std::as_bytes(std::span(bytes)).subspan(kHeaderAt));
  std::copy(hash.begin(), hash.end(), bytes.begin() + kHashAt);
  return bytes;
}

CaseFile decode_case(std::span<const std::byte> bytes, const std::filesystem::path& file) {
  try {
    return parse(bytes);
  } catch (const std::exception& e) {
    throw data_error("the cache file {} is damaged ({}); delete it and run again", file.string(),
                     e.what());
  }
}

}  // namespace myoseg
