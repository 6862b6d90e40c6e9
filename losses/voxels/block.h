// The work of voxel_sums() on one block of voxels, whose rows of probabilities stay in the cache.
#pragma once

#include <cstdint>
#include <vector>

#include "core/simd.h"
#include "losses/voxels/dense.h"
#include "losses/voxels/plan.h"

namespace myoseg {

template <class T>
class Block {
 public:
  explicit Block(const BlockPlan<T>& plan)
      : plan_(plan), rows_(static_cast<std::size_t>(plan.rows * kBlock)) {}

  // Adds the sums of `n` voxels from `logits` and `labels` on.
  [[gnu::always_inline]] inline void add(const T* logits, Strides at, const std::int64_t* labels,
                                         std::int64_t n, BlockTotals<T>& totals) {
    load(logits, at, n);
    if (!read_labels(labels, n, totals)) return;
    predict(n);
    if (plan_.regions) add_regions(n, totals);
    if (plan_.cross_entropy) add_cross_entropy(n, totals);
  }

  // Writes d(loss)/d(logits) of the same voxels; the labels are known to be good.
  [[gnu::always_inline]] inline void differentiate(const T* logits, Strides at,
                                                   const std::int64_t* labels, std::int64_t n,
                                                   const BlockGradient<T>& d, T* gradient) {
    BlockTotals<T> unused;
    load(logits, at, n);
    read_labels(labels, n, unused);
    predict(n);
    if (plan_.sigmoid)
      differentiate_sigmoid(n, d);
    else
      differentiate_softmax(n, d);
    store(gradient, at, n);
  }

 private:
  static constexpr std::int64_t kLine = 64 / sizeof(T);  // of the cache

  [[gnu::always_inline]] inline T* row(std::int64_t r) { return rows_.data() + r * kBlock; }

  [[gnu::always_inline]] inline void load(const T* logits, Strides at, std::int64_t n) {
    for (std::int64_t v = 0; v < kBlock; ++v) top_[v] = 0;
    if (plan_.first == 1)
      for (std::int64_t v = 0; v < n; ++v) row(0)[v] = 0;
    const std::int64_t channels = plan_.rows - plan_.first;
    if (at.voxel != 1)
      for (std::int64_t v = 0; v < n; ++v)
        for (std::int64_t c = 0; c < channels; ++c)
          rows_[(c + plan_.first) * kBlock + v] = logits[v * at.voxel + c * at.channel];
    for (std::int64_t c = 0; c < channels; ++c) {
      const T* from = logits + c * at.channel;
      T* __restrict x = row(c + plan_.first);
      if (at.voxel == 1) {
        // Rows lie too far apart for the processor to guess; two rows ahead is soon enough.
        const T* ahead = c + 4 < channels ? from + 4 * at.channel : from;
        for (std::int64_t v = 0; v < n; v += kLine) __builtin_prefetch(ahead + v);
        for (std::int64_t v = 0; v < n; ++v) x[v] = from[v];
      }
      if (c + plan_.first == 0)
        for (std::int64_t v = 0; v < n; ++v) top_[v] = x[v];
      else
        for (std::int64_t v = 0; v < n; ++v) top_[v] = top_[v] < x[v] ? x[v] : top_[v];
    }
  }

  [[gnu::always_inline]] inline void store(T* gradient, Strides at, std::int64_t n) {
    const std::int64_t channels = plan_.rows - plan_.first;
    if (at.voxel == 1) {
      for (std::int64_t c = 0; c < channels; ++c) {
        const T* __restrict from = row(c + plan_.first);
        T* __restrict to = gradient + c * at.channel;
        for (std::int64_t v = 0; v < n; ++v) to[v] = from[v];
      }
      return;
    }
    for (std::int64_t v = 0; v < n; ++v)
      for (std::int64_t c = 0; c < channels; ++c)
        gradient[v * at.voxel + c * at.channel] = rows_[(c + plan_.first) * kBlock + v];
  }

