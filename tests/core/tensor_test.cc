// What a tensor is: shape, type, shared storage, and the way to and from the host.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <array>
#include <limits>

using namespace descent;
using doctest::Contains;
using Integers = std::vector<std::int64_t>;
using Values = std::vector<double>;

TEST_CASE("shape, strides and type") {
  const Tensor x = zeros({2, 3, 4}, {.dtype = float64});
  CHECK(x.sizes() == Dims{2, 3, 4});
  CHECK(x.strides() == Dims{12, 4, 1});
  CHECK(x.size(0) == 2);
  CHECK(x.size(-1) == 4);
  CHECK(x.dim() == 3);
  CHECK(x.numel() == 24);
  CHECK(x.dtype() == float64);
  CHECK(x.is_contiguous());
  CHECK_THROWS_WITH_AS(x.size(3), Contains("rank 3"), Error);
  CHECK_THROWS_AS(zeros({}).size(0), Error);
  CHECK(zeros({}).numel() == 1);
  CHECK(zeros({3, 0}).numel() == 0);
}

TEST_CASE("an undefined tensor refuses every use") {
  const Tensor none;
  CHECK_FALSE(none.defined());
  CHECK_THROWS_WITH_AS(none.sizes(), Contains("undefined"), Error);
  CHECK_THROWS_WITH_AS(none + 1, Contains("add: the tensor is undefined"), Error);
  CHECK_THROWS_WITH_AS(sum(none), Contains("sum"), Error);
  CHECK_THROWS_AS(none.item(), Error);
  CHECK_THROWS_AS(none.backward(), Error);
  CHECK_THROWS_AS(none.requires_grad_(), Error);
}

TEST_CASE("handles share, clones do not") {
  const Tensor x = tensor({1, 2, 3});
  const Tensor same = x, copy = x.clone();
  x.fill_(7);
  CHECK(same.to_vector<int>() == std::vector<int>{7, 7, 7});
  CHECK(copy.to_vector<int>() == std::vector<int>{1, 2, 3});
  Tensor other = copy;
  other = x;
  CHECK(other.data<std::int64_t>() == x.data<std::int64_t>());
  const Tensor& alias = other;
  other = alias;
  CHECK(other.defined());
  Tensor moved = std::move(other);
  CHECK(moved.data<std::int64_t>() == x.data<std::int64_t>());
}

TEST_CASE("views share storage, whatever their geometry") {
  const Tensor x = arange(24).reshape({2, 3, 4});
  CHECK(x.transpose(0, 2).strides() == Dims{1, 4, 12});
  CHECK_FALSE(x.transpose(0, 2).is_contiguous());
  x.transpose(0, 2)[3].fill_(-1);
  CHECK(x(Ellipsis, 3).to_vector<std::int64_t>() == Integers{-1, -1, -1, -1, -1, -1});
  x.reshape({6, 4}).slice(0, 1, 6, 2).fill_(-2);
  CHECK(x(0, 1).to_vector<std::int64_t>() == Integers{-2, -2, -2, -2});
  CHECK(x(0, 0, 0).item<int>() == 0);
  x.permute({1, 0, 2}).select(0, 0).diagonal().fill_(-3);
  CHECK(x(0, 0, 0).item<int>() == -3);
  CHECK(x(1, 0, 1).item<int>() == -3);
  const Tensor wide = x[0].unsqueeze(0).expand({5, 3, 4});
  CHECK(wide.strides() == Dims{0, 4, 1});
  x(0, 0, 1).fill_(-4);
  CHECK(wide(4, 0, 1).item<int>() == -4);
  // reshape copies only where it must; view never does.
  CHECK(x.reshape({4, 6}).data<std::int64_t>() == x.data<std::int64_t>());
  CHECK(x.transpose(1, 2).reshape({24}).data<std::int64_t>() != x.data<std::int64_t>());
  CHECK_THROWS_WITH_AS(x.transpose(1, 2).view({24}), Contains("without copying"), Error);
  CHECK(x.transpose(0, 1).view({3, 2, 2, 2}).strides() == Dims{4, 12, 2, 1});
  CHECK(x.contiguous().data<std::int64_t>() == x.data<std::int64_t>());
  CHECK_THROWS_WITH_AS(x.t(), Contains("rank 3"), Error);
}

