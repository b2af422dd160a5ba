"""The cases of elementwise ops and of type promotion, for ops.py."""

import itertools

import torch

from cases import Draw, boolean, float64, inf, nan, tensor

EDGES = tensor(
    [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        1.5,
        2.5,
        -2.5,
        3.0,
        -3.0,
        inf,
        -inf,
        nan,
        1.4e-45,
        -1.4e-45,
        1.1754942e-38,
        1.17549435e-38,
        -1.17549435e-38,
        3.4028235e38,
        -3.4028235e38,
        1e-20,
        -1e-20,
        1e-10,
        1e10,
        -1e10,
        88.7,
        88.8,
        -87.5,
        -103.5,
        -104.5,
        9.1,
        -9.1,
        20.5,
        -20.5,
        0.99999994,
        1.0000001,
        8388609.0,
        -8388607.5,
        16777216.0,
    ]
)
EDGES64 = tensor(
    [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        2.5,
        inf,
        -inf,
        nan,
        5e-324,
        2.2250738585072014e-308,
        1.7976931348623157e308,
        -1.7976931348623157e308,
        1e-300,
        -1e-17,
        709.7,
        709.8,
        -745.1,
        -745.2,
        4503599627370497.5,
        1e22,
    ],
    float64,
)
PAIR_EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, inf, -inf, nan, 1.4e-45, 3.4028235e38]
INTEGERS = tensor([-8, -3, -1, 0, 1, 2, 3, 7])
BOOLEANS = tensor([True, False, True])

# op: expression, and the interval that float inputs are drawn from.
UNARY = {
    "neg": ("-a", -2, 2),
    "reciprocal": ("torch.reciprocal(a)", 0.2, 5),
    "square": ("torch.square(a)", -3, 3),
    "abs": ("torch.abs(a)", -2, 2),
    "sign": ("torch.sign(a)", -2, 2),
    "sqrt": ("torch.sqrt(a)", 0.01, 9),
    "rsqrt": ("torch.rsqrt(a)", 0.01, 9),
    "exp": ("torch.exp(a)", -5, 5),
    "exp2": ("torch.exp2(a)", -5, 5),
    "expm1": ("torch.expm1(a)", -3, 3),
    "log": ("torch.log(a)", 0.01, 20),
    "log2": ("torch.log2(a)", 0.01, 20),
    "log10": ("torch.log10(a)", 0.01, 20),
    "log1p": ("torch.log1p(a)", -0.9, 9),
    "sin": ("torch.sin(a)", -9, 9),
    "cos": ("torch.cos(a)", -9, 9),
    "tan": ("torch.tan(a)", -4, 4),
    "asin": ("torch.asin(a)", -0.99, 0.99),
    "acos": ("torch.acos(a)", -0.99, 0.99),
    "atan": ("torch.atan(a)", -5, 5),
    "sinh": ("torch.sinh(a)", -4, 4),
    "cosh": ("torch.cosh(a)", -4, 4),
    "tanh": ("torch.tanh(a)", -2, 2),
    "asinh": ("torch.asinh(a)", -9, 9),
    "acosh": ("torch.acosh(a)", 1.1, 9),
    "atanh": ("torch.atanh(a)", -0.95, 0.95),
    "relu": ("torch.relu(a)", -2, 2),
    "sigmoid": ("torch.sigmoid(a)", -4, 4),
    "log_sigmoid": ("F.logsigmoid(a)", -9, 9),
    "silu": ("F.silu(a)", -6, 6),
    "gelu": ("F.gelu(a)", -2, 3),
    "gelu_tanh": ("F.gelu(a, approximate='tanh')", -3, 3),
    "softplus": ("F.softplus(a)", -9, 9),
    "leaky_relu": ("F.leaky_relu(a)", -2, 2),
    "leaky_relu_slope": ("F.leaky_relu(a, negative_slope=0.2)", -2, 2),
    "elu": ("F.elu(a)", -4, 4),
    "elu_alpha": ("F.elu(a, alpha=0.5)", -4, 4),
    "erf": ("torch.erf(a)", -3, 3),
    "erfc": ("torch.erfc(a)", -3, 5),
    "erfinv": ("torch.erfinv(a)", -0.99, 0.99),
    "lgamma": ("torch.lgamma(a)", -5, 20),
    "digamma": ("torch.digamma(a)", -5, 20),
    "floor": ("torch.floor(a)", -9, 9),
    "ceil": ("torch.ceil(a)", -9, 9),
    "round": ("torch.round(a)", -9, 9),
    "trunc": ("torch.trunc(a)", -9, 9),
    "frac": ("torch.frac(a)", -9, 9),
    "isnan": ("torch.isnan(a)", -2, 2),
    "isinf": ("torch.isinf(a)", -2, 2),
    "isfinite": ("torch.isfinite(a)", -2, 2),
    "logical_not": ("torch.logical_not(a)", -2, 2),
}


