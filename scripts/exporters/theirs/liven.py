"""Networks of random weights that find something."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import torch
from torch import nn

Look: TypeAlias = Callable[[torch.Tensor], object]
"""A pass of a network."""
_PASSES = 2
_LOGIT_MEAN, _LOGIT_MAX = -4.0, 3.5
"""Of all classes at all places: a few are objects, and none is so sure that scores round to equals,
whose order nobody can know."""


def stir(network: nn.Module) -> None:
    """Fills weights that start as zeros, as those of tokens and of last layers of boxes do."""
    with torch.no_grad():
        for values in network.parameters():
            if values.dim() > 1 and not values.any():
                values.normal_()


def settle(network: nn.Module, look: Look, inputs: torch.Tensor) -> None:
    """Sets the statistics of batch normalisation to what the inputs, and variants of them, bring.

    With those that a fresh network has, what varies with the place in an image dies out on the way
    through tens of layers of random weights; with those of one image, anything else explodes.
    """
    varied = torch.cat((inputs, inputs.flip(3), inputs * 0.6, torch.rand_like(inputs)))
    norms = [part for part in network.modules() if isinstance(part, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean of all passes
        norm.train()
    with torch.no_grad():
        for _ in range(_PASSES):
            look(varied)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
        norm.eval()


def spread(
    layers: Sequence[nn.Module],
    look: Look,
    inputs: torch.Tensor,
    *,
    mean: float = _LOGIT_MEAN,
    highest: float = _LOGIT_MAX,
    last_call: bool = False,
) -> None:
    """Scales last layers so that what they say in a pass has this mean and this maximum.

    The heads of fresh networks score every class at every place alike, and next to nothing: no
    object would pass a threshold, and the order of the scores would mean nothing. `last_call`
    looks at what a layer says last: levels of a decoder may share it, levels of a pyramid do.
    Layers of one weight are one layer, and scaled once.
    """
    said: dict[nn.Parameter, list[torch.Tensor]] = {}
    owners = {layer.weight: layer for layer in layers}

    def listen(layer: nn.Module, _: object, output: torch.Tensor) -> None:
        before = [] if last_call else said.get(layer.weight, [])
        said[layer.weight] = [*before, output.detach().flatten()]

    hooks = [layer.register_forward_hook(listen) for layer in layers]
    with torch.no_grad():
        look(inputs)
        for weight, outputs in said.items():
            values = torch.cat(outputs)
            gain = (highest - mean) / float(values.max() - values.mean())
            weight.mul_(gain)
            owners[weight].bias.mul_(gain).add_(mean - gain * float(values.mean()))
    for hook in hooks:
        hook.remove()
