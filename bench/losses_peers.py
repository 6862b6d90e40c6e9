"""Times MONAI's DiceCELoss and segmentation-models-pytorch's DiceLoss + SoftCrossEntropyLoss, value
and gradient, in turn with losses_speed, and prints how many times faster ours are.

    python3 losses_peers.py path/to/losses_speed [--threads N] [--rounds N]

MONAI and segmentation_models_pytorch must be importable; of the latter only the losses are loaded.
In each round every program runs one after the other on as many threads; the medians are compared.
CPU time is what counts on a machine that is not idle.
"""

import argparse
import importlib
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time
import types


def smp_losses():
    """The losses without the package around them, which needs many others."""
    spec = importlib.util.find_spec("segmentation_models_pytorch")
    package = types.ModuleType("segmentation_models_pytorch")
    package.__path__ = list(spec.submodule_search_locations)
    sys.modules["segmentation_models_pytorch"] = package
    return importlib.import_module("segmentation_models_pytorch.losses")


def monai_case(torch):
    from monai.losses import DiceCELoss

    loss = DiceCELoss(softmax=True, to_onehot_y=True)
    logits = torch.randn(1, 30, 96, 96, 96, requires_grad=True)
    labels = torch.randint(0, 30, (1, 1, 96, 96, 96)).float()
    return loss, logits, labels


def smp_case(torch):
    losses = smp_losses()
    dice = losses.DiceLoss("multiclass")
    cross_entropy = losses.SoftCrossEntropyLoss(smooth_factor=0.0)
    logits = torch.randn(8, 8, 256, 256, requires_grad=True)
    labels = torch.randint(0, 8, (8, 256, 256))
    return lambda z, y: dice(z, y) + cross_entropy(z, y), logits, labels


PEERS = {"3d_1x30x96": ("MONAI DiceCELoss", monai_case), "2d_8x8x256": ("smp Dice + CE", smp_case)}


def time_peer(case, seconds):
    loss, logits, labels = case
    loss(logits, labels).backward()
    steps, wall, cpu = 0, time.perf_counter(), time.process_time()
    while steps < 3 or time.perf_counter() - wall < seconds:
        logits.grad = None
        loss(logits, labels).backward()
        steps += 1
    return (time.perf_counter() - wall) / steps * 1e3, (time.process_time() - cpu) / steps * 1e3


def time_ours(program, shape, threads, seconds):
    # The variables that let Python find its LibTorch would mislead ours.
    environment = {k: v for k, v in os.environ.items() if k not in ("LD_LIBRARY_PATH", "PYTHONPATH")}
    out = subprocess.run(
        [
            program,
            f"--benchmark_filter=^dice_ce/{shape}/",
            f"--benchmark_min_time={seconds}",
            "--benchmark_format=json",
            f"--threads={threads}",
        ],
        env=environment, check=True, capture_output=True, text=True,
    ).stdout
    (result,) = json.loads(out)["benchmarks"]
    return result["real_time"], result["cpu_time"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each program in a round")
    options = parser.parse_args()

    import torch

    torch.set_num_threads(options.threads)
    print(f"# {options.threads} threads, torch {torch.__version__}, load {os.getloadavg()[0]:.2f}")
    print("shape,peer,peer_wall_ms,peer_cpu_ms,our_wall_ms,our_cpu_ms,wall_ratio,cpu_ratio")
    for shape, (name, make) in PEERS.items():
        case = make(torch)
        peer, ours = [], []
        for _ in range(options.rounds):
            peer.append(time_peer(case, options.seconds))
            ours.append(time_ours(options.program, shape, options.threads, options.seconds))
        p, o = ([statistics.median(t) for t in zip(*times)] for times in (peer, ours))
        print(
            f"{shape},{name},{p[0]:.1f},{p[1]:.1f},{o[0]:.1f},{o[1]:.1f},"
            f"{p[0] / o[0]:.2f},{p[1] / o[1]:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
