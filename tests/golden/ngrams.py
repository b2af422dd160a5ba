#!/usr/bin/env python3
"""Writes ngrams.json: n-grams of words and their buckets as scikit-learn finds them, for tests/data to compare.

Made with scikit-learn 1.9.1.
"""

import json
import pathlib

from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.utils import murmurhash3_32

TEXTS = ["Don't you, Mr. Darcy? Don't!", "이 영화는 정말 좋았다, 정말", "Это не хороший фильм", "la película l\u2019été 3.14", "",
         "a bb ccc dddd eeeee ffffff ggggggg"]  # fmt: skip


def analysed():
    for words in (1, 2, 3):
        vectorizer = HashingVectorizer(token_pattern=r"[^\W_]+(?:['\u2019][^\W_]+)*", ngram_range=(1, words))
        analyse = vectorizer.build_analyzer()
        for text in TEXTS:
            ngrams = analyse(text)
            hashes = [murmurhash3_32(ngram.encode()) for ngram in ngrams]
            yield {"words": words, "text": text, "ngrams": ngrams, "buckets": [abs(h) % 1000 for h in hashes]}


path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(list(analysed()), indent=0, ensure_ascii=False) + "\n")
