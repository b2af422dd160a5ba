// Fourier transforms against PyTorch's (tests/golden/fft.py), their gradients, bits and errors.
#include "determinism.h"
#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using fft::Norm;
using golden::Outputs;

#define DESCENT_BETWEEN_COMPLEX(function, options, ...)                                                  \
  DESCENT_EXPRESSION("torch.view_as_real(torch.fft." #function "(torch.view_as_complex(a)" options "))", \
                     fft::function(a __VA_OPT__(, ) __VA_ARGS__))
#define DESCENT_TO_COMPLEX(function, options, ...)                                \
  DESCENT_EXPRESSION("torch.view_as_real(torch.fft." #function "(a" options "))", \
                     fft::function(a __VA_OPT__(, ) __VA_ARGS__))
#define DESCENT_TO_REAL(function, options, ...)                                      \
  DESCENT_EXPRESSION("torch.fft." #function "(torch.view_as_complex(a)" options ")", \
                     fft::function(a __VA_OPT__(, ) __VA_ARGS__))

const std::vector<golden::Expression> expressions = {
    DESCENT_BETWEEN_COMPLEX(fft, ""),
    DESCENT_BETWEEN_COMPLEX(fft, ", norm='backward'", std::nullopt, -1, Norm::backward),
    DESCENT_BETWEEN_COMPLEX(fft, ", norm='ortho'", std::nullopt, -1, Norm::ortho),
    DESCENT_BETWEEN_COMPLEX(fft, ", norm='forward'", std::nullopt, -1, Norm::forward),
    DESCENT_BETWEEN_COMPLEX(fft, ", n=1", 1),
    DESCENT_BETWEEN_COMPLEX(fft, ", n=2", 2),
    DESCENT_BETWEEN_COMPLEX(fft, ", n=4", 4),
    DESCENT_BETWEEN_COMPLEX(fft, ", n=5", 5),
    DESCENT_BETWEEN_COMPLEX(fft, ", n=8", 8),
    DESCENT_BETWEEN_COMPLEX(fft, ", n=9", 9),
    DESCENT_BETWEEN_COMPLEX(fft, ", n=49", 49),
    DESCENT_BETWEEN_COMPLEX(fft, ", n=53", 53),
    DESCENT_BETWEEN_COMPLEX(fft, ", n=94", 94),
    DESCENT_BETWEEN_COMPLEX(fft, ", n=106", 106),
    DESCENT_BETWEEN_COMPLEX(fft, ", dim=0", std::nullopt, 0),
    DESCENT_BETWEEN_COMPLEX(fft, ", n=7, dim=-2", 7, -2),
    DESCENT_BETWEEN_COMPLEX(ifft, ""),
    DESCENT_BETWEEN_COMPLEX(ifft, ", norm='backward'", std::nullopt, -1, Norm::backward),
    DESCENT_BETWEEN_COMPLEX(ifft, ", norm='ortho'", std::nullopt, -1, Norm::ortho),
    DESCENT_BETWEEN_COMPLEX(ifft, ", norm='forward'", std::nullopt, -1, Norm::forward),
    DESCENT_BETWEEN_COMPLEX(ifft, ", n=1", 1),
    DESCENT_BETWEEN_COMPLEX(ifft, ", n=2", 2),
    DESCENT_BETWEEN_COMPLEX(ifft, ", n=4", 4),
    DESCENT_BETWEEN_COMPLEX(ifft, ", n=5", 5),
    DESCENT_BETWEEN_COMPLEX(ifft, ", n=8", 8),
    DESCENT_BETWEEN_COMPLEX(ifft, ", n=9", 9),
    DESCENT_BETWEEN_COMPLEX(ifft, ", n=49", 49),
    DESCENT_BETWEEN_COMPLEX(ifft, ", n=53", 53),
    DESCENT_BETWEEN_COMPLEX(ifft, ", n=94", 94),
    DESCENT_BETWEEN_COMPLEX(ifft, ", n=106", 106),
    DESCENT_BETWEEN_COMPLEX(ifft, ", dim=0", std::nullopt, 0),
    DESCENT_BETWEEN_COMPLEX(ifft, ", n=7, dim=-2", 7, -2),
    DESCENT_TO_COMPLEX(rfft, ""),
    DESCENT_TO_COMPLEX(rfft, ", norm='backward'", std::nullopt, -1, Norm::backward),
    DESCENT_TO_COMPLEX(rfft, ", norm='ortho'", std::nullopt, -1, Norm::ortho),
    DESCENT_TO_COMPLEX(rfft, ", norm='forward'", std::nullopt, -1, Norm::forward),
    DESCENT_TO_COMPLEX(rfft, ", n=1", 1),
    DESCENT_TO_COMPLEX(rfft, ", n=2", 2),
    DESCENT_TO_COMPLEX(rfft, ", n=4", 4),
    DESCENT_TO_COMPLEX(rfft, ", n=5", 5),
    DESCENT_TO_COMPLEX(rfft, ", n=8", 8),
    DESCENT_TO_COMPLEX(rfft, ", n=9", 9),
    DESCENT_TO_COMPLEX(rfft, ", n=49", 49),
    DESCENT_TO_COMPLEX(rfft, ", n=53", 53),
    DESCENT_TO_COMPLEX(rfft, ", n=94", 94),
    DESCENT_TO_COMPLEX(rfft, ", n=106", 106),
    DESCENT_TO_COMPLEX(rfft, ", dim=0", std::nullopt, 0),
    DESCENT_TO_COMPLEX(rfft, ", n=7, dim=-2", 7, -2),
    DESCENT_TO_REAL(irfft, ""),
    DESCENT_TO_REAL(irfft, ", norm='backward'", std::nullopt, -1, Norm::backward),
    DESCENT_TO_REAL(irfft, ", norm='ortho'", std::nullopt, -1, Norm::ortho),
    DESCENT_TO_REAL(irfft, ", norm='forward'", std::nullopt, -1, Norm::forward),
    DESCENT_TO_REAL(irfft, ", n=1", 1),
    DESCENT_TO_REAL(irfft, ", n=2", 2),
    DESCENT_TO_REAL(irfft, ", n=4", 4),
    DESCENT_TO_REAL(irfft, ", n=5", 5),
    DESCENT_TO_REAL(irfft, ", n=8", 8),
    DESCENT_TO_REAL(irfft, ", n=9", 9),
    DESCENT_TO_REAL(irfft, ", n=49", 49),
    DESCENT_TO_REAL(irfft, ", n=53", 53),
    DESCENT_TO_REAL(irfft, ", n=94", 94),
    DESCENT_TO_REAL(irfft, ", n=106", 106),
    DESCENT_TO_REAL(irfft, ", dim=0", std::nullopt, 0),
    DESCENT_TO_REAL(irfft, ", n=7, dim=-2", 7, -2),
    DESCENT_BETWEEN_COMPLEX(fft2, ", norm='backward'", std::nullopt, {-2, -1}, Norm::backward),
    DESCENT_BETWEEN_COMPLEX(fftn, ", norm='backward'", std::nullopt, std::nullopt, Norm::backward),
    DESCENT_BETWEEN_COMPLEX(fft2, ", norm='ortho'", std::nullopt, {-2, -1}, Norm::ortho),
    DESCENT_BETWEEN_COMPLEX(fftn, ", norm='ortho'", std::nullopt, std::nullopt, Norm::ortho),
    DESCENT_BETWEEN_COMPLEX(fft2, ", norm='forward'", std::nullopt, {-2, -1}, Norm::forward),
    DESCENT_BETWEEN_COMPLEX(fftn, ", norm='forward'", std::nullopt, std::nullopt, Norm::forward),
    DESCENT_BETWEEN_COMPLEX(fft2, ", s=(2, 5)", Dims{2, 5}),
    DESCENT_BETWEEN_COMPLEX(fft2, ", dim=(1, 0)", std::nullopt, {1, 0}),
    DESCENT_BETWEEN_COMPLEX(fftn, ", s=(5, 3)", Dims{5, 3}),
    DESCENT_BETWEEN_COMPLEX(fftn, ", s=(-1, 3)", Dims{-1, 3}),
    DESCENT_BETWEEN_COMPLEX(fftn, ", dim=(0, 2)", std::nullopt, Dims{0, 2}),
    DESCENT_BETWEEN_COMPLEX(fftn, ", s=(3, 4), dim=(2, 1)", Dims{3, 4}, Dims{2, 1}),
    DESCENT_BETWEEN_COMPLEX(ifft2, ", norm='backward'", std::nullopt, {-2, -1}, Norm::backward),
    DESCENT_BETWEEN_COMPLEX(ifftn, ", norm='backward'", std::nullopt, std::nullopt, Norm::backward),
    DESCENT_BETWEEN_COMPLEX(ifft2, ", norm='ortho'", std::nullopt, {-2, -1}, Norm::ortho),
    DESCENT_BETWEEN_COMPLEX(ifftn, ", norm='ortho'", std::nullopt, std::nullopt, Norm::ortho),
    DESCENT_BETWEEN_COMPLEX(ifft2, ", norm='forward'", std::nullopt, {-2, -1}, Norm::forward),
    DESCENT_BETWEEN_COMPLEX(ifftn, ", norm='forward'", std::nullopt, std::nullopt, Norm::forward),
    DESCENT_BETWEEN_COMPLEX(ifft2, ", s=(2, 5)", Dims{2, 5}),
    DESCENT_BETWEEN_COMPLEX(ifft2, ", dim=(1, 0)", std::nullopt, {1, 0}),
    DESCENT_BETWEEN_COMPLEX(ifftn, ", s=(5, 3)", Dims{5, 3}),
    DESCENT_BETWEEN_COMPLEX(ifftn, ", s=(-1, 3)", Dims{-1, 3}),
    DESCENT_BETWEEN_COMPLEX(ifftn, ", dim=(0, 2)", std::nullopt, Dims{0, 2}),
    DESCENT_BETWEEN_COMPLEX(ifftn, ", s=(3, 4), dim=(2, 1)", Dims{3, 4}, Dims{2, 1}),
    DESCENT_TO_COMPLEX(rfft2, ", norm='backward'", std::nullopt, {-2, -1}, Norm::backward),
    DESCENT_TO_COMPLEX(rfftn, ", norm='backward'", std::nullopt, std::nullopt, Norm::backward),
    DESCENT_TO_COMPLEX(rfft2, ", norm='ortho'", std::nullopt, {-2, -1}, Norm::ortho),
    DESCENT_TO_COMPLEX(rfftn, ", norm='ortho'", std::nullopt, std::nullopt, Norm::ortho),
    DESCENT_TO_COMPLEX(rfft2, ", norm='forward'", std::nullopt, {-2, -1}, Norm::forward),
    DESCENT_TO_COMPLEX(rfftn, ", norm='forward'", std::nullopt, std::nullopt, Norm::forward),
    DESCENT_TO_COMPLEX(rfft2, ", s=(2, 5)", Dims{2, 5}),
    DESCENT_TO_COMPLEX(rfft2, ", dim=(1, 0)", std::nullopt, {1, 0}),
    DESCENT_TO_COMPLEX(rfftn, ", s=(5, 3)", Dims{5, 3}),
    DESCENT_TO_COMPLEX(rfftn, ", s=(-1, 3)", Dims{-1, 3}),
    DESCENT_TO_COMPLEX(rfftn, ", dim=(0, 2)", std::nullopt, Dims{0, 2}),
    DESCENT_TO_COMPLEX(rfftn, ", s=(3, 4), dim=(2, 1)", Dims{3, 4}, Dims{2, 1}),
    DESCENT_TO_REAL(irfft2, ", norm='backward'", std::nullopt, {-2, -1}, Norm::backward),
    DESCENT_TO_REAL(irfftn, ", norm='backward'", std::nullopt, std::nullopt, Norm::backward),
    DESCENT_TO_REAL(irfft2, ", norm='ortho'", std::nullopt, {-2, -1}, Norm::ortho),
    DESCENT_TO_REAL(irfftn, ", norm='ortho'", std::nullopt, std::nullopt, Norm::ortho),
    DESCENT_TO_REAL(irfft2, ", norm='forward'", std::nullopt, {-2, -1}, Norm::forward),
    DESCENT_TO_REAL(irfftn, ", norm='forward'", std::nullopt, std::nullopt, Norm::forward),
    DESCENT_TO_REAL(irfft2, ", s=(2, 5)", Dims{2, 5}),
    DESCENT_TO_REAL(irfft2, ", dim=(1, 0)", std::nullopt, {1, 0}),
    DESCENT_TO_REAL(irfftn, ", s=(5, 3)", Dims{5, 3}),
    DESCENT_TO_REAL(irfftn, ", s=(-1, 3)", Dims{-1, 3}),
    DESCENT_TO_REAL(irfftn, ", dim=(0, 2)", std::nullopt, Dims{0, 2}),
    DESCENT_TO_REAL(irfftn, ", s=(3, 4), dim=(2, 1)", Dims{3, 4}, Dims{2, 1}),
    DESCENT_EXPRESSION("torch.view_as_real(torch.fft.fft(torch.view_as_complex(a.transpose(0, 1))))",
                       fft::fft(transpose(a, 0, 1))),
    DESCENT_EXPRESSION("torch.fft.fftfreq(1)", fft::fftfreq(1)),
    DESCENT_EXPRESSION("torch.fft.fftfreq(4)", fft::fftfreq(4)),
    DESCENT_EXPRESSION("torch.fft.fftfreq(5)", fft::fftfreq(5)),
    DESCENT_EXPRESSION("torch.fft.fftfreq(5, d=0.25, dtype=torch.float64)", fft::fftfreq(5, 0.25, {.dtype = float64})),
    DESCENT_EXPRESSION("torch.fft.rfftfreq(1)", fft::rfftfreq(1)),
    DESCENT_EXPRESSION("torch.fft.rfftfreq(4)", fft::rfftfreq(4)),
    DESCENT_EXPRESSION("torch.fft.rfftfreq(5)", fft::rfftfreq(5)),
    DESCENT_EXPRESSION("torch.fft.rfftfreq(5, d=0.25, dtype=torch.float64)",
                       fft::rfftfreq(5, 0.25, {.dtype = float64})),
    DESCENT_EXPRESSION("torch.fft.fftshift(a, dim=0)", fft::fftshift(a, 0)),
    DESCENT_EXPRESSION("torch.fft.fftshift(a, dim=(0, 1))", fft::fftshift(a, {0, 1})),
    DESCENT_EXPRESSION("torch.fft.fftshift(a, dim=-1)", fft::fftshift(a, -1)),
    DESCENT_EXPRESSION("torch.fft.ifftshift(a, dim=0)", fft::ifftshift(a, 0)),
    DESCENT_EXPRESSION("torch.fft.ifftshift(a, dim=(0, 1))", fft::ifftshift(a, {0, 1})),
    DESCENT_EXPRESSION("torch.fft.ifftshift(a, dim=-1)", fft::ifftshift(a, -1)),
};

