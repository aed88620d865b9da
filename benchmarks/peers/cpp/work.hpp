// The files of the work folder.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

/** Rows of one length. */
struct Vectors {
  std::vector<float> values;
  size_t dimension = 0;

  size_t size() const { return values.size() / dimension; }
  const float* row(size_t row) const { return values.data() + row * dimension; }
};

/** A bit for each item. */
using Filter = std::vector<uint64_t>;

inline bool accepts(const Filter& filter, size_t id) { return filter[id / 64] >> (id % 64) & 1; }

class Work {
 public:
  explicit Work(const std::string& folder) : folder_(folder) {
    std::ifstream task(path("task"));
    for (std::string line; std::getline(task, line);) {
      size_t equals = line.find('=');
      if (equals != std::string::npos) {
        task_[line.substr(0, equals)] = line.substr(equals + 1);
      }
    }
    dimension = std::stoul(value("dimension"));
    threads = std::stoi(value("threads"));
    cosine = value("distance") == "cosine";
    if (!cosine && value("distance") != "euclidean") {
      throw std::runtime_error("no distance " + value("distance"));
    }
    items = vectors("items.f32");
  }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  Vectors vectors(const std::string& name) const { return {words<float>(name), dimension}; }

  /** The ids of items that get another vector. */
  std::vector<uint32_t> changed() const { return words<uint32_t>("changed.i32"); }

  /** What each of the queries may find. */
  std::vector<Filter> filters(const std::string& name, size_t from, size_t count) const {
    Filter all = words<uint64_t>(name);
    size_t length = (items.size() + 63) / 64;
    if (all.size() < (from + count) * length) {
      throw std::runtime_error(name + " is too short");
    }
    std::vector<Filter> filters;
    for (size_t i = from; i < from + count; i++) {
      filters.emplace_back(all.begin() + i * length, all.begin() + (i + 1) * length);
    }
    return filters;
  }

  size_t dimension;
  int threads;
  bool cosine;
  Vectors items;

 private:
  template <typename T>
  std::vector<T> words(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary | std::ios::ate);
    if (!in) {
      throw std::runtime_error("cannot read " + name);
    }
    std::vector<T> words(static_cast<size_t>(in.tellg()) / sizeof(T));
    in.seekg(0);
    in.read(reinterpret_cast<char*>(words.data()), words.size() * sizeof(T));
    return words;
  }

  const std::string& value(const std::string& key) const {
    auto found = task_.find(key);
    if (found == task_.end()) {
      throw std::runtime_error("the task does not say " + key);
    }
    return found->second;
  }

  std::string folder_;
  std::map<std::string, std::string> task_;
};

/** For each query nanoseconds and k ids, each in four bytes. */
class Answers {
 public:
  Answers(const std::string& path, size_t k) : out_(path, std::ios::binary), k_(k) {}

  void add(int64_t nanos, const std::vector<int32_t>& found) {
    word(static_cast<int32_t>(std::min<int64_t>(nanos, std::numeric_limits<int32_t>::max())));
    for (size_t i = 0; i < k_; i++) {
      word(i < found.size() ? found[i] : -1);
    }
  }

  void finish() {
    out_.close();
    if (!out_) {
      throw std::runtime_error("cannot write answers");
    }
  }

 private:
  void word(int32_t value) { out_.write(reinterpret_cast<const char*>(&value), sizeof value); }

  std::ofstream out_;
  size_t k_;
};
