"""What the programs here write their values with."""

import json
import pathlib

import torch
from safetensors.torch import save_file


class GoldenFile:
    """Tensors by name, and for each case, by its id, the Python that it stands for.

    The cases are kept as JSON {"cases": {id: code}} under the key "golden" of the metadata, and as text beside it."""

    def __init__(self):
        self.tensors, self.cases = {}, {}

    def add(self, id, code):
        assert id not in self.cases, id
        self.cases[id] = code

    def write(self, program):
        """Writes NAME.safetensors and NAME.txt beside the program NAME.py."""
        program = pathlib.Path(program)
        metadata = {"golden": json.dumps({"cases": self.cases}, separators=(",", ":"))}
        tensors = {name: x.detach().clone(memory_format=torch.contiguous_format) for name, x in self.tensors.items()}
        save_file(tensors, program.with_suffix(".safetensors"), metadata)
        lines = [f"Written by {program.name}, which says what this is: {len(self.cases)} cases.", ""]
        lines += [f"{id}: {code}" for id, code in self.cases.items()]
        program.with_suffix(".txt").write_text("\n".join(lines) + "\n")
        print(f"{len(self.cases)} cases")