  // The row of each voxel's label and its logit there; false and the label when it has none.
  [[gnu::always_inline]] inline bool read_labels(const std::int64_t* labels, std::int64_t n,
                                                 BlockTotals<T>& totals) {
    const auto end = static_cast<std::uint64_t>(plan_.rows);
    bool good = true;
    ignores_ = false;
    for (std::int64_t v = 0; v < n; ++v) {
      const bool ignored = labels[v] == plan_.ignored;
      const bool inside = static_cast<std::uint64_t>(labels[v]) < end;
      good &= ignored | inside;
      ignores_ |= ignored;
      label_[v] = ignored || !inside ? 0 : static_cast<std::int32_t>(labels[v]);
      keep_[v] = ignored ? T{0} : T{1};
    }
    for (std::int64_t v = 0; v < n && !good && !totals.bad; ++v)
      if (labels[v] != plan_.ignored && static_cast<std::uint64_t>(labels[v]) >= end) {
        totals.bad = true;
        totals.bad_label = labels[v];
      }
    for (std::int64_t v = 0; v < n; ++v) logit_[v] = rows_[label_[v] * kBlock + v];
    return good;
  }

  // Rows of logits become rows of probabilities; for the label's also their logarithm.
  [[gnu::always_inline]] inline void predict(std::int64_t n) {
    if (plan_.sigmoid) {
      for (std::int64_t r = plan_.first; r < plan_.rows; ++r) {
        T* __restrict x = row(r);
        for (std::int64_t v = 0; v < n; ++v) x[v] = simd::clamp(-x[v] > 87 ? T{87} : -x[v]);
        for (std::int64_t v = 0; v < n; ++v) x[v] = 1 / (1 + simd::exp(x[v]));
      }
    } else {
      T sum[kBlock] = {};
      for (std::int64_t v = 0; v < n; ++v) spread_[v] = 0;
      for (std::int64_t r = 0; r < plan_.rows; ++r) {
        T* __restrict x = row(r);
        for (std::int64_t v = 0; v < n; ++v) x[v] -= top_[v];
        if (plan_.spread > 0)
          for (std::int64_t v = 0; v < n; ++v) spread_[v] -= plan_.weights[r] * x[v];
        for (std::int64_t v = 0; v < n; ++v) x[v] = simd::clamp(x[v]);
        for (std::int64_t v = 0; v < n; ++v) {
          x[v] = simd::exp(x[v]);
          sum[v] += x[v];
        }
      }
      for (std::int64_t v = 0; v < n; ++v) {
        const T log_sum = simd::log(sum[v]);
        minus_log_[v] = log_sum - (logit_[v] - top_[v]);
        spread_[v] += plan_.weight_sum * log_sum;
        scale_[v] = 1 / sum[v];
      }
      for (std::int64_t r = 0; r < plan_.rows; ++r) {
        T* __restrict x = row(r);
        for (std::int64_t v = 0; v < n; ++v) x[v] *= scale_[v];
      }
    }
    for (std::int64_t v = 0; v < n; ++v) p_[v] = rows_[label_[v] * kBlock + v];
  }

  [[gnu::always_inline]] inline void add_regions(std::int64_t n, BlockTotals<T>& totals) {
    for (std::int64_t r = plan_.first; r < plan_.rows; ++r) {
      const T* x = row(r);
      const T* keep = keep_;
      totals.prediction[r] +=
          plan_.squared ? simd::sum<T>(n, [=](std::int64_t v) { return x[v] * x[v] * keep[v]; })
                        : simd::sum<T>(n, [=](std::int64_t v) { return x[v] * keep[v]; });
    }
    for (std::int64_t v = 0; v < n; ++v) {
      totals.intersection[label_[v]] += static_cast<double>(p_[v] * keep_[v]);
      totals.truth[label_[v]] += static_cast<double>(keep_[v]);
    }
  }

  [[gnu::always_inline]] inline void add_cross_entropy(std::int64_t n, BlockTotals<T>& totals) {
    weigh(n);
    focus(n);
    const T *weight = weight_, *loss = minus_log_, *focus = focus_, *keep = keep_, *even = spread_;
    const T share = plan_.share, spread = plan_.spread;
    totals.loss += simd::sum<T>(n, [=](std::int64_t v) {
      return share * weight[v] * focus[v] * loss[v] + spread * keep[v] * even[v];
    });
    totals.weight += simd::sum<T>(n, [=](std::int64_t v) { return weight[v]; });
    totals.count += simd::sum<T>(n, [=](std::int64_t v) { return keep[v]; });
  }

  [[gnu::always_inline]] inline void weigh(std::int64_t n) {
    for (std::int64_t v = 0; v < n; ++v) weight_[v] = plan_.weights[label_[v]] * keep_[v];
  }

