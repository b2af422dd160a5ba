#include "program/c/whole.h"

namespace descent::program::c {

bool is_written(const Instruction&) { return false; }
bool is_worth_writing(const Instruction& instruction) { return is_written(instruction); }
void write_whole(const Instruction&, std::string&) {}
const char* const kWholePrelude = "";

}  // namespace descent::program::c
