"""Measures the memory of MONAI's networks in turn with `memory` (bench/memory.cpp): one training step (Dice plus
cross-entropy, AdamW) and one prediction at one size, each in a process of its own.

    python3 memory_peers.py path/to/memory [--network unet unetr] [--size 96] [--classes 4] [--threads N]

`resident` is the peak of the process' resident memory without what it held before the network was made (libraries),
`tensors` the peak of what tensors held, `said` what `myoseg info` says of it (in training without and with
activation_checkpointing).
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time

OURS = {
    "unet": "name: monai_unet, norm: batch",
    "basic_unet": "name: basic_unet",
    "dynunet": "name: dynunet",
    "unetr": "name: unetr, embedding: conv, image_size: [{size}, {size}, {size}]",
}


def peer(name, size, classes):
    from monai.networks import nets

    if name == "unet":
        return nets.UNet(3, 1, classes, (16, 32, 64, 128, 256), (2, 2, 2, 2), num_res_units=2, norm="batch")
    if name == "basic_unet":
        return nets.BasicUNet(3, 1, classes)
    if name == "unetr":
        return nets.UNETR(1, classes, (size,) * 3, proj_type="conv")
    kernels, strides = [3] * 6, [1, 2, 2, 2, 2, 2]
    return nets.DynUNet(3, 1, classes, kernels, strides, strides[1:], norm_name=("instance", {"affine": True}))


def train(torch, network, image, label):
    from monai.losses import DiceCELoss

    loss = DiceCELoss(to_onehot_y=True, softmax=True)
    optimizer = torch.optim.AdamW(network.parameters())
    network.train()
    for _ in range(2):
        optimizer.zero_grad()
        loss(network(image), label).backward()
        optimizer.step()


def run_peer(name, size, classes, task, threads):
    import monai.losses  # noqa: F401  its modules are no part of what the network needs
    import torch

    torch.set_num_threads(threads)
    network_class = peer(name, 32, 2)  # so that what MONAI imports late is there before
    del network_class
    with open("/proc/self/statm") as file:
        before = int(file.read().split()[1]) * 4096 / 2**20
    network = peer(name, size, classes)
    image = torch.zeros(1, 1, size, size, size)
    started = time.perf_counter()
    if task == "train":
        train(torch, network, image, image.long())
    else:
        network.eval()
        with torch.no_grad():
            network(image)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"resident_mib": peak, "before_mib": before, "seconds": time.perf_counter() - started,
                      "torch": torch.__version__}))


def result_of(command):
    # The variables that let Python find its LibTorch would mislead ours.
    environment = {k: v for k, v in os.environ.items() if k not in ("LD_LIBRARY_PATH", "PYTHONPATH")}
    out = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return json.loads(out.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("memory")
    parser.add_argument("--network", nargs="+", default=list(OURS), choices=list(OURS))
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--classes", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peer", nargs=2, help=argparse.SUPPRESS)  # network and task, in the process of its own
    options = parser.parse_args()
    numbers = [str(options.classes), str(options.threads)]
    if options.peer:
        return run_peer(options.peer[0], options.size, options.classes, options.peer[1], options.threads)
    print("network,task,program,resident_mib,tensors_mib,said_mib,seconds")
    for name in options.network:
        for task in ("train", "predict"):
            command = [sys.executable, __file__, options.memory, "--peer", name, task, "--size", str(options.size)]
            runs = {"monai": [*command, "--classes", numbers[0], "--threads", numbers[1]]}
            ours = OURS[name].format(size=options.size)
            for kind in ("none", "blocks") if task == "train" else ("none",):
                model = f"{{{ours}, activation_checkpointing: {kind}}}"
                runs[f"myoseg {kind}"] = [options.memory, model, ",".join([str(options.size)] * 3), numbers[0], task,
                                          numbers[1]]
            for program, run in runs.items():
                found = result_of(run)
                print(f"{name},{task},{program},{found['resident_mib'] - found['before_mib']:.0f},"
                      f"{found.get('tensors_mib', '')},{' '.join(map(str, found.get('said_mib', [])))},{found['seconds']:.1f}", flush=True)


if __name__ == "__main__":
    main()
