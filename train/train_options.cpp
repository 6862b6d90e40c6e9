#include "train/train_options.h"

namespace myoseg {

void describe(Fields& f, TrainOptions& o) {
  f("epochs", o.epochs, at_least(1), "Passes over the training samples.");
  f("precision", o.precision,
    "Number format of convolutions and products; parameters, losses and norms' statistics stay "
    "fp32. fp16 needs CUDA; auto is bf16 on a GPU, else fp32.");
  f("channels_last", o.channels_last,
    "Memory layout of 2D images: (N,H,W,C) instead of (N,C,H,W); null: with bf16 and fp16, which "
    "it suits.");
  f("sync_batch_norm", o.sync_batch_norm, kAny.added_with(Node(false)),
    "With several processes: whether batch norm counts the rows of all of them, as one process "
    "would; else each counts its own.");
  f("kernels", o.kernels, kAny.added_with(Node("library")),
    "Whose convolutions compute in fp32 on a processor, in training, validation and prediction: the "
    "library's, our own with squares of 2 x 2 (f2) or 4 x 4 (f4, faster, with more rounding) places "
    "at once wherever the kernel allows them, or by each one's shape what is fastest (auto).");
  f("cuda_graph", o.cuda_graph, kAny.without_effect(),
    "On a GPU: whether forward and backward pass are recorded once and played again, which saves "
    "the time of starting each of their kernels; not with dropout, fp16 or accumulate.");
  f("clip_norm", o.clip_norm, kNonNegative, "Gradients are scaled down to this norm; 0: never.");
  f("accumulate", o.accumulate, at_least(1), "Batches per optimiser step.");
  f("early_stopping", o.early_stopping, at_least(0).in("scores"),
    "Stop after so many validation scores in a row of which none is the best; epochs without a "
    "validation do not count; 0: never.");
  f("deep_supervision_weights", o.deep_supervision_weights, kNonNegative,
    "Of a network that is trained on several outputs, full size first; empty: 1, 1/2, 1/4 ..., "
    "divided by their sum.");
  f("validate_every", o.validate_every, at_least(1).in("epochs"),
    "How often the tuning cases are scored.");
  f("checkpoint_every", o.checkpoint_every, at_least(1).in("epochs").without_effect(),
    "How often the state is saved from which an interrupted training goes on.");
}

}  // namespace myoseg
