// Functions of pointwise.h: PyTorch's expressions beside Descent's.
#pragma once

#include "golden/golden_table.h"

namespace descent::golden {

inline const std::vector<Expression> pointwise_expressions = {
    DESCENT_EXPRESSION("torch.addcdiv(a, b, c)", addcdiv(a, b, c)),
    DESCENT_EXPRESSION("torch.addcdiv(a, b, c, value=0.5)", addcdiv(a, b, c, 0.5)),
    DESCENT_EXPRESSION("torch.clip(a, -0.5, 1)", clip(a, -0.5, 1)),
    DESCENT_EXPRESSION("torch.positive(a)", positive(a)),
    DESCENT_EXPRESSION("torch.sgn(a)", sgn(a)),
    DESCENT_EXPRESSION("torch.signbit(a)", signbit(a)),
    DESCENT_EXPRESSION("torch.float_power(a, b)", float_power(a, b)),
    DESCENT_EXPRESSION("torch.float_power(a, 2)", float_power(a, 2)),
    DESCENT_EXPRESSION("torch.ldexp(a, b)", ldexp(a, b)),
    DESCENT_EXPRESSION("torch.rad2deg(a)", rad2deg(a)),
    DESCENT_EXPRESSION("torch.deg2rad(a)", deg2rad(a)),
    DESCENT_EXPRESSION("torch.special.expit(a)", expit(a)),
    DESCENT_EXPRESSION("torch.sinc(a)", sinc(a)),
    DESCENT_EXPRESSION("torch.logit(a)", logit(a)),
    DESCENT_EXPRESSION("torch.logit(a, eps=0.2)", logit(a, 0.2)),
    DESCENT_EXPRESSION("torch.xlogy(a, b)", xlogy(a, b)),
    DESCENT_EXPRESSION("torch.heaviside(a, b)", heaviside(a, b)),
    DESCENT_EXPRESSION("torch.nan_to_num(a)", nan_to_num(a)),
    DESCENT_EXPRESSION("torch.nan_to_num(a, nan=1.0, posinf=2.0, neginf=-3.0)", nan_to_num(a, 1, 2.0, -3.0)),
    DESCENT_EXPRESSION("torch.isclose(a, b)", isclose(a, b)),
    DESCENT_EXPRESSION("torch.isclose(a, b, rtol=0.5, atol=0.25)", isclose(a, b, 0.5, 0.25)),
    DESCENT_EXPRESSION("torch.isclose(a, b, equal_nan=True)", isclose(a, b, 1e-5, 1e-8, true)),
    DESCENT_EXPRESSION("torch.isclose(a, b, rtol=0.5)", isclose(a, b, 0.5)),
    DESCENT_EXPRESSION("torch.isposinf(a)", isposinf(a)),
    DESCENT_EXPRESSION("torch.isneginf(a)", isneginf(a)),
    DESCENT_EXPRESSION("torch.isreal(a)", isreal(a)),
};

}  // namespace descent::golden
