"""Nothing committed names a registry, a machine's folders or a secret."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Each is written so that it does not find itself.
FORBIDDEN = {
    "a registry": r"(?:pypi|python[h]osted|npm[j]s|npm[m]irror|deb\.debian)\.(?:org|com|cn|net)",
    "a resolved address": r"[\"']resolv[e]d[\"']:|https?://\S+/simpl[e]/?(?: |\"|$)",
    "an index option": r"--(?:extra-)?inde[x]-url|--find-link[s]|--trusted-hos[t]",
    "a machine's folder": r"(?<![\w.}-])/(?:home|Users|root|work|tmp|opt|mnt)/\w",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KE[Y]",
}
NO_TEXT = {".png", ".jpg", ".webp", ".ico", ".woff2", ".xz"}


def committed() -> list[Path]:
    """Give the text files git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.suffix not in NO_TEXT and path.is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_committed_names(what: str):
    pattern = re.compile(FORBIDDEN[what])
    files = committed()
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert len(files) > 20
    assert found == []