  // (1 - p)^gamma.
  [[gnu::always_inline]] inline void focus(std::int64_t n) {
    for (std::int64_t v = 0; v < n; ++v) focus_[v] = 1;
    if (plan_.gamma == 0) return;
    for (std::int64_t v = 0; v < n; ++v) focus_[v] = plan_.gamma * simd::log(1 - p_[v]);
    for (std::int64_t v = 0; v < n; ++v) focus_[v] = simd::clamp(focus_[v]);
    for (std::int64_t v = 0; v < n; ++v) focus_[v] = simd::exp(focus_[v]);
  }

  [[gnu::always_inline]] inline void differentiate_softmax(std::int64_t n,
                                                           const BlockGradient<T>& d) {
    // Each row's gradient is p (slope of its own + pull_ of all) - its part of the target.
    T pull[kBlock] = {}, target[kBlock] = {};
    if (plan_.regions) {
      for (std::int64_t r = plan_.first; r < plan_.rows; ++r) {
        const T* __restrict p = row(r);
        const T slope = d.prediction[r];
        if (plan_.squared)
          for (std::int64_t v = 0; v < n; ++v) pull[v] -= 2 * slope * p[v] * p[v];
        else
          for (std::int64_t v = 0; v < n; ++v) pull[v] -= slope * p[v];
      }
      for (std::int64_t v = 0; v < n; ++v) {
        target[v] = -p_[v] * d.intersection[label_[v]];
        pull[v] += target[v];
      }
    }
    T even = 0;
    if (plan_.cross_entropy) {
      weigh(n);
      focus(n);
      // d/dlog p of (1-p)^gamma log p; its quotient tends to 1 where p does.
      if (plan_.gamma != 0)
        for (std::int64_t v = 0; v < n; ++v) {
          const T rest = 1 - p_[v];
          focus_[v] *= 1 + plan_.gamma * p_[v] * (rest > 0 ? minus_log_[v] / rest : T{1});
        }
      even = d.cross_entropy * plan_.spread;
      const T hit = d.cross_entropy * plan_.share;
      for (std::int64_t v = 0; v < n; ++v) {
        const T on_label = hit * weight_[v] * focus_[v];
        target[v] += on_label;
        pull[v] += on_label + even * plan_.weight_sum;
      }
    }
    for (std::int64_t r = plan_.first; r < plan_.rows; ++r) {
      T* __restrict p = row(r);
      const T slope = plan_.regions ? d.prediction[r] : T{0};
      const T part = plan_.cross_entropy ? even * plan_.weights[r] : T{0};
      if (plan_.squared)
        for (std::int64_t v = 0; v < n; ++v) p[v] = p[v] * (2 * slope * p[v] + pull[v]) - part;
      else
        for (std::int64_t v = 0; v < n; ++v) p[v] = p[v] * (slope + pull[v]) - part;
    }
    for (std::int64_t v = 0; v < n; ++v) rows_[label_[v] * kBlock + v] -= target[v];
    drop_ignored(n);
  }

  [[gnu::always_inline]] inline void differentiate_sigmoid(std::int64_t n,
                                                           const BlockGradient<T>& d) {
    for (std::int64_t r = plan_.first; r < plan_.rows; ++r) {
      T* __restrict p = row(r);
      const T slope = d.prediction[r];
      for (std::int64_t v = 0; v < n; ++v)
        p[v] = (plan_.squared ? 2 * slope * p[v] : slope) * p[v] * (1 - p[v]);
    }
    for (std::int64_t v = 0; v < n; ++v)
      rows_[label_[v] * kBlock + v] += d.intersection[label_[v]] * p_[v] * (1 - p_[v]);
    drop_ignored(n);
  }

  [[gnu::always_inline]] inline void drop_ignored(std::int64_t n) {
    if (!ignores_) return;
    for (std::int64_t r = plan_.first; r < plan_.rows; ++r)
      for (std::int64_t v = 0; v < n; ++v) row(r)[v] *= keep_[v];
  }

  const BlockPlan<T>& plan_;
  std::vector<T> rows_;  // by row: logits, then probabilities, then their gradient
  bool ignores_ = false;
  std::int32_t label_[kBlock];
  T top_[kBlock];        // the largest logit
  T logit_[kBlock];      // the label's
  T p_[kBlock];          // the label's probability
  T minus_log_[kBlock];  // -log of it
  T spread_[kBlock];     // sum over rows of weight * -log p
  T scale_[kBlock];      // 1 / sum of exponentials
  T keep_[kBlock];       // 0 where ignored
  T weight_[kBlock];     // of the label, 0 where ignored
  T focus_[kBlock];      // (1 - p)^gamma
};

}  // namespace myoseg
