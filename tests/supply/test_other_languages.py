"""Where the licences of what the other languages use are read."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.supply import cargo_crates, go_modules, npm_packages
from deploy.supply.component import Component
from deploy.supply.licence_text import licences_in
from deploy.supply.maven_artifacts import component_of

ROOT = Path(__file__).parents[2]
MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), …"""
BSD = """// Redistribution and use in source and binary forms, with or without
// modification, are permitted provided that …"""
NO_ENDORSEMENT = "may be used to endorse or promote products derived from this software without"
PARENT = "<parent><groupId>{0}</groupId><artifactId>{1}</artifactId><version>{2}</version></parent>"


@pytest.mark.parametrize(
    ("text", "licences"),
    [
        (MIT, ["MIT"]),
        (BSD, ["BSD-2-Clause"]),
        (f"{BSD}\n// {NO_ENDORSEMENT}", ["BSD-3-Clause"]),
        (f"{MIT}\n  Apache License\n  Version 2.0, January 2004", ["Apache-2.0", "MIT"]),
        ("Licensed under the Apache License, Version 2.0 (the", ["Apache-2.0"]),
        ("GNU LESSER …\n Everyone is permitted to copy and distribute verbatim copies", ["GPL"]),
        ("All rights reserved.", []),
    ],
)
def test_a_text_is_known_by_its_sentences(text: str, licences: list[str]) -> None:
    assert licences_in(text) == licences


def test_a_module_is_under_all_licences_that_it_carries(tmp_path: Path) -> None:
    assert not go_modules.licence_of(tmp_path)
    (tmp_path / "LICENSE").write_text(MIT)
    assert go_modules.licence_of(tmp_path) == "MIT"
    (tmp_path / "LICENSE.third").write_text(BSD)
    assert go_modules.licence_of(tmp_path) == "BSD-2-Clause AND MIT"
    (tmp_path / "COPYING").write_text("All rights reserved.")
    assert not go_modules.licence_of(tmp_path), "one of them is not known"


def folders_with(name: str) -> set[str]:
    """Folders of the repository that have a file of this name."""
    told = subprocess.run(
        ["git", "ls-files", f"*{name}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {str(Path(path).parent) for path in told.stdout.splitlines()}


def test_every_manifest_of_the_repository_is_looked_at() -> None:
    # docs/licences.md says why.
    left_out = {
        *("deploy/image/compose", "deploy/kubernetes/coredns", "deploy/kubernetes/programs"),
    }
    assert folders_with("go.mod") == set(go_modules.MODULES) | left_out
    assert folders_with("package-lock.json") == {str(Path(p).parent) for p in npm_packages.LOCKS}


def test_npm_packages_are_named_by_their_folders_and_ours_are_left_out() -> None:
    packages: dict[str, dict[str, Any]] = {
        "": {"version": "0.1.0", "license": "Apache-2.0"},
        "../../gen/typescript": {"version": "0.1.0"},
        "node_modules/@ocelli/proto": {"version": "0.1.0", "resolved": "file:../../gen/typescript"},
        "node_modules/linked": {"link": True},
        "node_modules/a": {"version": "1", "license": "MIT"},
        "node_modules/a/node_modules/@scope/b": {"version": "2"},
    }
    assert npm_packages.components(packages) == [
        Component("a", "1", "MIT"),
        Component("@scope/b", "2", ""),
    ]


def repository(folder: Path, group: str, artifact: str, version: str, body: str) -> Path:
    """A jar of a local repository beside its POM."""
    home = folder.joinpath(*group.split("."), artifact, version)
    home.mkdir(parents=True)
    (home / f"{artifact}-{version}.pom").write_text(
        f'<project xmlns="http://maven.apache.org/POM/4.0.0">{body}</project>'
    )
    return home / f"{artifact}-{version}.jar"


def licensed(*names: str) -> str:
    each = "".join(f"<license><name>{name}</name></license>" for name in names)
    return f"<licenses>{each}</licenses>"


def test_an_artifact_has_the_licence_of_its_pom_or_of_the_one_above(tmp_path: Path) -> None:
    repository(tmp_path, "org.top", "all", "7", licensed("MIT", "MIT\n license"))
    repository(tmp_path, "org.top", "some", "7", PARENT.format("org.top", "all", "7"))
    inheriting = repository(tmp_path, "org.top", "one", "8", PARENT.format("org.top", "some", "7"))
    assert component_of(inheriting) == Component("org.top:one", "8", "MIT OR MIT license")
    own = f"<groupId>own.group</groupId>{PARENT.format('org.top', 'all', '7')}{licensed('EPL')}"
    assert component_of(repository(tmp_path, "own.group", "x", "1", own)) == Component(
        "own.group:x", "1", "EPL"
    )
    nothing = repository(tmp_path, "own.group", "y", "1", "<groupId>own.group</groupId>")
    assert component_of(nothing).licence == ""


def test_crates_that_manifests_name_are_listed_and_all_are_checked() -> None:
    def crate(name: str, licence: str | None, source: str | None, *needs: str) -> dict[str, Any]:
        dependencies = [{"name": one} for one in needs]
        found = {"name": name, "version": "1", "license": licence, "source": source}
        return found | {"dependencies": dependencies}

    survey = cargo_crates.survey_packages(
        [
            crate("ours", "Apache-2.0", None, "named", "also-ours"),
            crate("also-ours", None, None),
            crate("named", "MIT/Apache-2.0", "registry", "further"),
            crate("further", None, "registry"),
        ]
    )
    assert survey.components == [Component("named", "1", "MIT/Apache-2.0")]
    assert survey.unlisted == [Component("further", "1", "")]