TEST_CASE("a view outlives the tensor it was taken from") {
  Tensor part;
  {
    const Tensor x = arange(6).reshape({2, 3});
    part = x[1];
  }
  CHECK(part.to_vector<std::int64_t>() == Integers{3, 4, 5});
}

TEST_CASE("item") {
  CHECK(tensor(2.5).item() == 2.5);
  CHECK(tensor({{7}}).item<int>() == 7);
  CHECK(tensor(true).item<bool>());
  CHECK(tensor(2.75).item<int>() == 2);
  CHECK(arange(6).reshape({2, 3}).t()[2][1].item<std::int64_t>() == 5);
  const std::int64_t large = (std::int64_t{1} << 53) + 1;
  CHECK(tensor(std::span(&large, 1), {}).item<std::int64_t>() == large);
  CHECK_THROWS_WITH_AS(tensor({1, 2}).item(), Contains("[2]"), Error);
  CHECK_THROWS_AS(zeros({0}).item(), Error);
}

TEST_CASE("to_vector and copy_to convert, and read any layout in order") {
  const Tensor x = tensor({{1.5, -2.0}, {0.0, 4.0}});
  CHECK(x.t().to_vector<float>() == std::vector<float>{1.5F, 0, -2, 4});
  CHECK(x.to_vector<double>() == Values{1.5, -2, 0, 4});
  CHECK(x.to_vector<int>() == std::vector<int>{1, -2, 0, 4});
  CHECK(x.to_vector<bool>() == std::vector<bool>{true, true, false, true});
  std::array<double, 4> doubles{};
  x.t().copy_to(std::span<double>(doubles));
  CHECK(doubles == std::array<double, 4>{1.5, 0, -2, 4});
  std::array<std::int64_t, 4> integers{};
  x.copy_to(std::span<std::int64_t>(integers));
  CHECK(integers == std::array<std::int64_t, 4>{1, -2, 0, 4});
  std::array<float, 3> few{};
  CHECK_THROWS_WITH_AS(x.copy_to(std::span<float>(few)), Contains("3 elements"), Error);
  CHECK(zeros({0, 3}).to_vector<float>().empty());
  CHECK(tensor(5).to_vector<int>() == std::vector<int>{5});
}

TEST_CASE("data gives the elements in place, to those who know their type") {
  const Tensor x = tensor({1.0, 2.0});
  x.data<float>()[1] = 5;
  CHECK(x.to_vector<double>() == Values{1, 5});
  CHECK_THROWS_WITH_AS(x.data<double>(), Contains("float32, not float64"), Error);
  CHECK_THROWS_WITH_AS(zeros({2, 3}).t().data<float>(), Contains("not contiguous"), Error);
  CHECK(reinterpret_cast<std::uintptr_t>(zeros({3}).data<float>()) % 64 == 0);
}

TEST_CASE("conversions between types") {
  const Tensor x = tensor({-1.75, 0.0, 0.5, 3.0});
  CHECK(x.to(int64).to_vector<int>() == std::vector<int>{-1, 0, 0, 3});
  CHECK(x.to(boolean).to_vector<bool>() == std::vector<bool>{true, false, true, true});
  CHECK(x.to(float64).dtype() == float64);
  CHECK(x.to(float32).data<float>() == x.data<float>());
  CHECK(tensor({true, false}).to(float32).to_vector<double>() == Values{1, 0});
  CHECK(tensor({{1, 2, 3}, {4, 5, 6}}).t().to(float64).to_vector<double>() == Values{1, 4, 2, 5, 3, 6});
  CHECK(tensor({0.1}).to(float64).item() == static_cast<double>(0.1F));
}

