#include "train/data_parallel.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <span>

namespace myoseg {
namespace {

constexpr std::int64_t kBucket = 25 << 20;  // bytes of one sum: fewer cost latency, more memory

// The gradients of `parameters`, weighted, summed over all processes in one piece.
void sum_bucket(std::span<const NamedTensors::value_type> parameters, double weight,
                Communicator& world) {
  std::vector<at::Tensor> pieces;
  for (const auto& [name, tensor] : parameters) {
    const at::Tensor& gradient = tensor.grad();
    pieces.push_back(gradient.defined() ? gradient.reshape(-1)
                                        : at::zeros({tensor.numel()}, tensor.options()));
  }
  const at::Tensor flat = at::cat(pieces).mul_(weight);
  world.sum(flat);
  std::int64_t from = 0;
  for (const auto& [name, tensor] : parameters) {
    const at::Tensor& gradient = tensor.grad();
    const std::int64_t count = tensor.numel();
    // Without a gradient in one process there is none in any: all have the same network.
    if (gradient.defined()) gradient.copy_(flat.slice(0, from, from + count).view_as(gradient));
    from += count;
  }
}

}  // namespace

DataParallel::DataParallel(Network& network, bool sync_batch_norm)
    : world_(Communicator::world()), network_(network) {
  world_.share_norms(sync_batch_norm);
  const at::NoGradGuard no_gradient;
  for (const at::Tensor& parameter : network.parameters()) world_.broadcast(parameter);
  share_buffers();
}

std::uint64_t DataParallel::seed(std::uint64_t seed) const {
  constexpr std::uint64_t kApart = 0x9E3779B97F4A7C15ULL;  // an odd number with bits everywhere
  return seed + kApart * static_cast<std::uint64_t>(world_.rank());
}

void DataParallel::compute_rows(std::int64_t rows) {
  if (world_.alone() || !rows_.empty()) return;
  double all = 0;
  for (const auto& rank : world_.gather({static_cast<double>(rows)})) {
    rows_.push_back(rank[0]);
    all += rank[0];
  }
  share_ = static_cast<double>(rows) / all;
}

std::vector<double> DataParallel::mean_losses(const std::vector<double>& losses, bool stop) {
  if (world_.alone()) return losses;
  std::vector<double> mine = losses, sums(losses.size());
  mine.push_back(stop ? 1.0 : 0.0);
  double all_rows = 0, stops = 0;
  const auto ranks = world_.gather(mine);
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += ranks[r][i] * rows_[r];
    all_rows += rows_[r];
    stops += ranks[r].back();
  }
  stop_ = stops > 0;
  for (double& sum : sums) sum /= all_rows;
  return sums;
}

std::vector<std::string> DataParallel::all_names(const std::vector<std::string>& names) const {
  if (world_.alone()) return names;
  std::string lines;
  for (const std::string& name : names) lines += name + '\n';
  std::vector<std::string> all;
  for (const std::string& text : world_.gather_texts(lines))
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = text.find('\n', from);
      all.push_back(text.substr(from, end - from));
      from = end + 1;
    }
  return all;
}

void DataParallel::average_gradients(const NamedTensors& parameters) const {
  if (world_.alone()) return;
  const at::NoGradGuard no_gradient;
  const std::span<const NamedTensors::value_type> all(parameters);
  for (std::size_t from = 0; from < all.size();) {
    std::size_t end = from;
    std::int64_t bytes = 0;
    do {
      bytes += static_cast<std::int64_t>(all[end].second.nbytes());
      ++end;
    } while (end < all.size() && bytes < kBucket &&
             all[end].second.scalar_type() == all[from].second.scalar_type());
    sum_bucket(all.subspan(from, end - from), share_, world_);
    from = end;
  }
}

void DataParallel::share_buffers() const {
  const at::NoGradGuard no_gradient;
  for (const at::Tensor& buffer : network_.buffers()) world_.broadcast(buffer);
  world_.settle();
}

}  // namespace myoseg
