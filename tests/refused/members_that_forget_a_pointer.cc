// wanted: members() has forgotten one
#include <descent/nn.h>

#include <memory>
#include <vector>

class Net final : public descent::nn::Module<Net> {
 public:
  descent::Tensor forward(const descent::Tensor& x) { return first_(x); }
  auto members() { return descent::nn::members("first", first_, "slow", slow_); }

 private:
  descent::nn::Linear first_{2, 2};
  std::unique_ptr<descent::nn::Linear> second_;
  bool slow_ = false;
};

auto parameters_of(const Net& net) { return net.parameters(); }
