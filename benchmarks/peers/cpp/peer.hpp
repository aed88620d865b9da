// What a peer can do.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "work.hpp"

class Peer {
 public:
  virtual ~Peer() = default;
  virtual std::string version() const = 0;

  /** What it was built with, such as `m:16`. */
  virtual std::string parameters() const = 0;
  virtual bool filters() const = 0;
  virtual bool updates() const = 0;

  /** Builds an index of all items from nothing and writes it to a file. */
  virtual void build(const Work& work) = 0;

  /** Gives items other vectors. */
  virtual void update(const Work&, const std::vector<uint32_t>&, const Vectors&) {
    throw std::runtime_error("has no updates");
  }

  /** The file that holds the index. */
  virtual std::string file() const = 0;

  /** Sets the library's own search parameter; 0 for its default. */
  virtual void effort(int value) = 0;

  /** Finds the ids nearest to a vector, of those that the filter accepts if there is one. */
  virtual void search(const float* query, size_t k, const Filter* filter, std::vector<int32_t>& found) = 0;
};
