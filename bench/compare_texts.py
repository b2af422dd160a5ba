#!/usr/bin/env python3
"""The text examples in PyTorch: the same models, data and schedules, from the same seeds.

    bench/compare_texts.py char_gpt [STEPS]
    bench/compare_texts.py word2vec [EPOCHS]
    bench/compare_texts.py text_classifier [EPOCHS]

Prints what the examples print of their training. Needs torch.
"""

import collections
import csv
import gzip
import math
import pathlib
import re
import sys

import torch
import torch.nn.functional as F
from torch import nn

DATA = pathlib.Path(__file__).resolve().parent.parent / "examples" / "data"


def read(name):
    with gzip.open(DATA / name, "rt", newline="") as file:
        return file.read()


def split_words(text):
    return re.findall(r"[^\W_]+(?:['\u2019][^\W_]+)*", text.lower())


class GPT(nn.Module):
    def __init__(self, characters, context, width, heads, layers):
        super().__init__()
        self.token = nn.Embedding(characters, width)
        self.position = nn.Embedding(context, width)
        layer = nn.TransformerEncoderLayer(width, heads, dim_feedforward=4 * width, dropout=0.1, activation="gelu",
                                           batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(layer, layers, nn.LayerNorm(width), enable_nested_tensor=False)
        self.head = nn.Linear(width, characters)

    def forward(self, x):
        length = x.size(1)
        mask = nn.Transformer.generate_square_subsequent_mask(length)
        return self.head(self.blocks(self.token(x) + self.position(torch.arange(length)), mask=mask, is_causal=True))


def char_gpt(steps="1000"):
    steps, context, batch = int(steps), 64, 32
    text = read("pride_and_prejudice.txt.gz")
    characters = {character: i for i, character in enumerate(sorted(set(text)))}
    tokens = torch.tensor([characters[character] for character in text])
    train_text, test_text = tokens[:len(tokens) * 9 // 10], tokens[len(tokens) * 9 // 10:]

    torch.manual_seed(1)
    order = torch.Generator().manual_seed(1)
    model = GPT(len(characters), context, width=128, heads=4, layers=4)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.1)
    warmup = steps // 20

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.1 + 0.9 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup))) / 2

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)

    def loss_of(starts, text):
        at = starts.unsqueeze(1) + torch.arange(context)
        return F.cross_entropy(model(text[at]).flatten(0, 1), text[at + 1].flatten())

    @torch.no_grad()
    def validation_loss():
        model.eval()
        starts = torch.arange(0, len(test_text) - context, context)
        total = sum(loss_of(some, test_text).item() * len(some) for some in starts.split(batch))
        model.train()
        return total / len(starts)

    for i in range(1, steps + 1):
        loss = loss_of(torch.randint(len(train_text) - context, (batch,), generator=order), train_text)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()
        schedule.step()
        if i % max(steps // 10, 1) == 0:
            print(f"step {i:4}: loss {loss.item():.3f}, {validation_loss():.3f} on the last tenth of the text", flush=True)


class SkipGram(nn.Module):
    def __init__(self, words, width):
        super().__init__()
        self.inside, self.outside = nn.Embedding(words, width, sparse=True), nn.Embedding(words, width, sparse=True)
        nn.init.uniform_(self.inside.weight, -0.5 / width, 0.5 / width)
        nn.init.zeros_(self.outside.weight)

    def forward(self, words, neighbours, negatives):
        x = self.inside(words)
        near = F.logsigmoid((x * self.outside(neighbours)).sum(1))
        return -(near + F.logsigmoid(-x @ self.outside(negatives).t()).sum(1)).mean()


def pairs(text, window):
    reach = torch.randint(1, window + 1, (len(text),))
    words, neighbours = [], []
    for distance in range(1, window + 1):
        left, right = slice(0, len(text) - distance), slice(distance, None)
        for here, there in (left, right), (right, left):
            near = reach[here] >= distance
            words.append(text[here][near])
            neighbours.append(text[there][near])
    return torch.cat(words), torch.cat(neighbours)


def word2vec(epochs="15"):
    words = split_words(read("pride_and_prejudice.txt.gz"))
    common = [(word, count) for word, count in collections.Counter(words).most_common() if count >= 5]
    vocabulary = {word: i for i, (word, _) in enumerate(common)}
    text = torch.tensor([vocabulary[word] for word in words if word in vocabulary])
    counts = torch.tensor([float(count) for _, count in common])
    kept, noise = (1e-3 * counts.sum() / counts).sqrt().clamp(max=1), counts**0.75

    torch.manual_seed(1)
    model = SkipGram(len(vocabulary), 64)
    optimizer = torch.optim.SparseAdam(model.parameters(), lr=0.01)
    for epoch in range(1, int(epochs) + 1):
        centres, neighbours = pairs(text[torch.bernoulli(kept[text]) == 1], 5)
        losses = []
        for batch in torch.randperm(len(centres)).split(512):
            optimizer.zero_grad()
            loss = model(centres[batch], neighbours[batch], torch.multinomial(noise, 10, replacement=True))
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        print(f"epoch {epoch:2}: loss {sum(losses) / len(losses):.3f}", flush=True)

    vectors = F.normalize(model.inside.weight.detach())
    related = ["mother father", "brother sister", "two three", "hertfordshire derbyshire", "he him", "mr mrs",
               "kitty lydia", "morning evening"]  # fmt: skip
    cosines = [vectors[vocabulary[a]] @ vectors[vocabulary[b]] for a, b in map(str.split, related)]
    print(f"related words: a cosine of {sum(cosines) / len(cosines):.2f} on average; "
          f"any two words: {(vectors @ vectors.t()).mean():.2f}")


class BagOfWords(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.bag, self.head = nn.EmbeddingBag(words, 32), nn.Linear(32, 2)

    def forward(self, words, offsets):
        return self.head(self.bag(words, offsets))


def text_classifier(epochs="3"):
    rows = list(csv.DictReader(read("sentences.csv.gz").splitlines()))
    training, testing = ([(split_words(row["sentence"]), int(row["kind"] == "spoken")) for row in rows
                          if row["novel"] == novel] for novel in ("Persuasion", "Northanger Abbey"))  # fmt: skip
    counts = collections.Counter(word for words, _ in training for word in words)
    vocabulary = {word: i for i, word in enumerate((word for word, count in counts.most_common() if count >= 2), 1)}

    def bags_of(sentences):
        tokens = [torch.tensor([vocabulary.get(word, 0) for word in words]) for words, _ in sentences]
        offsets = torch.tensor([0] + [len(some) for some in tokens[:-1]]).cumsum(0)
        return torch.cat(tokens), offsets, torch.tensor([kind for _, kind in sentences])

    batches = torch.utils.data.DataLoader(training, batch_size=32, shuffle=True, collate_fn=bags_of,
                                          generator=torch.Generator().manual_seed(1))  # fmt: skip
    test_words, test_offsets, test_kinds = bags_of(testing)
    torch.manual_seed(1)
    net = BagOfWords(len(vocabulary) + 1)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for epoch in range(1, int(epochs) + 1):
        losses = []
        for words, offsets, kinds in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(net(words, offsets), kinds)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        with torch.no_grad():
            accuracy = (net(test_words, test_offsets).argmax(1) == test_kinds).float().mean().item()
        print(f"epoch {epoch}: training loss {sum(losses) / len(losses):.4f}, "
              f"{100 * accuracy:.1f} % of the other novel's sentences right")


if __name__ == "__main__":
    examples = {"char_gpt": char_gpt, "word2vec": word2vec, "text_classifier": text_classifier}
    examples[sys.argv[1]](*sys.argv[2:])