TEST_CASE("numbers stand for tensors") {
  const Tensor x = tensor({1.0, 2.0});
  CHECK((2 - x).to_vector<double>() == Values{1, 0});
  CHECK((x / 2).dtype() == float32);
  CHECK((x * 0.1).dtype() == float32);
  CHECK((x * 0.1)[0].item<float>() == 0.1F);
  CHECK((x.to(float64) * 0.1)[0].item() == 0.1);
  CHECK((tensor({1, 2}) * 0.5).dtype() == float32);
  CHECK((tensor({1, 2}) + 1).dtype() == int64);
  CHECK((tensor({true}) + true).dtype() == boolean);
  CHECK((tensor({true}) + 1).dtype() == int64);
  CHECK((x > 1).dtype() == boolean);
  CHECK(pow(2, x).to_vector<double>() == Values{2, 4});
  CHECK(Tensor(3).dtype() == int64);
  CHECK(Tensor(std::size_t{3}).dtype() == int64);
  CHECK(Tensor(3.0F).dim() == 0);
  // A large number in float32, and one only int64 can hold.
  CHECK((tensor({0.0}) + 1e300).item<float>() == std::numeric_limits<float>::infinity());
  CHECK((tensor({0}) + ((std::int64_t{1} << 53) + 1)).item<std::int64_t>() == (std::int64_t{1} << 53) + 1);
}

TEST_CASE("indexing on the left of = writes") {
  Tensor x = zeros({2, 3});
  x[0] = tensor({1.0, 2.0, 3.0});
  x(1, Slice(1)) = 7;
  x(Ellipsis, 0) = x(Ellipsis, 0) * 10;
  CHECK(x.to_vector<double>() == Values{10, 2, 3, 0, 7, 7});
  x(0) = x[1];
  CHECK(x.to_vector<double>() == Values{0, 7, 7, 0, 7, 7});
  // A handle that is named changes what it refers to instead.
  Tensor row = x[0];
  row = tensor({5.0});
  CHECK(x.to_vector<double>() == Values{0, 7, 7, 0, 7, 7});
  CHECK_THROWS_AS(x(tensor({0, 1})) = 3, Error);
  CHECK_THROWS_WITH_AS(x[0] = tensor({1.0, 2.0}), Contains("[2]"), Error);
  CHECK_THROWS_WITH_AS(x[2], Contains("index 2"), Error);
}

TEST_CASE("a tensor has at most eight dimensions") {
  const Dims eight = {1, 2, 1, 1, 3, 1, 1, 2};
  const Tensor x = arange(12).reshape(eight);
  CHECK(sum(x + x, {1, 4}).sizes() == Dims{1, 1, 1, 1, 1, 2});
  CHECK(x.permute({7, 6, 5, 4, 3, 2, 1, 0}).contiguous().sizes() == Dims{2, 1, 1, 3, 1, 1, 2, 1});
  CHECK_THROWS_WITH_AS(x.unsqueeze(0), Contains("at most 8"), Error);
  CHECK_THROWS_WITH_AS((Dims{1, 1, 1, 1, 1, 1, 1, 1, 1}), Contains("at most 8"), Error);
  CHECK_THROWS_WITH_AS(zeros(std::vector<std::int64_t>(9, 1)), Contains("at most 8"), Error);
  CHECK_THROWS_AS(stack({x, x}), Error);
}

TEST_CASE("sizes that are negative, overflow or are beyond memory are refused before anything is allocated") {
  const std::int64_t huge = std::int64_t{1} << 40;
  CHECK_THROWS_WITH_AS(zeros({-1}), Contains("-1"), Error);
  CHECK_THROWS_AS(zeros({huge, huge}), Error);
  CHECK_THROWS_AS(empty({std::numeric_limits<std::int64_t>::max()}), Error);
  CHECK_THROWS_AS(empty({std::int64_t{1} << 60, 4}), Error);
  CHECK_THROWS_AS(empty({std::int64_t{1} << 59}, {.dtype = float64}), Error);
  CHECK_THROWS_AS(ones({2, 1}).expand({huge, 2, huge}), Error);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which end the program instead
  CHECK_THROWS_WITH_AS(empty({huge, 1 << 10}), Contains("no memory"), Error);
#endif
  CHECK(numel_of({0, huge, 3}) == 0);
}

TEST_CASE("dims print as lists") {
  CHECK(concat(Dims{2, 3}) == "[2, 3]");
  CHECK(concat(Dims{}) == "[]");
  CHECK(concat(float32, " ", boolean) == "float32 bool");
}
