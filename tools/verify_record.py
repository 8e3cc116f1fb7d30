"""Check a bundle or a proof of Sanhu's record with nothing but Python: `python3 verify_record.py DIR|PROOF.json`.

--earlier FILE   checkpoints you kept: the record must still begin with what they signed
--key FILE       the public key you trust (PEM); otherwise the bundle's own, which proves less
Exit 0: everything holds. 1: something is wrong, each fault on a line. 2: cannot be read.

A leaf is SHA-256(0x00 || SHA-256(body)); the tree is RFC 6962's; a checkpoint is a signed note (Ed25519) of origin,
size, root and moment; a value shown beside its salt is SHA-256(salt || field || 0x00 || canonical JSON).
"""

import argparse
import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from multiprocessing import Pool, cpu_count
from pathlib import Path

canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
TOLERANCE = timedelta(hours=1)  # between machines; what is older than that was dated back
INVENTED = "99"  # districts of this prefix are demonstrations: their moments are invented


def sha(data):
    return hashlib.sha256(data).digest()


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))  # noqa: FURB162 - Python before 3.11 reads no Z


def pair(left, right):
    return sha(b"\x01" + left + right)


def grow(peaks, size, leaf):
    while size & 1:
        leaf, size = pair(peaks.pop(), leaf), size >> 1
    peaks.append(leaf)


def root_of(peaks):
    root = peaks[-1] if peaks else sha(b"")
    for peak in peaks[-2::-1]:
        root = pair(peak, root)
    return root


class Note:
    def __init__(self, lines):
        origin, size, root, at, blank, signature = lines
        self.text = "".join(f"{line}\n" for line in lines[:4])
        self.origin, self.size, self.root = origin, int(size), base64.b64decode(root, validate=True)
        self.at = moment(at)
        dash, name, encoded = signature.split(" ")
        if blank or (dash, name) != ("\u2014", origin):
            raise ValueError("not a signed checkpoint")
        self.signature = base64.b64decode(encoded, validate=True)[4:]


def notes_in(text):
    lines = text.splitlines()
    return [Note(lines[start : start + 6]) for start in range(0, len(lines), 6)]


def signature_faults(notes, key):
    if not shutil.which("openssl"):
        print("signatures: not checked (there is no openssl command)")
        return
    with tempfile.TemporaryDirectory() as folder:
        text, signed = Path(folder, "text"), Path(folder, "signature")
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-rawin", "-inkey", key, "-in", text, "-sigfile", signed]
        for note in notes:
            text.write_bytes(note.text.encode())
            signed.write_bytes(note.signature)
            if subprocess.run(command, capture_output=True, check=False).returncode:
                yield f"checkpoint {note.size} of {note.at}: not signed by this key"
    print(f"signatures: {len(notes)} checked with openssl")


def opened_faults(entry, body):
    for ref, fields in entry.get("open", {}).items():
        committed = body["rows"].get(ref, {})
        for field, (salt, value) in fields.items():
            found = hashlib.sha256(bytes.fromhex(salt) + f"{field}\0{canonical(value)}".encode()).hexdigest()
            if committed.get(field) != found:
                yield f"entry {entry['seq']}: {ref} {field} is not the value recorded"


def judged(line):
    """Give what a line says by itself: its place, its leaf, its moment, and where it is shown what is wrong in it."""
    entry = json.loads(line.decode())
    if "body" not in entry:
        return entry["seq"], sha(b"\x00" + bytes.fromhex(entry["hash"])), None, None
    body = json.loads(entry["body"])
    at = None if body["district"].startswith(INVENTED) else moment(body["at"])
    return entry["seq"], sha(b"\x00" + sha(entry["body"].encode())), at, list(opened_faults(entry, body))


