// wanted: a module is final, as in struct Net final : nn::Module<Net>
#include <descent/nn.h>

struct Base : descent::nn::Module<Base> {
  descent::nn::Linear first{2, 2};
  descent::Tensor forward(const descent::Tensor& x) { return first(x); }
};

struct Net : Base {
  descent::nn::Linear extra{2, 2};
};

auto parameters_of(const Net& net) { return net.parameters(); }
