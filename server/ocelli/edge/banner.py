"""What a person sees when the edge serves."""

from ocelli.edge.config import Config
from ocelli.edge.triton.entry import ModelEntry


def banner(address: str, config: Config, models: list[str]) -> str:
    """The address, the models as `describe_models` has them, and three things to try."""
    lines = [f"Ocelli serves on {address} (Triton: {config.triton})", "", "Models:"]
    lines += [f"  {model}" for model in models]
    if not models:
        lines.append("  none yet: run `ocelli models install`, or start Triton")
    snippet = f"from ocelli.client import connect; print(connect('{address}').detect('PHOTO.jpg'))"
    return "\n".join(
        [
            *lines,
            "",
            "Try:",
            f"  ocelli --address {address} detect PHOTO.jpg --out boxes.png",
            f"  grpcurl -plaintext {address} list",
            f'  python -c "{snippet}"',
            "",
            "Ctrl-C drains and stops.",
        ]
    )


def describe_models(models: list[ModelEntry]) -> list[str]:
    """One line for each: its name and its task, or why it has none."""
    width = max((len(model.name) for model in models), default=0)
    return [f"{model.name:<{width}}  {_state(model)}" for model in models]


def _state(model: ModelEntry) -> str:
    if model.spec is None:
        return f"({model.state.value}) {model.message}".rstrip()
    default = ", default" if model.spec.is_default else ""
    return f"{model.spec.task}{default}"
