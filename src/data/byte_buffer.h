// Bytes that are not cleared.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>

namespace descent::data {

/// Bytes that, unlike std::string's, are neither cleared nor, when there are many, copied as they grow.
class ByteBuffer {
 public:
  void resize(std::size_t size) {
    char* data = static_cast<char*>(std::realloc(data_.get(), std::max<std::size_t>(size, 1)));
    if (!data) throw std::bad_alloc();
    static_cast<void>(data_.release());
    data_.reset(data);
    size_ = size;
  }
  char* data() { return data_.get(); }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {data_.get(), size_}; }

 private:
  struct Free {
    void operator()(char* data) const { std::free(data); }
  };
  std::unique_ptr<char, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace descent::data
