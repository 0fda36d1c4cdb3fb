"""What a person sees when the edge serves."""

from typing import TYPE_CHECKING

from ocelli.edge.config import Config

if TYPE_CHECKING:  # brings OpenCV along, which the supervisor of several workers does without
    from ocelli.edge.triton.model_entry import ModelEntry


def banner(address: str, config: Config, models: list[str]) -> str:
    """The address, the models as `describe_models` has them, and three things to try."""
    over_tls = " over TLS" if config.tls_cert else ""
    lines = [f"Ocelli serves on {address}{over_tls} (Triton: {config.triton})", "", "Models:"]
    lines += [f"  {model}" for model in models]
    if not models:
        lines.append("  none yet: run `ocelli models install`, or start Triton")
    cli, grpcurl, sdk = ("--tls ", "", ", tls=True") if over_tls else ("", "-plaintext ", "")
    call = f"connect('{address}'{sdk}).detect('PHOTO.jpg')"
    snippet = f"from ocelli.client import connect; print({call})"
    return "\n".join(
        [
            *lines,
            "",
            "Try:",
            f"  ocelli {cli}--address {address} detect PHOTO.jpg --out boxes.png",
            f"  grpcurl {grpcurl}{address} list",
            f'  python -c "{snippet}"',
            *_tls_notes(config),
            "",
            "Ctrl-C drains and stops.",
        ]
    )


def _tls_notes(config: Config) -> list[str]:
    if not config.tls_cert:
        return []
    lines = ["", "An authority of your own: --tls-ca FILE, grpcurl -cacert FILE, tls=Tls(ca=FILE)."]
    if config.tls_client_ca:
        lines.append("Clients need a certificate: --tls-cert FILE --tls-key FILE, and so on.")
    return lines


def describe_models(models: "list[ModelEntry]") -> list[str]:
    """One line for each: its name and its task, or why it has none."""
    width = max((len(model.name) for model in models), default=0)
    return [f"{model.name:<{width}}  {_state(model)}" for model in models]


def _state(model: "ModelEntry") -> str:
    if model.spec is None:
        return f"({model.state.value}) {model.message}".rstrip()
    default = ", default" if model.spec.is_default else ""
    return f"{model.spec.head.task}{default}"
