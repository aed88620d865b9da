// hnswlib, with its own defaults: M 16, ef_construction 200.
#pragma once

#include <hnswlib/hnswlib.h>

#include <atomic>
#include <memory>
#include <thread>

#include "peer.hpp"

class HnswlibPeer : public Peer {
 public:
  explicit HnswlibPeer(const Work& work)
      : dimension_(work.dimension), cosine_(work.cosine), file_(work.path("hnswlib.bin")) {
    if (cosine_) {
      space_ = std::make_unique<hnswlib::InnerProductSpace>(work.dimension);
    } else {
      space_ = std::make_unique<hnswlib::L2Space>(work.dimension);
    }
  }

  std::string version() const override { return HNSWLIB_VERSION; }
  std::string parameters() const override {
    return "m:" + std::to_string(index_->M_) + ",ef_construction:" + std::to_string(index_->ef_construction_);
  }
  bool filters() const override { return true; }
  bool updates() const override { return true; }

  void build(const Work& work) override {
    index_ = std::make_unique<hnswlib::HierarchicalNSW<float>>(space_.get(), work.items.size());
    std::vector<uint32_t> ids(work.items.size());
    for (size_t id = 0; id < ids.size(); id++) {
      ids[id] = id;
    }
    put(ids, work.items, work.threads);
    index_->saveIndex(file_);
  }

  void update(const Work& work, const std::vector<uint32_t>& changed, const Vectors& rows) override {
    put(changed, rows, work.threads);
  }

  std::string file() const override { return file_; }
  void effort(int value) override { index_->setEf(value == 0 ? 10 : value); }

  void search(const float* query, size_t k, const Filter* filter, std::vector<int32_t>& found) override {
    struct Accepted : hnswlib::BaseFilterFunctor {
      const Filter* filter;
      bool operator()(hnswlib::labeltype id) override { return accepts(*filter, id); }
    } accepted;
    accepted.filter = filter;
    std::vector<float> unit = normalized(query);
    auto nearest = index_->searchKnn(unit.data(), k, filter == nullptr ? nullptr : &accepted);
    found.resize(nearest.size());
    for (size_t i = nearest.size(); i-- > 0; nearest.pop()) {
      found[i] = static_cast<int32_t>(nearest.top().second);
    }
  }

 private:
  void put(const std::vector<uint32_t>& ids, const Vectors& rows, int threads) {
    std::atomic<size_t> next{0};
    auto work = [&] {
      for (size_t row = next++; row < ids.size(); row = next++) {
        index_->addPoint(normalized(rows.row(row)).data(), ids[row]);
      }
    };
    std::vector<std::thread> others;
    for (int i = 1; i < threads; i++) {
      others.emplace_back(work);
    }
    work();
    for (auto& other : others) {
      other.join();
    }
  }

  /** The library has no cosine of its own; its Python binding makes vectors unit length in this way. */
  std::vector<float> normalized(const float* row) const {
    std::vector<float> unit(row, row + dimension_);
    if (cosine_) {
      float squares = 0;
      for (float value : unit) {
        squares += value * value;
      }
      float inverse = 1 / (std::sqrt(squares) + 1e-30f);
      for (float& value : unit) {
        value *= inverse;
      }
    }
    return unit;
  }

  size_t dimension_;
  bool cosine_;
  std::string file_;
  std::unique_ptr<hnswlib::SpaceInterface<float>> space_;
  std::unique_ptr<hnswlib::HierarchicalNSW<float>> index_;
};
