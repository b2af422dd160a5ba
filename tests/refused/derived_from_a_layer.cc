// wanted: final
#include <descent/nn.h>

struct Net : descent::nn::Sequential {
  descent::nn::Linear extra{2, 2};
};
