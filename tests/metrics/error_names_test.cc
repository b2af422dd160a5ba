#include "error_names.h"

using namespace descent;
using namespace descent::metrics;

TEST_CASE("errors of metrics are in their names") {
  DESCENT_OF_TWO(accuracy);
  DESCENT_OF_TWO(balanced_accuracy);
  DESCENT_OF_TWO(precision);
  DESCENT_OF_TWO(precision_per_class);
  DESCENT_OF_TWO(recall);
  DESCENT_OF_TWO(recall_per_class);
  DESCENT_OF_TWO(f1);
  DESCENT_OF_TWO(f1_per_class);
  DESCENT_OF_TWO(matthews_corrcoef);
  DESCENT_OF_TWO(confusion_matrix);
  DESCENT_OF_TWO(log_loss);
  DESCENT_OF_TWO(brier_score);
  DESCENT_OF_TWO(expected_calibration_error);
  DESCENT_OF_TWO(roc_auc);
  DESCENT_OF_TWO(roc_auc_per_class);
  DESCENT_OF_TWO(average_precision);
  DESCENT_OF_TWO(average_precision_per_class);
  DESCENT_OF_TWO(roc_curve);
  DESCENT_OF_TWO(precision_recall_curve);
  DESCENT_OF_TWO(r2);
  DESCENT_OF_TWO(root_mean_squared_error);
  DESCENT_OF_TWO(mean_absolute_error);
  DESCENT_OF_TWO(mean_absolute_percentage_error);
  DESCENT_OF_TWO(explained_variance);
  DESCENT_OF_TWO(pearson_corrcoef);
  DESCENT_OF_TWO(spearman_corrcoef);
  DESCENT_OF_TWO(top_k_accuracy);
}
