#!/usr/bin/env python3
"""Writes recurrent.safetensors and recurrent.txt: PyTorch's recurrent layers and their gradients.

A case is code that ends in a module; `torch.set_default_dtype` was that of the results. The file holds, of each,

  <id>/state/<name>   its parameters, as they start
  <id>/x, h, c        what it is called with (h and c where the case gives a state); <id>/lengths: x is packed
  <id>/out, h_n, c_n  what it gives; of a packed sequence `out` is padded
  <id>/weights/out, h_n, c_n   the weights of the loss: the sum of all that it gives, weighted
  <id>/grad/<name>    the gradients of parameters, and of x, h and c

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import torch
from torch import nn  # noqa: F401
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from golden_file import GoldenFile

CASES = [
    ("rnn", "nn.RNN(3, 4)", (5, 2, 3), {}),
    ("rnn_relu", "nn.RNN(3, 4, nonlinearity='relu')", (5, 2, 3), {}),
    ("rnn_layers", "nn.RNN(3, 4, num_layers=2, bidirectional=True, batch_first=True)", (2, 5, 3), {"state": True}),
    ("lstm", "nn.LSTM(3, 4)", (5, 2, 3), {}),
    ("lstm_state", "nn.LSTM(3, 4)", (5, 2, 3), {"state": True}),
    ("lstm_no_bias", "nn.LSTM(3, 4, bias=False)", (5, 2, 3), {}),
    ("lstm_one_step", "nn.LSTM(3, 4)", (1, 2, 3), {"state": True}),
    ("lstm_unbatched", "nn.LSTM(3, 4)", (5, 3), {"state": True}),
    ("lstm_layers", "nn.LSTM(3, 4, num_layers=2, bidirectional=True)", (5, 2, 3), {"state": True}),
    ("lstm_batch_first", "nn.LSTM(3, 9, batch_first=True)", (11, 6, 3), {}),
    ("lstm_empty_batch", "nn.LSTM(3, 4)", (5, 0, 3), {}),
    ("lstm_packed", "nn.LSTM(3, 4, num_layers=2, bidirectional=True)", (5, 3, 3), {"state": True, "lengths": [5, 3, 1]}),
    ("lstm_packed_unsorted", "nn.LSTM(3, 4)", (5, 4, 3), {"lengths": [2, 4, 1, 4]}),
    ("gru", "nn.GRU(3, 4)", (5, 2, 3), {}),
    ("gru_no_bias", "nn.GRU(3, 4, bias=False)", (5, 2, 3), {"state": True}),
    ("gru_layers", "nn.GRU(3, 4, num_layers=2, bidirectional=True, batch_first=True)", (2, 5, 3), {"state": True}),
    ("gru_packed", "nn.GRU(3, 4, bidirectional=True)", (5, 3, 3), {"lengths": [1, 5, 3]}),
    ("rnn_cell", "nn.RNNCell(3, 4)", (2, 3), {"state": True}),
    ("rnn_cell_relu", "nn.RNNCell(3, 4, nonlinearity='relu')", (2, 3), {}),
    ("lstm_cell", "nn.LSTMCell(3, 4)", (2, 3), {"state": True}),
    ("lstm_cell_unbatched", "nn.LSTMCell(3, 4, bias=False)", (3,), {"state": True}),
    ("gru_cell", "nn.GRUCell(3, 4)", (2, 3), {"state": True}),
]


def state_shape(layer, shape):
    if isinstance(layer, nn.RNNCellBase):
        return (*shape[:-1], layer.hidden_size)
    count = layer.num_layers * (2 if layer.bidirectional else 1)
    batch = () if len(shape) == 2 else (shape[0] if layer.batch_first else shape[1],)
    return (count, *batch, layer.hidden_size)


def add(golden, id, seed, code, shape, state, lengths):
    golden.add(id, f"torch.manual_seed({seed}); {code}")
    torch.manual_seed(seed)
    layer = eval(code)
    is_lstm, is_cell = isinstance(layer, (nn.LSTM, nn.LSTMCell)), isinstance(layer, nn.RNNCellBase)
    leaves = {"x": torch.randn(shape)}
    if state:
        leaves["h"] = torch.randn(state_shape(layer, shape))
        if is_lstm:
            leaves["c"] = torch.randn(state_shape(layer, shape))
    leaves = {name: leaf.requires_grad_() for name, leaf in leaves.items()}
    given = (leaves["h"], leaves["c"]) if state and is_lstm else leaves["h"] if state else None
    x = leaves["x"]
    if lengths:
        golden.tensors[f"{id}/lengths"] = torch.tensor(lengths)
        x = pack_padded_sequence(x, lengths, enforce_sorted=lengths == sorted(lengths, reverse=True))
    result = layer(x, given)
    if is_cell:
        outputs = dict(zip(["h_n", "c_n"], result if is_lstm else [result]))
    else:
        out, last = result
        if lengths:
            out = pad_packed_sequence(out)[0]
        outputs = {"out": out} | dict(zip(["h_n", "c_n"], last if is_lstm else [last]))
    weights = {name: torch.rand(value.shape) + 0.5 for name, value in outputs.items()}
    loss = sum((outputs[name] * weights[name]).sum() for name in outputs)
    named = dict(layer.named_parameters()) | leaves
    gradients = dict(zip(named, torch.autograd.grad(loss, list(named.values()))))
    golden.tensors |= {f"{id}/state/{name}": value.detach() for name, value in layer.named_parameters()}
    golden.tensors |= {f"{id}/{name}": value.detach() for name, value in (leaves | outputs).items()}
    golden.tensors |= {f"{id}/weights/{name}": value for name, value in weights.items()}
    golden.tensors |= {f"{id}/grad/{name}": value for name, value in gradients.items()}


def main():
    torch.set_num_threads(1)
    golden = GoldenFile()
    for seed, (name, code, shape, options) in enumerate(CASES):
        for dtype in [torch.float32, torch.float64]:
            torch.set_default_dtype(dtype)
            id = f"{name}/{str(dtype).removeprefix('torch.')}"
            add(golden, id, seed, code, shape, options.get("state", False), options.get("lengths"))
    golden.write(__file__)


if __name__ == "__main__":
    main()