def unary(case):
    for op, (expression, low, high) in UNARY.items():
        case(f"{op}/values", expression, Draw(3, 5, low=low, high=high))
        case(f"{op}/float64", expression, Draw(7, low=low, high=high, dtype=float64))
        case(f"{op}/zero_dim", expression, Draw(low=low, high=high))
        case(f"{op}/empty", expression, Draw(2, 0))
        case(f"{op}/edges", expression, EDGES)
        case(f"{op}/edges_float64", expression, EDGES64)
        case(f"{op}/int64", expression, INTEGERS)
        case(f"{op}/bool", expression, BOOLEANS)


# op: expression, and the intervals of a and b.
BINARY = {
    "add": ("a + b", (-2, 2), (-2, 2)),
    "sub": ("a - b", (-2, 2), (-2, 2)),
    "mul": ("a * b", (-2, 2), (-2, 2)),
    "div": ("a / b", (-2, 2), (0.3, 3)),
    "floor_divide": ("torch.floor_divide(a, b)", (-9, 9), (0.3, 3)),
    "remainder": ("torch.remainder(a, b)", (-9, 9), (-3, 3)),
    "fmod": ("torch.fmod(a, b)", (-9, 9), (-3, 3)),
    "pow": ("a ** b", (0.2, 3), (-2, 3)),
    "atan2": ("torch.atan2(a, b)", (-3, 3), (-3, 3)),
    "hypot": ("torch.hypot(a, b)", (-3, 3), (-3, 3)),
    "copysign": ("torch.copysign(a, b)", (-2, 2), (-2, 2)),
    "logaddexp": ("torch.logaddexp(a, b)", (-4, 4), (-4, 4)),
    "minimum": ("torch.minimum(a, b)", (-2, 2), (-2, 2)),
    "maximum": ("torch.maximum(a, b)", (-2, 2), (-2, 2)),
    "eq": ("a == b", (-2, 2), (-2, 2)),
    "ne": ("a != b", (-2, 2), (-2, 2)),
    "lt": ("a < b", (-2, 2), (-2, 2)),
    "le": ("a <= b", (-2, 2), (-2, 2)),
    "gt": ("a > b", (-2, 2), (-2, 2)),
    "ge": ("a >= b", (-2, 2), (-2, 2)),
    "logical_and": ("torch.logical_and(a, b)", (-2, 2), (-2, 2)),
    "logical_or": ("torch.logical_or(a, b)", (-2, 2), (-2, 2)),
    "logical_xor": ("torch.logical_xor(a, b)", (-2, 2), (-2, 2)),
}


