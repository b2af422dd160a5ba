// wanted: final
#include <descent/nn.h>

struct Base final : descent::nn::Module<Base> {
  descent::nn::Linear first{2, 2};
  descent::Tensor forward(const descent::Tensor& x) { return first(x); }
};

struct Net : Base {
  descent::nn::Linear extra{2, 2};
};
