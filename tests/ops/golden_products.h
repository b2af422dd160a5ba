// Functions of products.h: PyTorch's expressions beside Descent's.
#pragma once

#include "golden/golden_table.h"

namespace descent::golden {

inline const std::vector<Expression> products_expressions = {
    DESCENT_EXPRESSION("torch.dot(a, b)", dot(a, b)),
    DESCENT_EXPRESSION("torch.vdot(a, b)", vdot(a, b)),
    DESCENT_EXPRESSION("torch.outer(a, b)", outer(a, b)),
    DESCENT_EXPRESSION("torch.inner(a, b)", inner(a, b)),
    DESCENT_EXPRESSION("torch.mv(a, b)", mv(a, b)),
    DESCENT_EXPRESSION("torch.mm(a, b)", mm(a, b)),
    DESCENT_EXPRESSION("torch.bmm(a, b)", bmm(a, b)),
    DESCENT_EXPRESSION("torch.trace(a)", trace(a)),
    DESCENT_EXPRESSION("torch.kron(a, b)", kron(a, b)),
    DESCENT_EXPRESSION("torch.tensordot(a, b)", tensordot(a, b)),
    DESCENT_EXPRESSION("torch.tensordot(a, b, dims=1)", tensordot(a, b, 1)),
    DESCENT_EXPRESSION("torch.tensordot(a, b, dims=0)", tensordot(a, b, 0)),
    DESCENT_EXPRESSION("torch.tensordot(a, b, dims=([2, 0], [1, -1]))", tensordot(a, b, {2, 0}, {1, -1})),
    DESCENT_EXPRESSION("torch.addr(a, b, c)", addr(a, b, c)),
    DESCENT_EXPRESSION("torch.addmv(a, b, c)", addmv(a, b, c)),
    DESCENT_EXPRESSION("torch.addmm(a, b, c)", addmm(a, b, c)),
    DESCENT_EXPRESSION("torch.baddbmm(a, b, c)", baddbmm(a, b, c)),
    DESCENT_EXPRESSION("torch.addbmm(a, b, c)", addbmm(a, b, c)),
    DESCENT_EXPRESSION("torch.addr(a, b, c, beta=0.5, alpha=2)", addr(a, b, c, 0.5, 2)),
    DESCENT_EXPRESSION("torch.addmv(a, b, c, beta=0.5, alpha=2)", addmv(a, b, c, 0.5, 2)),
    DESCENT_EXPRESSION("torch.addmm(a, b, c, beta=0.5, alpha=2)", addmm(a, b, c, 0.5, 2)),
    DESCENT_EXPRESSION("torch.baddbmm(a, b, c, beta=0.5, alpha=2)", baddbmm(a, b, c, 0.5, 2)),
    DESCENT_EXPRESSION("torch.addbmm(a, b, c, beta=0.5, alpha=2)", addbmm(a, b, c, 0.5, 2)),
    DESCENT_EXPRESSION("torch.addr(a, b, c, beta=0)", addr(a, b, c, 0)),
    DESCENT_EXPRESSION("torch.addmv(a, b, c, beta=0)", addmv(a, b, c, 0)),
    DESCENT_EXPRESSION("torch.addmm(a, b, c, beta=0)", addmm(a, b, c, 0)),
    DESCENT_EXPRESSION("torch.baddbmm(a, b, c, beta=0)", baddbmm(a, b, c, 0)),
    DESCENT_EXPRESSION("torch.addbmm(a, b, c, beta=0)", addbmm(a, b, c, 0)),
    DESCENT_EXPRESSION("torch.cross(a, b, dim=-1)", cross(a, b, -1)),
    DESCENT_EXPRESSION("torch.cross(a, b)", cross(a, b)),
    DESCENT_EXPRESSION("torch.cdist(a, b, p=2.0)", cdist(a, b, 2.0)),
    DESCENT_EXPRESSION("torch.cdist(a, b, p=1.0)", cdist(a, b, 1.0)),
    DESCENT_EXPRESSION("torch.cdist(a, b, p=3.0)", cdist(a, b, 3.0)),
    DESCENT_EXPRESSION("torch.cdist(a, b, p=0.0)", cdist(a, b, 0.0)),
    DESCENT_EXPRESSION("torch.cdist(a, b, p=inf)", cdist(a, b, kInfinity)),
    DESCENT_EXPRESSION("torch.cdist(a, b)", cdist(a, b)),
};

}  // namespace descent::golden
