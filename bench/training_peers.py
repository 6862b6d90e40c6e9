"""Times a training step of segmentation-models-pytorch as it comes (fp32) in turn with
training_speed in fp32 and bf16: the same initial weights, batches, loss and AdamW.

    python3 training_peers.py path/to/training_speed [--model unetplusplus manet] [--precision fp32 bf16] [--threads N]

In each round every program takes the same steps from the same start, one after the other; the first
step is left out and the medians are compared. `loss` is the mean over the last half of the steps:
equal within noise when the programs train alike. CPU time is what counts on a machine that is not
idle.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

MODELS = {"unetplusplus": "UnetPlusPlus", "manet": "MAnet"}


def batches(torch, steps, size):
    """Discs of four classes in noise: something to learn within a few steps."""
    torch.manual_seed(1)
    y, x = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    label = torch.zeros(steps, 4, size, size, dtype=torch.long)
    for i in range(steps):
        for j in range(4):
            for value in (1, 2, 3):
                cy, cx = torch.randint(size // 4, 3 * size // 4, (2,))
                label[i, j][(y - cy) ** 2 + (x - cx) ** 2 < (size // 8) ** 2] = value
    image = label.unsqueeze(2).float() / 3 + 0.2 * torch.randn(steps, 4, 1, size, size)
    return image, label


def run_peer(torch, model, image, label):
    from segmentation_models_pytorch import losses

    dice = losses.DiceLoss("multiclass")
    cross_entropy = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    model.train()
    result = {"losses": [], "wall_ms": [], "cpu_ms": []}
    for x, y in zip(image, label):
        wall, cpu = time.perf_counter(), time.process_time()
        optimizer.zero_grad()
        z = model(x)
        value = dice(z, y) + cross_entropy(z, y)
        value.backward()
        optimizer.step()
        result["losses"].append(value.item())
        result["wall_ms"].append((time.perf_counter() - wall) * 1e3)
        result["cpu_ms"].append((time.process_time() - cpu) * 1e3)
    return result


def run_ours(options, name, folder, precision):
    # The variables that let Python find its LibTorch would mislead ours.
    environment = {k: v for k, v in os.environ.items() if k not in ("LD_LIBRARY_PATH", "PYTHONPATH")}
    command = [options.program, name, folder / "weights.pt", folder / "batches.pt", precision]
    out = subprocess.run([*command, str(options.threads)], env=environment, check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--model", nargs="+", default=list(MODELS), choices=list(MODELS))
    parser.add_argument("--precision", nargs="+", default=["fp32", "bf16"], choices=["fp32", "bf16"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--size", type=int, default=256)
    options = parser.parse_args()

    import segmentation_models_pytorch as smp
    import torch

    torch.set_num_threads(options.threads)
    image, label = batches(torch, options.steps, options.size)
    print(f"# {options.threads} threads, torch {torch.__version__}, load {os.getloadavg()[0]:.2f}, "
          f"batch {list(image.shape[1:])}")
    print("model,program,wall_ms,cpu_ms,wall_ratio,cpu_ratio,first_loss,loss")
    for name in options.model:
        runs = {"smp fp32": [], **{f"myoseg {precision}": [] for precision in options.precision}}
        for _ in range(options.rounds):
            torch.manual_seed(2)
            model = getattr(smp, MODELS[name])("resnet34", encoder_weights=None, in_channels=1, classes=4)
            with tempfile.TemporaryDirectory() as made:
                folder = pathlib.Path(made)
                torch.save(model.state_dict(), folder / "weights.pt")
                torch.save({"image": image, "label": label}, folder / "batches.pt")
                runs["smp fp32"].append(run_peer(torch, model, image, label))
                for precision in options.precision:
                    runs[f"myoseg {precision}"].append(run_ours(options, name, folder, precision))
        cost = {
            program: [statistics.median(t for run in of for t in run[key][1:]) for key in ("wall_ms", "cpu_ms")]
            for program, of in runs.items()
        }
        peer = cost["smp fp32"]
        for program, (wall, cpu) in cost.items():
            losses = runs[program][0]["losses"]
            print(f"{name},{program},{wall:.0f},{cpu:.0f},{peer[0] / wall:.2f},{peer[1] / cpu:.2f},"
                  f"{losses[0]:.5f},{statistics.mean(losses[len(losses) // 2:]):.4f}", flush=True)


if __name__ == "__main__":
    main()