def binary(case):
    for op, (expression, (low_a, high_a), (low_b, high_b)) in BINARY.items():
        for name, a, b in [
            ("same_shape", (3, 4), (3, 4)),
            ("row", (3, 4), (4,)),
            ("outer", (3, 1), (1, 4)),
            ("middle", (2, 1, 3), (4, 1)),
            ("zero_dim_left", (), (2, 3)),
            ("zero_dim_right", (2, 3), ()),
            ("zero_dim", (), ()),
            ("empty", (0, 3), (3,)),
            ("empty_expanded", (2, 1, 3), (0, 1)),
        ]:
            case(f"{op}/{name}", expression, Draw(*a, low=low_a, high=high_a), Draw(*b, low=low_b, high=high_b))
        case(
            f"{op}/float64",
            expression,
            Draw(2, 3, low=low_a, high=high_a, dtype=float64),
            Draw(3, low=low_b, high=high_b, dtype=float64),
        )
        case(f"{op}/edges", expression, *torch.cartesian_prod(tensor(PAIR_EDGES), tensor(PAIR_EDGES)).unbind(1))
        case(f"{op}/int64", expression, tensor([-7, -3, 0, 3, 7, 8])[:, None].clone(), tensor([-3, -2, 2, 3]))
        case(
            f"{op}/int64_not_negative", expression, tensor([-7, -1, 0, 1, 2])[:, None].clone(), tensor([1, 2, 3, 0][:3])
        )
        case(f"{op}/int64_zero", expression, tensor([-7, 0, 3]), tensor([0, 0, 0]))
        case(f"{op}/int64_large", expression, tensor([2**53 + 1, -(2**53) - 1, 2**40]), tensor([1, 3, 2]))
        case(f"{op}/bool", expression, tensor([[False], [True]]), tensor([False, True]))
    case("pow/int64_base_edges", "a ** b", tensor([[-2], [-1], [0], [1], [2], [3]]), tensor([0, 1, 2, 3, 10, 31]))
    case("pow/negative_base", "a ** b", tensor([-2.0, -2.0, -2.0, -0.5, -8.0]), tensor([2.0, 3.0, -3.0, -2.0, 1.0]))
    case("pow/zero_base", "a ** b", tensor([0.0, 0.0, 0.0, -0.0, -0.0]), tensor([0.0, 2.0, -1.0, 3.0, 0.5]))
    case(
        "floor_divide/python_rule",
        "torch.floor_divide(a, b)",
        tensor([1.0, 6.0, -1.0, 0.3]),
        tensor([0.1, 0.1, 0.1, 0.1]),
    )
    for exponent in ["2", "3", "4", "1", "0", "-1", "-2", "0.5", "-0.5", "1.5", "2.0", "2.5"]:
        case(f"pow/exponent_{exponent}", f"a ** {exponent}", Draw(3, 4, low=0.2, high=3))
        case(f"pow/exponent_{exponent}_edges", f"a ** {exponent}", EDGES)
        case(f"pow/exponent_{exponent}_float64", f"a ** {exponent}", Draw(5, low=0.2, high=3, dtype=float64))
    case("pow/base_2", "2 ** a", Draw(3, 4))
    case("pow/base_0.5", "0.5 ** a", Draw(3, 4))
    case("pow/base_2_edges", "2 ** a", EDGES)
    for name, expression in [("addcmul", "torch.addcmul(a, b, c)"), ("lerp", "torch.lerp(a, b, c)")]:
        case(f"{name}/values", expression, Draw(3, 4), Draw(4), Draw(3, 1, low=0, high=0.9))
        case(f"{name}/float64", expression, *(Draw(5, dtype=float64) for _ in range(3)))
    case("lerp/scalar", "torch.lerp(a, b, 0.25)", Draw(3, 4), Draw(4))
    case("lerp/large_weight", "torch.lerp(a, b, 0.75)", Draw(3, 4), Draw(4))
    case("lerp/same_ends", "torch.lerp(a, b, c)", tensor([0.1, 0.7]), tensor([0.1, 0.7]), tensor([0.3, 0.9]))


def bounds(case):
    for op, expression in [
        ("min", "torch.clamp(a, min=-0.5)"),
        ("max", "torch.clamp(a, max=0.75)"),
        ("both", "torch.clamp(a, min=-0.5, max=0.75)"),
        ("crossed", "torch.clamp(a, min=0.75, max=-0.5)"),
    ]:
        case(f"clamp/{op}", expression, Draw(3, 4))
        case(f"clamp/{op}_edges", expression, EDGES)
        case(f"clamp/{op}_int64", expression, INTEGERS)
    case("clamp/at_bounds", "torch.clamp(a, min=-1, max=1)", tensor([-1.0, 1.0, -1.5, 1.5, 0.0]))
    case("clamp/integers", "torch.clamp(a, min=-2, max=2)", INTEGERS)
    case("clamp/tensor_min", "torch.clamp(a, min=b)", Draw(3, 4), Draw(4))
    case("clamp/tensor_max", "torch.clamp(a, max=b)", Draw(3, 4), Draw(3, 1))
    case(
        "clamp/tensors", "torch.clamp(a, min=b, max=c)", Draw(3, 4), Draw(4, low=-1, high=0), Draw(3, 1, low=0, high=1)
    )
    case(
        "clamp/tensors_equal",
        "torch.clamp(a, min=b, max=c)",
        tensor([-1.0, 1.0, 2.0]),
        tensor([-1.0, 0.0, 3.0]),
        tensor([1.0, 1.0, 3.0]),
    )
    case("clamp/nan_bound", "torch.clamp(a, min=b)", tensor([1.0, nan, 2.0]), tensor([nan, 1.0, 3.0]))
    case("minimum/ties", "torch.minimum(a, b)", tensor([1.0, 2.0, 0.0, -0.0]), tensor([1.0, 3.0, -0.0, 0.0]))
    case("maximum/ties", "torch.maximum(a, b)", tensor([1.0, 2.0, 0.0, -0.0]), tensor([1.0, 3.0, -0.0, 0.0]))
    mask = tensor([[True, False, True], [False, False, True]])
    case("where/values", "torch.where(a, b, c)", mask, Draw(2, 3), Draw(2, 3))
    case("where/broadcast", "torch.where(a, b, c)", tensor([True, False, True]), Draw(2, 1), Draw(1, 3))
    case("where/not_taken_nan", "torch.where(a, b, c)", tensor([True, False]), tensor([1.0, nan]), tensor([inf, 2.0]))
    case("where/scalar_right", "torch.where(a, b, 0.0)", mask, Draw(2, 3))
    case("where/scalar_left", "torch.where(a, 1.5, b)", mask, Draw(2, 3))
    case("where/scalar_int64", "torch.where(a, b, 1.5)", mask, tensor([[1, 2, 3], [4, 5, 6]]))
    case("where/empty", "torch.where(a, b, c)", torch.zeros(0, 1, dtype=boolean), Draw(0, 3), Draw(3))


