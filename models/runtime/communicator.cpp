#include "models/runtime/communicator.h"

#include <ATen/ATen.h>

#include "models/runtime/rank_group.h"

namespace myoseg {

struct Communicator::Group : RankGroup {
  using RankGroup::RankGroup;
};

Communicator::Communicator() = default;

// Never destroyed: at the end of a process that lost another one, LibTorch would wait for it.
Communicator& Communicator::world() {
  static Communicator* const world = new Communicator;
  return *world;
}

void Communicator::join(const Ranks& ranks) {
  if (ranks.size > 1) group_ = std::make_unique<Group>(ranks);
  ranks_ = ranks;
}

void Communicator::sum(const at::Tensor& tensor) {
  if (alone()) return;
  const at::Tensor here = tensor.contiguous().to(group_->device_for(tensor.device()));
  group_->sum(here);
  if (here.device() != tensor.device()) settle();
  if (!here.is_same(tensor)) tensor.copy_(here);
}

void Communicator::broadcast(const at::Tensor& tensor) {
  if (alone()) return;
  const at::Tensor here = tensor.contiguous().to(group_->device_for(tensor.device()));
  group_->broadcast(here);
  if (here.device() != tensor.device()) settle();
  if (!here.is_same(tensor)) tensor.copy_(here);
}

void Communicator::settle() {
  if (group_) group_->settle();
}

std::vector<std::vector<double>> Communicator::gather(const std::vector<double>& mine) {
  if (alone()) return {mine};
  const auto count = static_cast<std::int64_t>(mine.size());
  const at::Tensor all = at::zeros({size(), count}, at::kDouble);
  auto* const values = all.data_ptr<double>();
  std::copy(mine.begin(), mine.end(), values + rank() * count);
  sum(all);
  std::vector<std::vector<double>> rows;
  for (int r = 0; r < size(); ++r) rows.emplace_back(values + r * count, values + (r + 1) * count);
  return rows;
}

std::string Communicator::broadcast_text(const std::string& text) {
  if (alone()) return text;
  const std::string key = fmt::format("text/{}", texts_++);
  if (leads()) group_->tell(key, text);
  return leads() ? text : group_->hear(key);
}

std::vector<std::string> Communicator::gather_texts(const std::string& text) {
  if (alone()) return {text};
  const std::string key = fmt::format("text/{}/", texts_++);
  group_->tell(key + std::to_string(rank()), text);
  std::vector<std::string> all;
  for (int r = 0; r < size(); ++r) all.push_back(group_->hear(key + std::to_string(r)));
  return all;
}

void Communicator::tell_failure(const Error& error) {
  if (group_) group_->tell_failure(error);
}

}  // namespace myoseg