def bundle_faults(folder, earlier):
    own = notes_in((folder / "checkpoints.txt").read_text(encoding="utf-8"))
    by_size, peaks, size, latest, shown = {}, [], 0, None, 0
    for note in [*own, *earlier]:
        by_size.setdefault(note.size, []).append(note)
    with (folder / "record.jsonl").open("rb") as file, Pool(min(4, cpu_count())) as pool:
        for seq, leaf, at, faults in pool.imap(judged, file, chunksize=200):
            if seq != size + 1:
                yield f"entry {seq}: stands where {size + 1} belongs"
                return
            shown += faults is not None
            yield from faults or ()
            if latest and at and at < latest - TOLERANCE:
                yield f"entry {seq}: dated back, {at} stands behind {latest}"
            latest = max(latest or at, at) if at else latest
            grow(peaks, size, leaf)
            size += 1
            for note in by_size.pop(size, ()):
                latest = max(latest or note.at, note.at)
                if note.root != root_of(peaks):
                    yield f"the first {note.size} entries are not those signed at {note.at}: altered or forked"
    yield from (f"{size} entries, but {more} were signed: cut short or set back" for more in sorted(by_size) if more)
    if not own or own[-1].size != size:
        yield f"the last checkpoint of the bundle does not cover its {size} entries"
    waiting = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))["unsequenced"]
    print(f"entries: {size}, of which {shown} shown; {waiting} wait to enter the tree; root {root_of(peaks).hex()}")


def turns(place, last, path):
    """Give each sibling on a path upwards, and whether it stands on the left; too short a path ends in a wrong one."""
    for sibling in path:
        on_left = place & 1 or place == last
        while on_left and place and not place & 1:
            place, last = place >> 1, last >> 1
        yield sibling, on_left
        place, last = place >> 1, last >> 1
    if last:
        yield b"", False


def proof_faults(proof):
    note = notes_in(proof["checkpoint"])[0]
    for entry in proof["entries"]:
        yield from opened_faults(entry, json.loads(entry["body"]))
        root, path = sha(b"\x00" + sha(entry["body"].encode())), [bytes.fromhex(part) for part in entry["path"]]
        for sibling, on_left in turns(entry["seq"] - 1, note.size - 1, path):
            root = pair(sibling, root) if on_left else pair(root, sibling)
        if root != note.root:
            yield f"entry {entry['seq']}: is not in the tree that was signed"
    print(f"entries: {len(proof['entries'])} proven to be among the first {note.size}")


def consistency_faults(old, new, path):
    hashes = path if old.size & (old.size - 1) else [old.root, *path]
    place, last = old.size - 1, new.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = hashes[0] if hashes else b""
    for sibling, on_left in turns(place, last, hashes[1:]):
        first = pair(sibling, first) if on_left else first
        second = pair(sibling, second) if on_left else pair(second, sibling)
    if (first, second) != (old.root, new.root):
        yield f"what was signed at {new.size} does not begin with what was signed at {old.size}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("target", "--earlier", "--key"):
        parser.add_argument(name, type=Path)
    try:
        faults = list(faults_of(parser.parse_args()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        print(f"cannot be read: {type(fault).__name__}: {fault}")
        sys.exit(2)
    print("\n".join(f"FAULT {fault}" for fault in faults) or "everything holds")
    sys.exit(1 if faults else 0)


def faults_of(asked):
    earlier = notes_in(asked.earlier.read_text(encoding="utf-8")) if asked.earlier else []
    if asked.target.is_dir():
        notes = notes_in((asked.target / "checkpoints.txt").read_text(encoding="utf-8")) + earlier
        key = asked.key or asked.target / "public-key.pem"
        yield from bundle_faults(asked.target, earlier)
    else:
        proof, key = json.loads(asked.target.read_text(encoding="utf-8")), asked.key
        notes = notes_in(proof["checkpoint"]) + notes_in(proof.get("from", "")) + earlier
        yield from proof_faults(proof)
        for older in notes_in(proof.get("from", "")):
            yield from consistency_faults(older, notes[0], [bytes.fromhex(part) for part in proof["consistency"]])
    if not asked.key:
        print("key: the bundle's own; give --key with one you got elsewhere" if key else "key: none given")
    yield from signature_faults(notes, key) if key else ()


if __name__ == "__main__":
    main()
