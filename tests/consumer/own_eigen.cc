// A program's own Eigen and JSON: the templates that src/linear_algebra and src/io use, under other flags.
#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <Eigen/SVD>
#include <nlohmann/json.hpp>

double own_eigen() {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd a = Eigen::MatrixXd::Random(24, 24);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigh(a + a.transpose());
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::HouseholderQR<RowMajor> qr{RowMajor(a)};
  const RowMajor q = qr.householderQ() * RowMajor::Identity(24, 24);
  const auto json = nlohmann::json::parse("{\"one\": [1.0, 2]}");
  return eigh.eigenvalues().sum() + svd.singularValues().sum() + q.sum() + json["one"][0].get<double>();
}