golden::Family transforms() {
  golden::Family family = {.stem = "fft", .expressions = expressions};
  // Where much cancels, little is left of the digits.
  for (const char* name : {"fft", "ifft", "rfft", "irfft"}) {
    for (const char* form : {"", "2", "n"}) family.tolerances[concat(name, form)] = {1e-6, 1e-12, true};
    family.tolerances[concat(name, "_long")] = {1e-6, 1e-11, true};
    family.without_gradient.insert(concat(name, "_long"));
  }
  return family;
}

}  // namespace

TEST_CASE("Fourier transforms are what PyTorch gives") { golden::check_golden(transforms()); }

TEST_CASE("Fourier transforms, of inputs of any kind") { golden::check_golden_with_any_inputs(transforms()); }

TEST_CASE("Fourier transforms, compiled") {
  CHECK(golden::check_golden_compiled(transforms(), {.native = false}).empty());
  CHECK(golden::check_golden_native(transforms()).empty());
  CHECK(golden::check_golden_exported(transforms()) ==
        std::set<std::string>{"fft", "ifft", "rfft", "irfft", "fft_long", "ifft_long", "rfft_long", "irfft_long",
                              "fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn", "fftfreq",
                              "rfftfreq"});
}

TEST_CASE("Fourier transforms of any length are their definition, and undone by their inverse") {
  for (const std::int64_t n : {1, 2, 3, 7, 16, 47, 53, 64, 100, 101, 106, 211, 1000, 1009}) {
    CAPTURE(n);
    const Tensor x = gradients::spread({n, 2});
    const Tensor angles = remainder(unsqueeze(arange(n), 0) * unsqueeze(arange(n), 1), n).to(float64) *
                          (2 * M_PI / static_cast<double>(n));
    const Tensor re = select(x, -1, 0), im = select(x, -1, 1);
    const Tensor wanted = stack(
        {matmul(cos(angles), re) + matmul(sin(angles), im), matmul(cos(angles), im) - matmul(sin(angles), re)}, -1);
    const double atol = 1e-12 * static_cast<double>(n);
    CHECK(allclose(fft::fft(x), wanted, 1e-12, atol));
    CHECK(allclose(fft::ifft(fft::fft(x)), x, 1e-12, 1e-12));
    CHECK(allclose(fft::fft(stack({re, zeros_like(re)}, -1)).slice(0, 0, n / 2 + 1), fft::rfft(re), 1e-12, atol));
    CHECK(allclose(fft::irfft(fft::rfft(re), n), re, 1e-12, 1e-12));
  }
}

