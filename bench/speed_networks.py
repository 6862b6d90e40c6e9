"""The networks of speed_table.py: this program's name of each, its peer, their loss, and the size that they are timed at."""

from dataclasses import dataclass
from typing import Callable

OUR_SMP_LOSS = ("{sum: [{dice: {batch: true, absent_classes: zero, smooth_numerator: 0, smooth_denominator: 0}}, "
                "cross_entropy]}")
OUR_MONAI_LOSS = "{sum: [dice, cross_entropy]}"


@dataclass
class Compared:
    title: str
    ours: str       # `model` of this program
    our_loss: str   # and `loss`
    peer: Callable  # -> torch.nn.Module, with this program's names of weights or those that it reads
    loss: Callable
    channels: int
    classes: int
    batch: int
    size: tuple


def smp_loss():
    import torch
    from segmentation_models_pytorch.losses import DiceLoss

    dice, cross_entropy = DiceLoss("multiclass"), torch.nn.CrossEntropyLoss()
    return lambda logits, label: dice(logits, label) + cross_entropy(logits, label)


def monai_loss():
    from monai.losses import DiceCELoss

    loss = DiceCELoss(to_onehot_y=True, softmax=True)
    return lambda logits, label: loss(logits, label.unsqueeze(1))


def plain_unet(concat_first):
    """Kreher's U-Net (each up block joins the pooled features, then upsamples), or the classic one: 32 to 512 channels."""
    import torch
    from torch import nn

    class Block(nn.Sequential):
        def __init__(self, inside, out):
            parts = {"conv": nn.Conv2d(inside, out, 3, padding=1), "norm": nn.BatchNorm2d(out), "act": nn.ReLU(inplace=True)}
            super().__init__()
            for name, part in parts.items():
                self.add_module(name, part)

    def stack(inside, out):
        return nn.Sequential(Block(inside, out), Block(out, out))

    class Up(nn.Module):
        def __init__(self, inside, skip):
            super().__init__()
            channels = inside + skip if concat_first else inside
            up = nn.ConvTranspose2d(channels, channels // 2, 4, 2, 1) if concat_first else nn.ConvTranspose2d(channels, channels // 2, 2, 2)
            self.upsample = nn.ModuleDict({"conv": up})
            self.conv = stack(channels // 2 + (0 if concat_first else skip), skip)

        def forward(self, x, skip):
            if concat_first:
                return self.conv(self.upsample["conv"](torch.cat([x, skip], 1)))
            return self.conv(torch.cat([self.upsample["conv"](x), skip], 1))

    class Down(nn.Module):
        def __init__(self, inside, out):
            super().__init__()
            self.conv = stack(inside, out)

    class UNet(nn.Module):
        def __init__(self, widths=(32, 64, 128, 256), bottleneck=512, channels=1, classes=6):
            super().__init__()
            self.levels = range(1, len(widths) + 1)
            for i, (inside, out) in enumerate(zip((channels, *widths), widths)):
                self.add_module(f"down{i + 1}", Down(inside, out))
            self.bottleneck = stack(widths[-1], bottleneck)
            for i, inside in reversed(list(enumerate((*widths[1:], bottleneck)))):
                self.add_module(f"up{i + 1}", Up(inside, widths[i]))
            self.head = nn.Conv2d(widths[0], classes, 1)

        def forward(self, x):
            skips = []
            for i in self.levels:
                full = getattr(self, f"down{i}").conv(x)
                x = nn.functional.max_pool2d(full, 2)
                skips.append(x if concat_first else full)
            x = self.bottleneck(x)
            for i in reversed(self.levels):
                x = getattr(self, f"up{i}")(x, skips.pop())
            return self.head(x)

    return UNet()


def smp(kind, encoder, channels):
    import segmentation_models_pytorch

    return getattr(segmentation_models_pytorch, kind)(encoder, encoder_weights=None, in_channels=channels, classes=4)


def monai(kind, *arguments, **named):
    from monai.networks import nets

    return getattr(nets, kind)(*arguments, **named)


def dynunet():
    strides = [1, 2, 2, 2, 2, 2]
    return monai("DynUNet", 3, 1, 30, [3] * 6, strides, strides[1:], norm_name=("instance", {"affine": True}))


def of_smp(title, ours, kind, encoder="resnet34", channels=1):
    return Compared(f"{title}, 4 x 256^2", ours, OUR_SMP_LOSS, lambda: smp(kind, encoder, channels), smp_loss, channels, 4, 4, (256, 256))


def of_monai(title, ours, peer):
    return Compared(f"{title}, 96^3", ours, OUR_MONAI_LOSS, peer, monai_loss, 1, 30, 1, (96, 96, 96))


def of_plain(title, ours, concat_first):
    return Compared(f"{title}, 4 x 256^2", ours, OUR_SMP_LOSS, lambda: plain_unet(concat_first), smp_loss, 1, 6, 4, (256, 256))


NETWORKS = {
    "unet_kreher2022": of_plain("Kreher's U-Net", "unet", True),
    "unet": of_plain("U-Net 32-512", "{name: unet, order: upsample_then_concat, upsampling: transposed2}", False),
    "unetplusplus": of_smp("UNet++", "unetplusplus", "UnetPlusPlus"),
    "manet": of_smp("MANet", "manet", "MAnet"),
    "segformer": of_smp("SegFormer B2", "{name: segformer, encoder: {name: mit_b2}, decoder_channels: 256}", "Segformer", "mit_b2", 3),
    "unetr": of_monai("UNETR", "{name: unetr, embedding: conv, image_size: [96, 96, 96]}", lambda: monai("UNETR", 1, 30, (96, 96, 96), proj_type="conv")),
    "monai_unet": of_monai("MONAI UNet", "{name: monai_unet, norm: batch}",
                           lambda: monai("UNet", 3, 1, 30, (16, 32, 64, 128, 256), (2, 2, 2, 2), num_res_units=2, norm="batch")),
    "basic_unet": of_monai("BasicUNet", "{name: basic_unet}", lambda: monai("BasicUNet", 3, 1, 30)),
    "dynunet": of_monai("DynUNet", "{name: dynunet}", dynunet),
}
