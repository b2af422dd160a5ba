// Functions of indexing.h: PyTorch's expressions beside Descent's.
#pragma once

#include "golden/golden_table.h"

namespace descent::golden {

inline const std::vector<Expression> indexing_expressions = {
    DESCENT_EXPRESSION("torch.take(a, b)", take(a, b)),
    DESCENT_EXPRESSION("torch.take(a.t(), b)", take(a.t(), b)),
    DESCENT_EXPRESSION("torch.take_along_dim(a, b, dim=1)", take_along_dim(a, b, 1)),
    DESCENT_EXPRESSION("torch.take_along_dim(a, b, dim=0)", take_along_dim(a, b, 0)),
    DESCENT_EXPRESSION("torch.take_along_dim(a, b)", take_along_dim(a, b)),
    DESCENT_EXPRESSION("a.put(b, c)", put(a, b, c)),
    DESCENT_EXPRESSION("a.put(b, c, accumulate=True)", put(a, b, c, true)),
    DESCENT_EXPRESSION("torch.scatter(a, 1, b, c)", scatter(a, 1, b, c)),
    DESCENT_EXPRESSION("torch.scatter(a, 0, b, c)", scatter(a, 0, b, c)),
    DESCENT_EXPRESSION("torch.scatter(a, 1, b, 1.5)", scatter(a, 1, b, 1.5)),
    DESCENT_EXPRESSION("torch.index_copy(a, 0, b, c)", index_copy(a, 0, b, c)),
    DESCENT_EXPRESSION("torch.index_copy(a, 1, b, c)", index_copy(a, 1, b, c)),
    DESCENT_EXPRESSION("torch.index_fill(a, 0, b, 2.5)", index_fill(a, 0, b, 2.5)),
    DESCENT_EXPRESSION("torch.index_fill(a, -1, b, -1)", index_fill(a, -1, b, -1)),
    DESCENT_EXPRESSION("torch.index_fill(a, 0, b, c)", index_fill(a, 0, b, c)),
    DESCENT_EXPRESSION("torch.masked_scatter(a, b, c)", masked_scatter(a, b, c)),
    DESCENT_EXPRESSION("torch.scatter_reduce(a, 1, b, c, 'sum')", scatter_reduce(a, 1, b, c, ScatterReduction::sum)),
    DESCENT_EXPRESSION("torch.scatter_reduce(a, 1, b, c, 'sum', include_self=False)",
                       scatter_reduce(a, 1, b, c, ScatterReduction::sum, false)),
    DESCENT_EXPRESSION("torch.scatter_reduce(a, 1, b, c, 'prod')", scatter_reduce(a, 1, b, c, ScatterReduction::prod)),
    DESCENT_EXPRESSION("torch.index_reduce(a, 0, b, c, 'prod')", index_reduce(a, 0, b, c, ScatterReduction::prod)),
    DESCENT_EXPRESSION("torch.scatter_reduce(a, 1, b, c, 'prod', include_self=False)",
                       scatter_reduce(a, 1, b, c, ScatterReduction::prod, false)),
    DESCENT_EXPRESSION("torch.index_reduce(a, 0, b, c, 'prod', include_self=False)",
                       index_reduce(a, 0, b, c, ScatterReduction::prod, false)),
    DESCENT_EXPRESSION("torch.scatter_reduce(a, 1, b, c, 'mean')", scatter_reduce(a, 1, b, c, ScatterReduction::mean)),
    DESCENT_EXPRESSION("torch.index_reduce(a, 0, b, c, 'mean')", index_reduce(a, 0, b, c, ScatterReduction::mean)),
    DESCENT_EXPRESSION("torch.scatter_reduce(a, 1, b, c, 'mean', include_self=False)",
                       scatter_reduce(a, 1, b, c, ScatterReduction::mean, false)),
    DESCENT_EXPRESSION("torch.index_reduce(a, 0, b, c, 'mean', include_self=False)",
                       index_reduce(a, 0, b, c, ScatterReduction::mean, false)),
    DESCENT_EXPRESSION("torch.scatter_reduce(a, 1, b, c, 'amax')", scatter_reduce(a, 1, b, c, ScatterReduction::amax)),
    DESCENT_EXPRESSION("torch.index_reduce(a, 0, b, c, 'amax')", index_reduce(a, 0, b, c, ScatterReduction::amax)),
    DESCENT_EXPRESSION("torch.scatter_reduce(a, 1, b, c, 'amax', include_self=False)",
                       scatter_reduce(a, 1, b, c, ScatterReduction::amax, false)),
    DESCENT_EXPRESSION("torch.index_reduce(a, 0, b, c, 'amax', include_self=False)",
                       index_reduce(a, 0, b, c, ScatterReduction::amax, false)),
    DESCENT_EXPRESSION("torch.scatter_reduce(a, 1, b, c, 'amin')", scatter_reduce(a, 1, b, c, ScatterReduction::amin)),
    DESCENT_EXPRESSION("torch.index_reduce(a, 0, b, c, 'amin')", index_reduce(a, 0, b, c, ScatterReduction::amin)),
    DESCENT_EXPRESSION("torch.scatter_reduce(a, 1, b, c, 'amin', include_self=False)",
                       scatter_reduce(a, 1, b, c, ScatterReduction::amin, false)),
    DESCENT_EXPRESSION("torch.index_reduce(a, 0, b, c, 'amin', include_self=False)",
                       index_reduce(a, 0, b, c, ScatterReduction::amin, false)),
};

}  // namespace descent::golden