TEST_CASE("gradients of Fourier transforms") {
  using gradients::check;
  using gradients::check_square;
  using gradients::spread;
  for (const std::int64_t n : {1, 4, 5, 53}) {
    CAPTURE(n);
    check_square("fft", [](const auto& in) { return fft::fft(in[0], std::nullopt, 0); }, {spread({n, 2})});
    check_square("ifft", [n](const auto& in) { return fft::ifft(in[0], n, 0); }, {spread({3, 2, 2})});
    check_square("rfft", [](const auto& in) { return fft::rfft(in[0], std::nullopt, 0); }, {spread({n})});
    check_square("irfft", [n](const auto& in) { return fft::irfft(in[0], n, 0); }, {spread({n / 2 + 1, 2})});
  }
  check_square("rfft2", [](const auto& in) { return fft::rfft2(in[0], Dims{3, 5}); }, {spread({2, 4, 4})});
  check_square("irfftn", [](const auto& in) { return fft::irfftn(in[0]); }, {spread({2, 3, 2})});
  check_square("fftn", [](const auto& in) { return fft::fftn(in[0]); }, {spread({2, 3, 2})});
  check_square("fftshift", [](const auto& in) { return fft::fftshift(in[0], 0); }, {spread({5})});
}

TEST_CASE("Fourier transforms: the same bits on any number of threads") {
  determinism::check_on_threads([] {
    determinism::Fingerprints result;
    manual_seed(3);
    for (const std::int64_t n : {100, 211, 256}) {
      const Tensor x = randn({50, n, 3, 2});
      determinism::add(result, concat("fft ", n), [](const auto& in) { return fft::fft(in[0], std::nullopt, 1); }, {x});
      determinism::add(result, concat("rfft ", n), [](const auto& in) { return fft::rfft(in[0], std::nullopt, 1); },
                       {x});
      determinism::add(result, concat("irfft ", n), [](const auto& in) { return fft::irfft(in[0], std::nullopt, 1); },
                       {x});
    }
    return result;
  });
}

