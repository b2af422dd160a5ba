// The commands. Each takes the words behind its name, and throws an Error for what goes wrong.
#pragma once

#include <string>
#include <vector>

namespace descent::cli {

void train(const std::vector<std::string>& words);
void evaluate(const std::vector<std::string>& words);
void predict(const std::vector<std::string>& words);
void info(const std::vector<std::string>& words);
void export_model(const std::vector<std::string>& words);

}  // namespace descent::cli
