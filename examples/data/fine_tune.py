#!/usr/bin/env python3
"""The PyTorch side of examples/fine_tune.cc.

fine_tune.py         trains the network on the digits 0 to 4 and writes fine_tune.safetensors beside this file: its state
                     dict, and "logits", what it gives for those digits
fine_tune.py FILE    loads what fine_tune.cc wrote, and compares PyTorch's logits for the digits 5 to 9 with those there
"""

import csv
import pathlib
import sys

import safetensors.torch
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent


class Body(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(128, 64),
            nn.ReLU(),
        )


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = Body()
        self.head = nn.Linear(64, 5)

    def forward(self, x):
        return self.head(self.body(x))


def read_digits(lowest):
    """The pictures of five digits, and which of the five each is."""
    with open(HERE / "digits.csv", newline="") as file:
        table = torch.tensor([[float(value) for value in row] for row in list(csv.reader(file))[1:]])
    x, y = table[:, :64].reshape(-1, 1, 8, 8) / 16, table[:, 64].long() - lowest
    those = (y >= 0) & (y < 5)
    return x[those], y[those]


def train():
    x, y = read_digits(0)
    torch.manual_seed(0)
    net = Net()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    for epoch in range(20):
        for rows in torch.randperm(len(x)).split(32):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
            optimizer.step()
    with torch.no_grad():
        logits = net(x)
    print(f"{(logits.argmax(1) == y).float().mean():.4f} of the digits 0 to 4 right")
    safetensors.torch.save_file({**net.state_dict(), "logits": logits}, HERE / "fine_tune.safetensors")


def check(path):
    state = safetensors.torch.load_file(path)
    logits = state.pop("logits")
    net = Net()
    net.load_state_dict(state)
    x, y = read_digits(5)
    with torch.no_grad():
        ours = net(x)
    print(f"{(ours.argmax(1) == y).float().mean():.4f} of the digits 5 to 9 right; ", end="")
    print(f"logits differ by at most {(ours - logits).abs().max():.1e}")
    return 0 if torch.allclose(ours, logits, rtol=1e-4, atol=1e-4) else 1


if __name__ == "__main__":
    sys.exit(check(sys.argv[1]) if len(sys.argv) > 1 else train())