TEST_CASE("Fourier transforms of nothing, and what they cannot take") {
  CHECK(fft::fft(zeros({0, 4, 2})).sizes() == Dims{0, 4, 2});
  CHECK(fft::rfft(zeros({0, 4})).sizes() == Dims{0, 3, 2});
  CHECK(fft::irfft(zeros({0, 4, 2})).sizes() == Dims{0, 6});
  CHECK_THROWS_WITH_AS(fft::fft(ones({2, 3})), "fft: x has shape [2, 3]; wanted complex numbers, [..., 2]", Error);
  CHECK_THROWS_WITH_AS(fft::ifft2(tensor({{1, 2}})), "ifft2: x is int64; wanted float32 or float64", Error);
  CHECK_THROWS_WITH_AS(fft::rfft(ones({2, 0})), "rfft: 0 numbers to transform in dimension 1; wanted at least 1",
                       Error);
  CHECK_THROWS_WITH_AS(fft::irfft(ones({1, 2})), "irfft: 0 numbers to transform in dimension 0; wanted at least 1",
                       Error);
  CHECK_THROWS_WITH_AS(fft::rfftn(ones({2, 2}), Dims{2, 2, 2}), "rfftn: s has 3 sizes, and x 2 dimensions", Error);
  CHECK_THROWS_WITH_AS(fft::rfftn(ones({2, 2}), Dims{2}, Dims{0, 1}),
                       "rfftn: s [2] and dims [0, 1] are not of one length", Error);
  CHECK_THROWS_WITH_AS(fft::fftfreq(0), "fftfreq: n = 0; wanted at least 1", Error);
  check_names_of_one("fft", [](const Tensor& x) { fft::fft(x); });
  check_names_of_one("rfft2", [](const Tensor& x) { fft::rfft2(x); });
  check_names_of_one("irfftn", [](const Tensor& x) { fft::irfftn(x); });
  check_names_of_one("fftshift", [](const Tensor& x) { fft::fftshift(x, 0); });
}

}  // namespace descent