def promotion(case):
    samples = {
        "bool": tensor([True, False, True]),
        "int64": tensor([3, -2, 5]),
        "float32": tensor([1.5, -0.25, 4.0]),
        "float64": tensor([2.1, 0.7, -1.3], float64),
    }
    expressions = {
        "add": "a + b",
        "sub": "a - b",
        "mul": "a * b",
        "div": "a / b",
        "floor_divide": "torch.floor_divide(a, b)",
        "remainder": "torch.remainder(a, b)",
        "fmod": "torch.fmod(a, b)",
        "pow": "torch.abs(a * 1) ** torch.abs(b * 1)",
        "atan2": "torch.atan2(a, b)",
        "maximum": "torch.maximum(a, b)",
        "lt": "a < b",
        "where": "torch.where(torch.tensor([True, False, True]), a, b)",
        "cat": "torch.cat([a, b])",
        "stack": "torch.stack([a, b])",
    }
    pairs = [pair for pair in itertools.product(samples, repeat=2) if pair[0] != pair[1]]
    for op, expression in expressions.items():
        for left, right in pairs:
            divides = op in ("floor_divide", "remainder", "fmod")
            b = torch.ones(3, dtype=boolean) if divides and right == "bool" else samples[right]
            case(f"promotion/{op}_{left}_{right}", expression, samples[left], b)
    for op in ["add", "mul", "div", "maximum", "lt", "where"]:
        for left, right in pairs:
            case(f"promotion/{op}_{left}_zero_dim_{right}", expressions[op], samples[left], samples[right][0].clone())
    for left in samples:
        for scalar in ["True", "2", "1.5"]:
            for name, expression in [
                ("add", f"a + {scalar}"),
                ("sub", f"a - {scalar}"),
                ("rsub", f"{scalar} - a"),
                ("mul", f"a * {scalar}"),
                ("div", f"a / {scalar}"),
                ("rdiv", f"{scalar} / a"),
                ("floor_divide", f"a // {scalar}"),
                ("remainder", f"a % {scalar}"),
                ("fmod", f"torch.fmod(a, {scalar})"),
                ("pow", f"a ** {scalar}"),
                ("eq", f"a == {scalar}"),
                ("gt", f"a > {scalar}"),
                ("where", f"torch.where(a > 0, a, {scalar})"),
                ("masked_fill", f"torch.masked_fill(a, a > 0, {scalar})"),
                ("clamp_min", f"torch.clamp(a, min={scalar})"),
            ]:
                case(f"promotion/{name}_{left}_scalar_{scalar}", expression, samples[left])
    for source, target in itertools.product(samples, repeat=2):
        case(f"to/{source}_{target}", f"a.to(torch.{target})", samples[source])
    case("to/float32_int64_truncates", "a.to(torch.int64)", tensor([1.9, -1.9, 0.5, -0.5, -0.0, 1e9]))
    case("to/float32_bool_edges", "a.to(torch.bool)", EDGES)
    case("to/float64_float32_rounds", "a.to(torch.float32)", EDGES64)
    case(
        "to/int64_float32_rounds", "a.to(torch.float32)", tensor([2**24 + 1, 2**24 + 3, 2**53 + 1, -(2**63), 2**63 - 1])
    )
    case("to/int64_float64_rounds", "a.to(torch.float64)", tensor([2**53 + 1, 2**53 + 3, -(2**63), 2**63 - 1]))
