// Training that starts from weights: which of them, what becomes of those that do not fit, and how
// much each part of the network may still move.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields/fields.h"
#include "models/network.h"
#include "models/networks.h"
#include "train/optimizers/optimizer.h"

namespace myoseg {

// Names below are beginnings of the network's tensors' names, whole between dots: "encoder",
// "encoder.layer1".
struct RateFactor {
  std::string names;
  double factor = 1;
};
void describe(Fields& f, RateFactor& o);

// What the file must fill: the whole network with nothing left over, the whole encoder and nothing
// else, or anything that fits.
enum class LoadPart { whole, encoder, any };
constexpr auto choice_names(LoadPart) {
  return std::to_array<std::string_view>({"whole", "encoder", "any"});
}

struct FineTuneOptions {
  LoadPart load = LoadPart::whole;
  bool new_head = false;                 // where the number of classes differs
  bool repeat_channels = false;          // where the number of input channels differs
  std::vector<std::string> anew = {};    // names that are not taken from the file
  std::vector<std::string> freeze = {};  // names that do not move
  std::vector<RateFactor> rates = {};    // of names; the longest that fits counts
};
void describe(Fields& f, FineTuneOptions& o);

// What became of the tensors of a file and of a network.
struct InitReport {
  std::string format, layout;
  std::size_t loaded = 0;  // adapted ones among them
  std::vector<std::string> adapted, begin_anew, left_over;
  std::vector<std::string> useless;  // skipped: see TranslatedKeys
  [[nodiscard]] std::string text(const std::filesystem::path& file) const;  // a few lines
};
// Puts the weights of `file` (read_weights, translate_keys) into an initialised network. A stem for
// three channels is summed for one. Error(bad_data) in one sentence, the network as it was, when
// the file holds another network's weights, when shapes differ and the options do not say what is
// to be done, and when tensors would begin anew or be left over without `load` allowing it.
InitReport init_from(Network& network, const NetworkIo& io, const std::filesystem::path& file,
                     const FineTuneOptions& options);

// Whether `name` is `prefix` or continues it after a dot.
[[nodiscard]] bool name_begins(std::string_view name, std::string_view prefix);

// Parameters under the names of `freeze` need no gradient from now on; the factors of `rates` for
// an optimiser over `parameters`. Error(bad_usage) when a name fits no parameter.
void freeze(const NamedTensors& parameters, const FineTuneOptions& options);
[[nodiscard]] std::vector<double> rate_factors(const NamedTensors& parameters,
                                               const FineTuneOptions& options);

// Puts a network into training mode, but for batch norms whose weight is frozen: these go on with
// the statistics they have, or the frozen part would still change.
void training_mode(Network& network);

}  // namespace myoseg
