#!/usr/bin/env python3
"""Writes byte_pairs.json: words by GPT-2's pattern, merges that Hugging Face's trainer learns, and encodings by them.

Made with regex 2026.11.19, tokenizers 0.23.3 and, to encode, tiktoken 0.14.0, from the text of LICENSE and from one
whose pairs occur equally often.
"""

import json
import pathlib

import regex
import tiktoken
from tokenizers import ByteLevelBPETokenizer

HERE = pathlib.Path(__file__).resolve().parent
PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LICENSE = (HERE.parent.parent / "LICENSE").read_text()
TEXTS = [
    "", " ", "  ", "\n", "a", " a", "  a", "   a", "\ta", "\n\na", " \n a", "a ", "a  ", "a \n", "a\u00a0b", "a \u00a0 b",
    "\u3000\u3000x", "\u2003 x", "\u00851", "\x1c\x1d1", "\u200b\u200bx", "Hello, world!", "don't I'll we've you're he's I'm she'd 't''s",
    "DON'T 's'S", "' s", "''s", " 's", "x='t", "3.14 10000 ½ ² ٣٤ Ⅷ", "a1b2", "naïve café Ünïcödé", "Привет, мир", "日本語 テキスト、 です。",
    "한국어", "עברית العربية", "e\u0301 o\u0308", "👍🏽 👩‍👩‍👧 🇩🇪", "---- ==> <!-- -->", "def f(x):\n    return x ** 2\n\n\tpass\n", "𝔘𝔫𝔦 𐍈 𒀀",
    "\ufeffbom", "a\u2028b\u2029c", "tab\t\tend\t", "\r\n\r\nx\r\n", "aaaaaaaaaaaaa", "The licensed Licensor's Work", "ǅ ʰ ª º", "x\u0000y",
]  # fmt: skip


def learnt(text, vocab_size, min_frequency):
    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator([text], vocab_size, min_frequency, show_progress=False)
    state = json.loads(tokenizer._tokenizer.to_str())["model"]
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in state["merges"]]
    return {"vocab_size": vocab_size, "min_frequency": min_frequency, "size": len(state["vocab"]), "merges": merges}, state["vocab"]


def encoder(vocab):
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in visible]
    byte_of = {chr(byte): byte for byte in visible} | {chr(256 + i): byte for i, byte in enumerate(others)}
    ranks = {bytes(byte_of[c] for c in token): number for token, number in vocab.items()}
    return tiktoken.Encoding("golden", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})


license_training, vocab = learnt(LICENSE, 500, 2)
encoding = encoder(vocab)
tied = "ab cd ab cd ef gh ef gh abab cdcd aaaa aaaa abc abc\n\n\n\n zz zz zzzz"
words = [{"text": text, "words": regex.findall(PATTERN, text), "tokens": encoding.encode_ordinary(text)} for text in TEXTS]
golden = {
    "license": license_training | {"tokens_of_license": encoding.encode_ordinary(LICENSE)[:2000]},
    "tied": {"text": tied} | learnt(tied, 300, 1)[0],
    "texts": words,
}
lines = ",\n".join(f'"{name}": ' + (json.dumps(value) if isinstance(value, dict) else "[\n" + ",\n".join(map(json.dumps, value)) + "\n]")
                   for name, value in golden.items())  # fmt: skip
(HERE / "byte_pairs.json").write_text("{\n" + lines + "\n}\n")
