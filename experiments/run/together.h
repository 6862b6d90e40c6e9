// A run by several processes that train together (torchrun, srun, mpirun, `myoseg launch`): rank 0
// does the jobs, and the others help with each training.
#pragma once

#include <functional>

#include "experiments/run/context.h"

namespace myoseg {

// Joins the processes that the environment names, and in rank 0 does `work`, in the others helps
// until rank 0 has no more; alone just `work`. Their exit code is rank 0's.
int together(const std::function<int()>& work);

// In rank 0, before it begins a training: the others begin the same one.
void ask_helpers(const RunContext& run, int fold, const Member& member, int until_epoch);

}  // namespace myoseg
