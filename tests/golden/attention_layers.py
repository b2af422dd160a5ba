#!/usr/bin/env python3
"""Writes attention_layers.safetensors and attention_layers.txt: PyTorch's MultiheadAttention and transformer layers.

The code of a case "layer/..." is a module and a call of it, made after torch.manual_seed(0) in eval mode, with dropout 0
or not. <id>/state/<name> is its state to begin with; then 0.1 is added to all of its vectors. <id>/<input> are what it is
called with, <id>/out0, out1, ... what it gives, <id>/cotangent0, ... what these are multiplied with before they are
summed, and <id>/grad/<name> the gradient of that, of inputs and parameters.

"train/...": <id>/x, <id>/y and the parameters <id>/state/<name>; <id>/losses are those of 20 steps in training mode.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import torch
from torch import nn

from golden_file import GoldenFile


def draw(seed, *shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def mask(seed, *shape):
    """Bools, some of them true, none of the first column."""
    result = torch.rand(shape, generator=torch.Generator().manual_seed(seed)) < 0.3
    result[..., 0] = False
    return result


def causal(size):
    return torch.triu(torch.ones(size, size, dtype=torch.bool), 1)


def layer(golden, id, module, call, dtype=torch.float64, **inputs):
    id = f"layer/{id}"
    golden.add(id, f"{module}; {call}")
    torch.set_default_dtype(dtype)
    torch.manual_seed(0)
    names = {"nn": nn}
    net = eval(module, names).eval()
    golden.tensors |= {f"{id}/state/{name}": value.clone() for name, value in net.state_dict().items()}
    inputs = {name: x.to(dtype) if x.is_floating_point() else x for name, x in inputs.items()}
    golden.tensors |= {f"{id}/{name}": x for name, x in inputs.items()}
    leaves = dict(net.named_parameters())
    with torch.no_grad():
        for parameter in leaves.values():
            if parameter.dim() == 1:
                parameter += 0.1
    inputs = {name: x.clone().requires_grad_(x.is_floating_point()) for name, x in inputs.items()}
    leaves |= {name: x for name, x in inputs.items() if x.requires_grad}
    outputs = eval(call, names | {"f": net} | inputs)
    outputs = [outputs] if isinstance(outputs, torch.Tensor) else [x for x in outputs if x is not None]
    loss = 0
    for i, out in enumerate(outputs):
        cotangent = draw(100 + i, *out.shape).to(dtype)
        golden.tensors |= {f"{id}/out{i}": out, f"{id}/cotangent{i}": cotangent}
        loss = loss + (out * cotangent).sum()
    for (name, _), grad in zip(leaves.items(), torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)):
        if grad is not None:
            golden.tensors[f"{id}/grad/{name}"] = grad
    torch.set_default_dtype(torch.float32)


def multihead_attention(golden):
    q, k, v = draw(1, 3, 2, 4), draw(2, 5, 2, 4), draw(3, 5, 2, 4)
    plain = "nn.MultiheadAttention(4, 2)"
    layer(golden, "mha", plain, "f(q, k, v)", q=q, k=k, v=v)
    layer(golden, "mha_float32", plain, "f(q, k, v)", torch.float32, q=q, k=k, v=v)
    layer(golden, "mha_self", plain, "f(q, q, q)", q=q)
    layer(golden, "mha_without_weights", plain, "f(q, k, v, need_weights=False)", q=q, k=k, v=v)
    layer(golden, "mha_each_head", plain, "f(q, k, v, average_attn_weights=False)", q=q, k=k, v=v)
    layer(golden, "mha_without_bias", "nn.MultiheadAttention(4, 2, bias=False)", "f(q, k, v)", q=q, k=k, v=v)
    layer(golden, "mha_unbatched", plain, "f(q, k, v, key_padding_mask=m)", q=q[:, 0], k=k[:, 0], v=v[:, 0], m=mask(4, 5))
    layer(golden, "mha_batch_first", "nn.MultiheadAttention(4, 2, batch_first=True)", "f(q, k, v)",
          q=draw(1, 2, 3, 4), k=draw(2, 2, 5, 4), v=draw(3, 2, 5, 4))  # fmt: skip
    layer(golden, "mha_kdim_vdim", "nn.MultiheadAttention(4, 2, kdim=3, vdim=5)", "f(q, k, v)", q=q,
          k=draw(2, 5, 2, 3), v=draw(3, 5, 2, 5))  # fmt: skip
    layer(golden, "mha_dropout_in_eval", "nn.MultiheadAttention(4, 2, dropout=0.5)", "f(q, k, v)", q=q, k=k, v=v)
    more = "nn.MultiheadAttention(4, 2, add_bias_kv=True, add_zero_attn=True)"
    layer(golden, "mha_more_keys", more, "f(q, k, v)", q=q, k=k, v=v)
    masks = {"p": mask(4, 2, 5), "m": mask(5, 3, 5)}
    for name, needed in [("", ""), ("_without_weights", ", need_weights=False")]:
        call = f"f(q, k, v, key_padding_mask=p, attn_mask=m{needed})"
        layer(golden, f"mha_masks{name}", plain, call, q=q, k=k, v=v, **masks)
        layer(golden, f"mha_more_keys_masks{name}", more, call, q=q, k=k, v=v, **masks)
        numbers = {"p": draw(4, 2, 5), "m": draw(5, 4, 3, 5)}
        layer(golden, f"mha_masks_of_numbers{name}", plain, call, q=q, k=k, v=v, **numbers)
    layer(golden, "mha_causal", plain, "f(q, q, q, need_weights=False, attn_mask=m, is_causal=True)", q=q, m=causal(3))
    layer(golden, "mha_mask_a_head", plain, "f(q, k, v, attn_mask=m, need_weights=False)", q=q, k=k, v=v, m=mask(6, 4, 3, 5))


def transformer_layers(golden):
    x, memory = draw(1, 3, 2, 4), draw(2, 5, 2, 4)
    for name, options in [("", ""), ("_norm_first", ", norm_first=True"), ("_without_bias", ", bias=False"),
                          ("_gelu", ", activation=nn.functional.gelu"), ("_eps", ", layer_norm_eps=0.1")]:  # fmt: skip
        encoder = f"nn.TransformerEncoderLayer(4, 2, 6{options})"
        layer(golden, f"encoder_layer{name}", encoder, "f(x)", x=x)
        decoder = f"nn.TransformerDecoderLayer(4, 2, 6{options})"
        layer(golden, f"decoder_layer{name}", decoder, "f(x, y)", x=x, y=memory)
    first = draw(1, 2, 3, 4), draw(2, 2, 5, 4)
    encoder = "nn.TransformerEncoderLayer(4, 2, 6, batch_first=True)"
    layer(golden, "encoder_layer_batch_first", encoder, "f(x)", x=first[0])
    layer(golden, "encoder_layer_masks", encoder, "f(x, src_mask=m, src_key_padding_mask=p)", x=first[0], m=mask(3, 3, 3),
          p=mask(4, 2, 3))  # fmt: skip
    layer(golden, "encoder_layer_causal", encoder, "f(x, src_mask=m, is_causal=True)", x=first[0], m=causal(3))
    decoder = "nn.TransformerDecoderLayer(4, 2, 6, batch_first=True)"
    call = "f(x, y, tgt_mask=m, memory_mask=n, tgt_key_padding_mask=p, memory_key_padding_mask=q)"
    layer(golden, "decoder_layer_masks", decoder, call, x=first[0], y=first[1], m=causal(3), n=mask(5, 3, 5),
          p=mask(6, 2, 3), q=mask(7, 2, 5))  # fmt: skip
    encoders = "nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 6), 2, nn.LayerNorm(4))"
    layer(golden, "encoder", encoders, "f(x)", x=x)
    decoders = "nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 6), 2)"
    layer(golden, "decoder", decoders, "f(x, y)", x=x, y=memory)


def transformer(golden):
    src, tgt = draw(1, 2, 5, 4), draw(2, 2, 3, 4)
    small = "nn.Transformer(4, 2, 2, 2, 6, batch_first=True)"
    layer(golden, "transformer", small, "f(x, y)", x=src, y=tgt)
    layer(golden, "transformer_float32", "nn.Transformer(4, 2, 1, 1, 6)", "f(x, y)", torch.float32,
          x=src.transpose(0, 1), y=tgt.transpose(0, 1))  # fmt: skip
    call = ("f(x, y, src_mask=m, tgt_mask=n, memory_mask=o, src_key_padding_mask=p, tgt_key_padding_mask=q, "
            "memory_key_padding_mask=r, tgt_is_causal=True)")  # fmt: skip
    layer(golden, "transformer_masks", small, call, x=src, y=tgt, m=mask(3, 5, 5), n=causal(3), o=mask(4, 3, 5),
          p=mask(5, 2, 5), q=mask(6, 2, 3), r=mask(7, 2, 5))  # fmt: skip
    unbatched = "nn.Transformer(4, 2, 1, 1, 6, norm_first=True)"
    layer(golden, "transformer_unbatched", unbatched, "f(x, y)", x=src[0], y=tgt[0])


def training(golden):
    for name, make in [("sgd", lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9)),
                       ("adamw", lambda p: torch.optim.AdamW(p, lr=0.01))]:  # fmt: skip
        id = f"train/{name}"
        golden.add(id, "nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)")
        torch.manual_seed(0)
        net = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
        golden.tensors |= {f"{id}/state/{key}": value.clone() for key, value in net.state_dict().items()}
        x, y = draw(1, 4, 6, 8).float(), draw(2, 4, 6, 8).float()
        optimizer, losses = make(net.parameters()), []
        for _ in range(20):
            loss = nn.functional.mse_loss(net(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        golden.tensors |= {f"{id}/x": x, f"{id}/y": y, f"{id}/losses": torch.stack(losses)}


def main():
    torch.set_num_threads(1)
    golden = GoldenFile()
    for family in [multihead_attention, transformer_layers, transformer, training]:
        family(golden)
    golden.write(__file__)


if __name__ == "__main__":
    main()
